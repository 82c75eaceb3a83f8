"""Groups of parts: an ingest that merges groups gives the tables, the report and the rejects of one that has none."""

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines import tables
from pipelines.ingest import ingest, ingest_stage
from pipelines.ingest.ingest import REJECTS
from pipelines.stage_files import DESCRIPTION
from tests.pipelines.spark_here import spark_or_skip

FILES, ROWS = 40, 16
TITLES = ["One", "Two", "Café", "Cafe", "Three (Live)", ""]
ARTISTS = ["X", "Y", "X feat. Z"]


def write(folder: Path, number: int) -> None:
    """A file of entries with what a merge decides about: ids, codes, names only, other names of a track, repeats,
    rows and values that are left out, and a column that is not read."""
    rng = np.random.default_rng(number)
    rows = []
    for line in range(ROWS):
        track = int(rng.integers(0, 12))
        known = rng.random() < 0.6
        rows.append(
            {
                "playlist_id": f"p{number % 7 if rng.random() < 0.3 else number}",
                "playlist_name": str(rng.choice(["Morning", ""])),
                "position": line if rng.random() < 0.9 else "x",
                "track_id": f"{track:022}" if known else "",
                "isrc": f"USABC12000{track:02}" if rng.random() < 0.3 else "",
                "title": str(rng.choice(TITLES)),
                "artist": str(rng.choice(ARTISTS)),
                "year": str(rng.choice(["1999", "2001", "never", ""])),
                "energy": f"{rng.random():.2f}" if rng.random() < 0.3 else "",
                f"extra{number % 3}": "-",
            }
        )
    pl.DataFrame(rows, infer_schema_length=None, strict=False).write_csv(folder / f"f{number:02}.csv")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(FILES):
        if number != FILES // 2:
            write(folder, number)
    return folder


def quiet(*_: object) -> None:
    return None


def stages(work: Path) -> set[str]:
    return {path.parent.name for path in work.glob(f"ingest-group/*/{DESCRIPTION}")}


def test_a_file_added_in_the_middle_gives_the_ingest_of_all_at_once(files: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    ingest_stage(work, [files], quiet)
    before = stages(work)
    write(files, FILES // 2)
    grown = ingest_stage(work, [files], quiet)
    whole = ingest([files], tmp_path / "out", quiet)
    for table in tables.ALL:
        assert tables.read(grown.path, table).equals(tables.read(tmp_path / "out", table)), table
    assert (grown.path / REJECTS).read_bytes() == (tmp_path / "out" / REJECTS).read_bytes()
    figures = grown.report()["figures"]
    assert figures == {**whole.figures()}
    for count in ("aliases", "repeated_rows", "rows_left_out", "values_left_out", "notes", "columns_ignored"):
        assert figures[count], f"the world has no {count}"
    assert len(before) > 1
    assert stages(work) == before


def test_an_unfinished_group_is_made_again(files: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    first = ingest_stage(work, [files], quiet)
    left = work / "ingest-group" / ".0123456789abcdef-00000000"
    (left / "half").mkdir(parents=True)
    for path in (first.path, *(work / "ingest-group" / key for key in stages(work))):
        (path / DESCRIPTION).unlink()
        path.rename(left / path.name)
    again = ingest_stage(work, [files], quiet)
    assert not again.reused
    assert not left.exists()
    assert stages(work)


def test_a_group_that_a_killed_run_left_half_made_goes_also_when_it_is_not_made_again(
    files: Path, tmp_path: Path
) -> None:
    """As after a kill among the groups: those that are there may be enough for the next run."""
    work = tmp_path / "work"
    ingest_stage(work, [files], quiet)
    shutil.rmtree(next((work / "ingest").iterdir()))
    left = work / "ingest-group" / ".12a6403346b63048-a9dbac87"
    left.mkdir()
    ingest_stage(work, [files], quiet)
    assert not left.exists()


@pytest.mark.slow
def test_groups_are_made_on_spark_to_the_bit(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spark_or_skip()
    here, there = tmp_path / "here", tmp_path / "spark"
    ours = ingest_stage(here, [files], quiet)
    monkeypatch.setenv("SEGUE_PIPELINES_SPARK", "local[2]")
    theirs = ingest_stage(there, [files], quiet)
    assert theirs.key == ours.key
    made = contents(here / "ingest-group")
    assert len(made) > 10
    assert contents(there / "ingest-group") == made
    assert contents(theirs.path) == contents(ours.path)


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of every file of a folder, by its path there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
