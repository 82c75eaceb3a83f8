"""An update of a planted world: new playlists are folded in, and the figures of the full refresh are kept and said."""

import os
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from kit import serving_history
from kit.cooccurrence import CooccurrenceTable
from kit.query import Pooling
from kit.release import STATE_LEARNED, Release
from pipelines import stage, tables
from pipelines.chain import Chain
from pipelines.index.growth import continues
from pipelines.ingest.training_input import ingested
from pipelines.release.place import arrive, content
from pipelines.release.publish import publish, releases, rollback
from pipelines.release.quality import KEPT_FROM, compare
from pipelines.release.write import write_release
from pipelines.update.changed_entries import changed
from pipelines.update.refresh import Files, update
from tests import worlds
from tests.pipelines import playlists as planted
from tests.published import QUICK, SMALL

TRACKS, HALF, NEW, FRESH = 120, 60, 130, 131
"""Two islands: tracks 0-59 and 60-119; NEW is in no playlist at first, FRESH in no file."""
PLAYLISTS = planted.islands(playlists=240, tracks=TRACKS, length=12)
ADDED = [[60, 61, 62, 63, NEW], [64, 65, 66, 67, NEW], [70, 71, 72, 73, 74, FRESH], [75, 76, FRESH]]


def write(folder: Path, added: int) -> Path:
    """The world as files, with the first playlists of ADDED in a file of their own."""
    folder.mkdir()
    planted.tracks(FRESH + 1 if added else NEW + 1).write_parquet(folder / "tracks.parquet")
    entries = planted.entries([*PLAYLISTS, *ADDED[:added]])
    late = pl.col("playlist_id") >= f"p{len(PLAYLISTS):05}"
    entries.filter(~late).write_parquet(folder / "playlists-a.parquet")
    if added:
        entries.filter(late).write_parquet(folder / "playlists-b.parquet")
    return folder


def chain(sources: Path, work: Path) -> Chain:
    return Chain([sources], work, 1, SMALL, QUICK)


def files(sources: Path, work: Path, seed: int = 1) -> Files:
    return Files(ingested([sources], work), work, seed, SMALL, QUICK)


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
    release = update(files(world / "after", world / "work"), world / "releases", "planted")
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
    assert updated.column("state")[row_of(updated, FRESH)] == STATE_LEARNED
    assert full.rows([planted.track(FRESH)])[0] < 0
    island = {planted.track(number) for number in [*range(HALF, TRACKS), NEW, FRESH]}
    assert set(nearest(updated, NEW)) <= island
    assert set(nearest(updated, FRESH)) <= island
    assert set(nearest(updated, 3)).isdisjoint(island)


def test_every_track_of_the_full_refresh_keeps_row_card_and_vectors(full: Release, updated: Release) -> None:
    assert continues(updated, full)
    for space in full.dims:
        mine, theirs = updated.query_vectors(space)[: full.embedded], full.query_vectors(space)
        np.testing.assert_array_equal(mine.view(np.uint16), theirs.view(np.uint16))
    for name in ("state", "playlists", "popularity"):
        np.testing.assert_array_equal(updated.column(name)[: full.embedded], full.column(name)[: full.embedded])


def row_of(release: Release, number: int) -> int:
    return int(release.rows([planted.track(number)])[0])


def test_new_playlists_count_in_the_co_occurrence_table(full: Release, updated: Release) -> None:
    before, after = CooccurrenceTable.of(full), CooccurrenceTable.of(updated)
    assert before
    assert after
    pair = row_of(full, 70), np.array([row_of(full, 71)])
    assert after.sums_of(np.array([pair[0]]), pair[1]) > before.sums_of(np.array([pair[0]]), pair[1])
    new = np.array([row_of(updated, NEW)])
    assert (after.sums_of(new, np.array([row_of(updated, number) for number in (61, 62, 63)])) > 0).all()


def test_a_new_track_says_in_how_many_playlists_it_is_with_others(full: Release, updated: Release) -> None:
    rows, together = updated.neighbours(row_of(updated, NEW))
    found = dict(zip([updated.track_id(int(row)) for row in rows], together.tolist(), strict=True))
    assert {planted.track(number): 1 for number in range(60, 68)} == found
    before, now = full.neighbours(3), updated.neighbours(3)
    assert (before[0].tolist(), before[1].tolist()) == (now[0].tolist(), now[1].tolist())


def test_its_index_grows_by_the_new_tracks_and_the_full_refresh_is_not_pruned(
    full: Release, updated: Release, tmp_path: Path
) -> None:
    """Also after two more releases: the next update starts from it again."""
    data, seen = tmp_path / "data", list[tuple[int, int, str]]()
    publish(full.path, data)
    publish(updated.path, data, progress=lambda *report: seen.append(report))
    assert [one for one in seen if one[2] == "indexing"] == [(updated.embedded, updated.embedded, "indexing")]
    served = updated
    for number in (1, 2):
        served = placed_onto(served, tmp_path / f"more{number}", number)
        publish(served.path, data)
    held = {release.version for release in releases(data)}
    assert {full.version, served.version} < held
    assert len(held) == 3


