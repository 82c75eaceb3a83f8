"""The record of a full refresh: which releases its stages wrote, also where several commands write at the same time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from pipelines.stage import Built
from pipelines.update import full_refresh
from pipelines.update.full_refresh import FOLDERS

SETTINGS = {"seed": 1}


def stages(work: Path) -> Any:
    """Finished stages, as far as a record reads them."""
    found = {}
    for name, folder in FOLDERS.items():
        path = work / folder / "0123"
        path.mkdir(parents=True, exist_ok=True)
        (path / "stage.json").write_bytes(orjson.dumps({}))
        found[name] = Built(path, "0123", reused=True)
    return SimpleNamespace(**found)


def test_the_release_that_was_written_last_is_continued_of_those_that_may_be(tmp_path: Path) -> None:
    built = stages(tmp_path)
    for version in ("mine-1", "mine-2", "mine-1", "mine-3"):
        full_refresh.record(tmp_path, built, SETTINGS, version)
    for may_be, expected in (({"mine-1", "mine-2", "mine-3"}, "mine-3"), ({"mine-1", "mine-2"}, "mine-1")):
        found = full_refresh.last(tmp_path, SETTINGS, may_be.__contains__)
        assert found
        assert found.release == expected


def test_releases_written_at_the_same_time_are_all_in_the_record(tmp_path: Path) -> None:
    built, versions = stages(tmp_path), [f"mine-{number}" for number in range(40)]
    full_refresh.record(tmp_path, built, SETTINGS, "mine-first")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda version: full_refresh.record(tmp_path, built, SETTINGS, version), versions))
    for version in versions:
        assert full_refresh.last(tmp_path, SETTINGS, version.__eq__), f"{version} was lost"


def test_a_record_that_cannot_be_written_is_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    built = stages(tmp_path)
    kept = full_refresh.record(tmp_path, built, SETTINGS, "mine-1")
    assert capsys.readouterr().err == ""
    (kept.path / "earlier.json").mkdir()
    full_refresh.record(tmp_path, built, SETTINGS, "mine-2")
    assert " ".join(capsys.readouterr().err.split()) == (
        "mind the record of this refresh does not name mine-2 (Is a directory): --update may begin with an earlier "
        "release"
    )
