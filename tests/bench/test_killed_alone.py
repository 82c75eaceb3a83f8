"""bench.killed_alone: a stage that is killed and made anew is compared with the one that was kept."""

import json
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from bench import killed_alone, scale
from bench.update_cost import Refreshed
from tests.pipelines import test_cli

SHARE = Fraction(1, 2000)


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A share whose first stages are measured."""
    folder = tmp_path_factory.mktemp("scale")
    scale.measure(folder, SHARE, ["ingest", "graph train"], False, lambda _: None)
    return folder / "1-of-2000"


@pytest.mark.parametrize("stage", [pytest.param("ingest", marks=pytest.mark.slow), "graph train"])
def test_a_stage_that_was_killed_is_made_anew_the_same(share: Path, tmp_path: Path, stage: str) -> None:
    scratch = tmp_path / "scratch"
    killed = killed_alone.killed_in(Refreshed.of_share(share), scratch, stage, 0.0, 0.0)
    assert not killed.over, "nothing of it was killed"
    assert (killed.made, killed.left) == ("the same", [])
    assert killed.cpu_s > 0
    assert not scratch.exists()


def test_a_stage_that_older_code_made_is_compared_with_an_undisturbed_one(share: Path, tmp_path: Path) -> None:
    shutil.copytree(share, tmp_path / "older")
    kept = killed_alone.kept_by(tmp_path / "older" / "work", "graph train")
    (kept / "graph.npz").write_bytes(b"of older code")
    full = Refreshed.of_share(tmp_path / "older")
    killed = killed_alone.killed_in(full, tmp_path / "scratch", "graph train", 0.0, 0.0)
    assert killed.made == "the same as undisturbed; not as kept: graph.npz"


def test_a_refresh_that_fails_ends_the_program(share: Path, tmp_path: Path) -> None:
    full = replace(Refreshed.of_share(share), named=[share / "no such file.parquet"])
    with pytest.raises(SystemExit, match="the refresh ended after 0 stages"):
        killed_alone.killed_in(full, tmp_path / "scratch", "ingest", 0.0, 0.0)
    assert not (tmp_path / "scratch").exists()


def test_a_stage_that_was_made_otherwise_is_named(share: Path, tmp_path: Path) -> None:
    full = Refreshed.of_share(share)
    kept = killed_alone.kept_by(full.work, "graph train")
    described = json.loads((kept / "stage.json").read_text())
    made = tmp_path / "made"
    made.mkdir()
    (made / "stage.json").write_text(json.dumps(described | {"figures": described["figures"] | {"cpu_s": 5}}))
    for file in kept.glob("*.npz"):
        (made / file.name).write_bytes(file.read_bytes())
    assert killed_alone.differences(made, kept) == []
    (made / "graph.npz").write_bytes(b"another")
    assert killed_alone.differences(made, kept) == ["graph.npz"]
    (made / "graph.npz").unlink()
    assert killed_alone.differences(made, kept) == ["graph.npz"]


def test_parts_of_a_stage_are_told_apart(share: Path) -> None:
    with pytest.raises(SystemExit, match="holds 0 of 'graph all'"):
        killed_alone.kept_by(share / "work", "graph all")


def test_stages_are_those_of_a_share_and_the_name_models() -> None:
    assert {*killed_alone.ORDER} == {*scale.STAGES, "names train", "names all"}
    assert killed_alone.ORDER == test_cli.STAGES
