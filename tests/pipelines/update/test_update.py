"""An update of a planted world: new playlists are folded in, and the figures of the full refresh are kept and said."""

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from kit.query import Pooling
from kit.release import STATE_LEARNED, Release
from pipelines import stage, tables
from pipelines.chain import Chain
from pipelines.release.quality import KEPT_FROM, compare
from pipelines.update.changed_entries import changed
from pipelines.update.refresh import update
from tests.pipelines import playlists as planted
from tests.published import QUICK, SMALL

TRACKS, HALF, NEW = 120, 60, 130  # two islands: tracks 0-59 and 60-119; NEW is in no playlist at first
PLAYLISTS = planted.islands(playlists=240, tracks=TRACKS, length=12)
ADDED = [[60, 61, 62, 63, NEW], [64, 65, 66, 67, NEW], [70, 71, 72, 73, 74]]


def write(folder: Path, added: int) -> Path:
    """The world as files, with the first playlists of ADDED in a file of their own."""
    folder.mkdir()
    planted.tracks(NEW + 1).write_parquet(folder / "tracks.parquet")
    entries = planted.entries([*PLAYLISTS, *ADDED[:added]])
    late = pl.col("playlist_id") >= f"p{len(PLAYLISTS):05}"
    entries.filter(~late).write_parquet(folder / "playlists-a.parquet")
    if added:
        entries.filter(late).write_parquet(folder / "playlists-b.parquet")
    return folder


def chain(sources: Path, work: Path, seed: int = 1, mapped: bool = True) -> Chain:
    return Chain([sources], work, seed, SMALL, QUICK, mapped=mapped)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("update")
    write(folder / "before", 0)
    write(folder / "after", len(ADDED))
    return folder


@pytest.fixture(scope="module")
def full(world: Path) -> Release:
    return chain(world / "before", world / "work").release(world / "releases", "planted")


@pytest.fixture(scope="module")
def updated(world: Path, full: Release) -> Release:
    release = update(chain(world / "after", world / "work"), world / "releases", "planted")
    assert release is not None
    return release


def nearest(release: Release, number: int, count: int = 10) -> list[str]:
    """Titles of the tracks that serving finds for one seed, by an exact search."""
    row = int(release.rows([planted.track(number)])[0])
    seed = np.asarray(release.query_vectors("graph")[[row]], np.float32)
    scores = np.asarray(release.index_vectors("graph"), np.float32) @ (
        Pooling.of(release, "graph").pool(seed, np.ones(1, np.float32)).vector
    )
    scores[row] = -np.inf
    return [release.ids[at].decode() for at in np.argsort(-scores)[:count].tolist()]


def test_a_new_track_is_learned_among_the_tracks_of_its_playlists(full: Release, updated: Release) -> None:
    assert full.rows([planted.track(NEW)])[0] < 0 or full.column("state")[full.rows([planted.track(NEW)])[0]] == 0
    assert updated.column("state")[updated.rows([planted.track(NEW)])[0]] == STATE_LEARNED
    island = {planted.track(number) for number in range(HALF, TRACKS)}
    assert set(nearest(updated, NEW)) <= island
    assert set(nearest(updated, 3)).isdisjoint(island)


def test_the_figures_are_those_of_the_full_refresh_and_the_manifest_says_so(full: Release, updated: Release) -> None:
    kept = dict(updated.manifest.metrics)
    about = kept.pop(KEPT_FROM)
    assert kept == full.manifest.metrics
    assert (about["release"], about["data_hash"]) == (full.version, full.manifest.data_hash)
    assert about["entries_changed"] == sum(map(len, ADDED))
    assert about["lists_kept"] > 0.8
    assert updated.manifest.settings["updated_from"] == full.version
    assert updated.manifest.data_hash != full.manifest.data_hash


def test_nothing_of_the_held_out_branch_runs_again(world: Path, updated: Release) -> None:
    once = ("query-model", "evaluate", "cold-start-evaluation", "calibrate", "coldstart", "map")
    assert len(list((world / "work" / "train").iterdir())) == 2  # that of training playlists and that of all
    assert {name: len(list((world / "work" / name).iterdir())) for name in once} == dict.fromkeys(once, 1)


