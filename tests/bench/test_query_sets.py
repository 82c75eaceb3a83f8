"""bench.query_sets: each task prints figures of the named models."""

import sys
from pathlib import Path

import polars as pl
import pytest

from bench import query_sets
from tests.pipelines.playlists import entries, islands, tracks


@pytest.mark.parametrize("task", ["likes", "leave-one-out", "ordered"])
def test_a_task_prints_figures_of_the_model(
    task: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entries(islands()).write_parquet(tmp_path / "playlists.parquet")
    tracks(60).with_columns(artist=pl.col("artists").list.first()).drop("artists").write_parquet(tmp_path / "t.parquet")
    monkeypatch.setattr(sys, "argv", ["query_sets", str(tmp_path), task, "--models", "popularity"])
    query_sets.main()
    assert any(line.startswith(task) and "popularity" in line.split() for line in capsys.readouterr().out.splitlines())