def placed_onto(release: Release, folder: Path, number: int) -> Release:
    """The release with one more track of a known artist."""
    more = planted.tracks(1).with_columns(
        track_id=pl.lit(planted.track(500 + number)), title=pl.lit(f"Later {number}"), artists=pl.lit(["Artist 3"])
    )
    folder.mkdir()
    more.write_parquet(folder / "tracks.parquet")
    built = ingested([folder], folder / "work")
    return write_release(folder / "out", content(release, arrive(release, tables.read(built.path, "tracks")), built))


def test_tracks_placed_onto_an_update_keep_what_it_says(full: Release, updated: Release, tmp_path: Path) -> None:
    joined = placed_onto(updated, tmp_path / "joined", 1)
    assert continues(joined, updated)
    assert joined.manifest.metrics == updated.manifest.metrics
    assert joined.manifest.settings["updated_from"] == full.version
    assert row_of(joined, NEW) == row_of(updated, NEW)


def test_an_update_after_tracks_were_placed_starts_from_the_full_refresh(
    world: Path, full: Release, updated: Release, tmp_path: Path
) -> None:
    served = placed_onto(full, tmp_path / "placed", 1)
    folder = tmp_path / "releases"
    shutil.copytree(full.path, folder / full.version)
    shutil.copytree(served.path, folder / served.version)
    worlds.set_current(folder, served)
    again = update(files(world / "after", world / "work"), folder, "planted")
    assert again is not None
    assert again.version == updated.version