def test_the_gate_compares_no_figure_of_an_update_and_refuses_other_lists(full: Release, updated: Release) -> None:
    found = compare(updated.manifest, full.manifest)
    assert not found.worse
    assert f"kept from {full.version} and were not measured again" in found.sentence
    about = {**updated.manifest.metrics[KEPT_FROM], "lists_kept": 0.1}
    other = updated.manifest.model_copy(update={"metrics": {**updated.manifest.metrics, KEPT_FROM: about}})
    assert compare(other, full.manifest).worse
    assert "are kept from an earlier refresh" in compare(full.manifest, updated.manifest).sentence


def test_the_same_files_and_full_refresh_give_the_same_release(world: Path, updated: Release) -> None:
    again = update(chain(world / "after", world / "work"), world / "again", "planted")
    assert again is not None
    assert again.version == updated.version


def test_an_update_marks_the_stages_that_it_keeps_as_used(world: Path, updated: Release) -> None:
    folders = [next((world / "work" / name).iterdir()) for name in ("evaluate", "full-refresh", "coldstart", "map")]
    for folder in folders:
        os.utime(folder, (1e9, 1e9))
    assert update(chain(world / "after", world / "work"), world / "releases", "planted") is not None
    assert all(folder.stat().st_mtime > 1e9 for folder in folders)


@pytest.mark.parametrize(
    ("sources", "seed", "reason"),
    [
        ("after", 2, "no full refresh with these settings is kept"),
        ("before", 1, "nothing changed since"),
        ("most", 1, "more than 2%"),
    ],
)
def test_what_cannot_be_an_update_says_why(
    sources: str, seed: int, reason: str, world: Path, full: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    if sources == "most":
        planted.entries(PLAYLISTS[:200]).write_parquet(world / "most.parquet")
    found = world / ("most.parquet" if sources == "most" else sources)
    assert update(chain(found, world / "work", seed), world / "releases", "planted") is None
    assert reason in " ".join(capsys.readouterr().err.split())


def test_a_full_refresh_without_its_stages_is_no_start(world: Path, full: Release, tmp_path: Path) -> None:
    copied = tmp_path / "work"
    for name in ("full-refresh", "ingest", "ingest-file"):
        (copied / name).parent.mkdir(exist_ok=True)
        (copied / name).symlink_to(world / "work" / name)
    assert update(chain(world / "after", copied), tmp_path / "releases", "planted") is None


def ingested(folder: Path, entries: pl.DataFrame) -> Path:
    """A folder with the tables that a comparison reads."""
    folder.mkdir()
    tables.write(folder, "entries", entries)
    tables.write(folder, "listens", pl.DataFrame(schema=tables.LISTENS))
    return folder


def test_entries_of_added_removed_and_changed_playlists_count(tmp_path: Path) -> None:
    before = ingested(tmp_path / "a", planted.entries([[1, 2, 3], [4, 5], [6, 7, 8, 9]]))
    same = ingested(tmp_path / "same", planted.entries([[1, 2, 3], [4, 5], [6, 7, 8, 9]]).sort("track_id"))
    moved = ingested(tmp_path / "b", planted.entries([[1, 2, 3], [5, 4], [6, 7, 8, 9], [1]]))
    less = ingested(tmp_path / "c", planted.entries([[1, 2, 3]]))
    assert changed(before, same).entries == 0
    assert (changed(before, moved).entries, changed(before, moved).of) == (3, 10)
    assert changed(before, less).entries == 6
    assert changed(less, ingested(tmp_path / "none", pl.DataFrame(schema=tables.ENTRIES))).share == 1


def test_stages_of_a_full_refresh_are_found_where_its_record_says(world: Path, full: Release) -> None:
    report = stage.Built(next((world / "work" / "full-refresh").iterdir()), "", reused=True).report()
    assert report["figures"]["release"] == full.version
    assert set(report["inputs"]) == {
        *("ingest", "graph", "train", "query_model", "cold_start_evaluation", "cold_start", "evaluate", "map"),
        "calibration",
    }