@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_without_the_release_of_the_full_refresh_there_is_no_update(
    damage: str, world: Path, full: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if damage == "changed":
        copied = shutil.copytree(full.path, tmp_path / full.version)
        with (copied / "cards.jsonl").open("r+b") as file:
            file.write(b" ")
    assert update(files(world / "after", world / "work"), tmp_path, "planted") is None
    assert f"{full.version}, the release of the last full refresh, is damaged or no longer there" in " ".join(
        capsys.readouterr().err.split()
    )


def test_playlists_of_known_tracks_alone_change_the_table_and_no_row(
    world: Path, full: Release, tmp_path: Path
) -> None:
    write(tmp_path / "known", 0)
    more = planted.entries([*PLAYLISTS, [70, 75, 80]]).filter(pl.col("playlist_id") >= f"p{len(PLAYLISTS):05}")
    more.write_parquet(tmp_path / "known" / "playlists-b.parquet")
    shutil.copytree(full.path, tmp_path / "releases" / full.version)
    found = update(files(tmp_path / "known", world / "work"), tmp_path / "releases", "planted")
    assert found is not None
    assert (found.size, found.embedded) == (full.size, full.embedded)
    assert continues(found, full)
    assert found.manifest.files["cooccurrence/weights.npy"] != full.manifest.files["cooccurrence/weights.npy"]


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


def test_the_same_files_and_full_refresh_give_the_same_release(world: Path, full: Release, updated: Release) -> None:
    shutil.copytree(full.path, world / "again" / full.version)
    again = update(files(world / "after", world / "work"), world / "again", "planted")
    assert again is not None
    assert again.version == updated.version


def test_an_update_marks_the_stages_that_it_keeps_as_used(world: Path, updated: Release) -> None:
    folders = [next((world / "work" / name).iterdir()) for name in ("evaluate", "full-refresh", "coldstart", "map")]
    for folder in folders:
        os.utime(folder, (1e9, 1e9))
    assert update(files(world / "after", world / "work"), world / "releases", "planted") is not None
    assert all(folder.stat().st_mtime > 1e9 for folder in folders)


@pytest.mark.parametrize(
    ("sources", "seed", "reason"),
    [
        ("after", 2, "no full refresh with these settings, whose release served, is kept"),
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
    assert update(files(found, world / "work", seed), world / "releases", "planted") is None
    assert reason in " ".join(capsys.readouterr().err.split())


def test_a_full_refresh_without_its_stages_is_no_start(world: Path, full: Release, tmp_path: Path) -> None:
    copied = tmp_path / "work"
    for name in ("full-refresh", "ingest", "ingest-file"):
        (copied / name).parent.mkdir(exist_ok=True)
        (copied / name).symlink_to(world / "work" / name)
    assert update(files(world / "after", copied), tmp_path / "releases", "planted") is None


def tables_of(folder: Path, entries: pl.DataFrame) -> Path:
    """A folder with the tables that a comparison reads."""
    folder.mkdir()
    tables.write(folder, "entries", entries)
    tables.write(folder, "listens", pl.DataFrame(schema=tables.LISTENS))
    return folder


def test_entries_of_added_removed_and_changed_playlists_count(tmp_path: Path) -> None:
    before = tables_of(tmp_path / "a", planted.entries([[1, 2, 3], [4, 5], [6, 7, 8, 9]]))
    same = tables_of(tmp_path / "same", planted.entries([[1, 2, 3], [4, 5], [6, 7, 8, 9]]).sort("track_id"))
    moved = tables_of(tmp_path / "b", planted.entries([[1, 2, 3], [5, 4], [6, 7, 8, 9], [1]]))
    less = tables_of(tmp_path / "c", planted.entries([[1, 2, 3]]))
    assert changed(before, same).entries == 0
    assert (changed(before, moved).entries, changed(before, moved).of) == (3, 10)
    assert changed(before, less).entries == 6
    assert changed(less, tables_of(tmp_path / "none", pl.DataFrame(schema=tables.ENTRIES))).share == 1


def test_stages_of_a_full_refresh_are_found_where_its_record_says(world: Path, full: Release) -> None:
    report = stage.Built(next((world / "work" / "full-refresh").iterdir()), "", reused=True).report()
    assert report["figures"]["release"] == full.version
    assert set(report["inputs"]) == {
        *("ingest", "graph", "train", "query_model", "cold_start_evaluation", "cold_start", "evaluate", "map"),
        "calibration",
    }


def test_an_update_continues_the_release_that_the_same_stages_wrote_last(
    world: Path, full: Release, tmp_path: Path
) -> None:
    """The first one may be removed once the other is published."""
    work, folder = shutil.copytree(world / "work", tmp_path / "work"), tmp_path / "releases"
    other = chain(world / "before", work).release(folder, "renamed")
    assert other.version != full.version
    found = update(files(world / "after", work), folder, "renamed")
    assert found is not None
    assert found.manifest.settings["updated_from"] == found.manifest.metrics[KEPT_FROM]["release"] == other.version
    assert len(list((work / "full-refresh").iterdir())) == 1


@pytest.fixture
def renamed(world: Path, full: Release, tmp_path: Path) -> Path:
    """A folder `data` in which the full release serves, and `work`, whose stages wrote another one elsewhere since."""
    work = shutil.copytree(world / "work", tmp_path / "work")
    publish(full.path, tmp_path / "data")
    chain(world / "before", work).release(tmp_path / "elsewhere", "renamed")
    return tmp_path


def base_of(world: Path, folder: Path, name: str) -> Release:
    """An update in `folder`, by the release that it continues."""
    found = update(files(world / "after", folder / "work"), folder / "data" / "releases", name)
    assert found is not None
    return found


def test_an_update_passes_over_releases_that_were_written_elsewhere_or_refused(
    world: Path, full: Release, renamed: Path
) -> None:
    refused = chain(world / "before", renamed / "work").release(renamed / "data" / "releases", "refused")
    found = base_of(world, renamed, "planted")
    assert found.manifest.settings["updated_from"] == full.version
    publish(found.path, renamed / "data")
    assert not refused.path.exists()  # it was pruned
    serving_history.record(renamed / "data" / "releases", [found.version])  # the full one is forgotten, and continued
    assert base_of(world, renamed, "again").manifest.settings["updated_from"] == full.version


def test_an_update_continues_what_serves_after_a_rollback(world: Path, full: Release, renamed: Path) -> None:
    data = renamed / "data"
    second = chain(world / "before", renamed / "work").release(data / "releases", "second")
    publish(second.path, data)
    assert base_of(world, renamed, "first").manifest.settings["updated_from"] == second.version
    rollback(data, full.version)
    assert base_of(world, renamed, "then").manifest.settings["updated_from"] == full.version


def test_a_release_that_is_gone_is_passed_over_where_another_of_the_same_stages_is_there(
    world: Path, full: Release, renamed: Path
) -> None:
    data = renamed / "data"
    publish(chain(world / "before", renamed / "work").release(data / "releases", "second").path, data)
    (data / "releases" / "CURRENT").write_text(f"{full.version}\n")
    shutil.rmtree(next((data / "releases").glob("second-*")))
    assert base_of(world, renamed, "planted").manifest.settings["updated_from"] == full.version


def test_many_releases_written_elsewhere_push_none_out(world: Path, full: Release, renamed: Path) -> None:
    for number in range(12):
        chain(world / "before", renamed / "work").release(renamed / "elsewhere", f"other{number}")
    assert base_of(world, renamed, "planted").manifest.settings["updated_from"] == full.version


def test_a_record_that_may_not_be_written_fails_no_refresh(world: Path, full: Release, tmp_path: Path) -> None:
    work = shutil.copytree(world / "work", tmp_path / "work")
    record = next((work / "full-refresh").iterdir())
    (record / f".stage.json.{os.getpid()}").mkdir()  # where the new one would be written first
    chain(world / "before", work).release(tmp_path / "releases", "renamed")
    assert stage.Built(record, "", reused=True).report()["figures"]["release"] == full.version
