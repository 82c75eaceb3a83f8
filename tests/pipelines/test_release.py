"""Releases are written atomically and are consistent with the canonical tables."""

import dataclasses
import json
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import orjson
import polars as pl
import pytest

from kit.ids import artist_id
from kit.query import Pooling
from kit.release import BrokenRelease, Release
from kit.wire.catalog import FEATURES, Track
from pipelines.recordings.groups import groups, recording_title
from pipelines.release.release_content import Neighbours, playlist_counts
from pipelines.release.row_order import ReleaseError
from pipelines.release.write import write_release
from tests import worlds

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return worlds.write_small_release(tmp_path_factory.mktemp("releases"))


def row(release: Release, described: int) -> int:
    return int(release.rows([worlds.track_id(described)])[0])


def card(release: Release, described: int) -> Track:
    return Track.model_validate_json(release.card(row(release, described)))


def test_every_file_of_the_manifest_is_there_with_its_hash(release: Release) -> None:
    release.verify()
    on_disk = {str(p.relative_to(release.path)) for p in release.path.rglob("*") if p.is_file()}
    assert on_disk == {*release.manifest.files, "manifest.json"}
    assert release.manifest.counts == {"tracks": 196, "vectors": 192, "learned": 188, "placed": 4, "unknown": 4}
    assert release.manifest.invented
    assert release.manifest.provenance == {"invented": 200}


def test_an_opened_release_reads_no_further_file(tmp_path: Path) -> None:
    opened = worlds.write_small_release(tmp_path)
    queried = worlds.track_id(0)
    opened.open_all()
    shutil.rmtree(opened.path)
    [found] = opened.rows([queried]).tolist()
    assert Track.model_validate_json(opened.card(found)).id == queried
    assert len(opened.column("year")) == opened.size
    assert opened.index_vectors("graph").shape == opened.query_vectors("graph").shape
    assert opened.query_rows("graph", [found]).shape == (1, opened.dims["graph"])
    assert len(opened.neighbours(found)[0])
    assert opened.aliases()
    assert opened.codes()


def test_rows_with_a_vector_come_first_each_part_sorted_by_id(release: Release) -> None:
    ids = [release.track_id(at) for at in range(release.size)]
    assert ids[:192] == sorted(ids[:192])
    assert ids[192:] == sorted(ids[192:])
    has = release.index_vectors("graph").any(axis=1) | release.index_vectors("audio").any(axis=1)
    assert has.all()
    assert {release.track_id(at) for at in range(192, 196)} == {worlds.track_id(48 + 50 * s) for s in range(4)}


def test_ids_are_found_in_any_order_and_unknown_ones_are_not(release: Release) -> None:
    wanted = [worlds.track_id(described) for described in (150, 3, 46, 99)]
    found = release.rows(wanted)
    assert found[2] == -1
    assert [release.track_id(int(at)) for at in found[[0, 1, 3]]] == [wanted[0], wanted[1], wanted[3]]


def test_every_card_is_a_track_of_the_api(release: Release) -> None:
    for at in range(release.size):
        track = Track.model_validate_json(release.card(at))
        assert track.id == release.track_id(at)
        assert track.title
        assert release.card(at) == track.model_dump_json().encode() + b"\n"  # every field, in the contract's order


def test_cards_of_several_rows_are_those_of_each(release: Release) -> None:
    rows = [release.size - 1, 0, 3, 0]
    assert release.cards(rows) == [release.card(at) for at in rows]
    assert release.cards([]) == []


def test_a_card_has_the_values_of_the_table(release: Release) -> None:
    table = {described["track_id"]: described for described in worlds.tracks().iter_rows(named=True)}
    for described in (0, 63, 147, 190):
        track, known = card(release, described), table[worlds.track_id(described)]
        assert [artist.name for artist in track.artists] == known["artists"]
        assert track.artists[0].id == artist_id(known["artists"][0])
        assert (track.year, track.duration_ms, track.genres) == (
            known["year"],
            known["duration_ms"],
            known["genres"] or [],
        )
        assert track.explicit == known["explicit"]
        for name in FEATURES:
            value = getattr(track.features, name) if track.features else None
            assert value == (None if known[name] is None else pytest.approx(known[name], rel=1e-6))


def test_unknown_values_are_null_never_zero(release: Release) -> None:
    bare = card(release, 47)
    assert bare.features is None
    assert (bare.year, bare.duration_ms, bare.album, bare.genres) == (None, None, None, [])
    at = row(release, 47)
    assert np.isnan(release.column("features")[at]).all()
    assert (release.column("year")[at], release.column("duration_ms")[at]) == (-1, -1)


def test_a_card_has_no_float32_noise(tmp_path: Path) -> None:
    content = worlds.content()
    tracks = content.tracks.with_columns(pl.lit(0.6).cast(pl.Float32).alias("energy"))
    written = write_release(tmp_path, dataclasses.replace(content, tracks=tracks))
    assert b'"energy":0.6,' in written.card(0)


def test_states_distinguish_learned_placed_and_unknown(release: Release) -> None:
    assert [card(release, described).in_release for described in (0, 49, 48)] == [
        "learned",
        "placed by sound",
        "unknown",
    ]
    assert release.column("state")[[row(release, described) for described in (0, 49, 48)]].tolist() == [2, 1, 0]


def test_popularity_is_the_percentile_among_learned_tracks(release: Release) -> None:
    playlists, popularity = np.asarray(release.column("playlists")), np.asarray(release.column("popularity"))
    learned = np.asarray(release.column("state")) == 2
    for at in (row(release, 0), row(release, 30), row(release, 120)):
        below = (playlists[learned] < playlists[at]).sum() + 0.5 * (playlists[learned] == playlists[at]).sum()
        assert popularity[at] == pytest.approx(100 * below / learned.sum(), abs=0.06)
    assert card(release, 49).popularity is None
    assert np.isnan(popularity[row(release, 49)])
    assert (np.diff(popularity[learned][np.argsort(playlists[learned])]) >= 0).all()


def test_playlists_count_each_playlist_once() -> None:
    entries = pl.DataFrame({"playlist_id": ["a", "a", "b", "c"], "track_id": ["x", "x", "x", "y"]})
    assert dict(playlist_counts(entries).sort("track_id").iter_rows()) == {"x": 2, "y": 1}


def test_vectors_follow_their_tracks_whatever_the_order_given(release: Release, tmp_path: Path) -> None:
    content = worlds.content()
    graph = content.spaces["graph"]
    turned = dataclasses.replace(
        graph, track_ids=list(graph.track_ids)[::-1], index=graph.index[::-1], query=graph.query[::-1]
    )
    again = write_release(tmp_path, dataclasses.replace(content, spaces={**content.spaces, "graph": turned}))
    assert again.version == release.version
    at = list(graph.track_ids).index(worlds.track_id(5))
    np.testing.assert_array_equal(release.index_vectors("graph")[row(release, 5)], graph.index[at].astype(np.float16))


def test_neighbours_are_rows_of_the_same_scene_most_often_together_first(release: Release) -> None:
    for described in (0, 60, 110, 170):
        rows, together = release.neighbours(row(release, described))
        assert len(rows) > 0
        assert (np.diff(together) <= 0).all()
        scenes = {orjson.loads(release.card(int(at)))["title"].split()[0] for at in rows}
        assert scenes == {worlds.SCENES[described // 50].title()}


def test_a_neighbour_without_a_title_is_left_out(tmp_path: Path) -> None:
    content = worlds.content()
    assert content.neighbours is not None
    ids = [*content.neighbours.track_ids, worlds.track_id(46)]
    positions = np.full((len(ids), 2), [len(ids) - 1, 0], dtype=np.int64)
    held = Neighbours(ids, positions, np.full((len(ids), 2), [9, 5], dtype=np.int32))
    written = write_release(tmp_path, dataclasses.replace(content, neighbours=held))
    rows, together = written.neighbours(3)
    assert rows.tolist() == written.rows([ids[0]]).tolist()
    assert together.tolist() == [5]


def test_spectra_are_in_the_release_and_used_by_pooling(release: Release) -> None:
    block = release.manifest.spaces["graph"].blocks[0]
    assert block.spectrum is not None
    assert block.spectrum.file == "vectors/graph.spectral.spectrum.npy"
    assert (np.diff(release.spectrum(block)) <= 0).all()
    pooled = Pooling.of(release, "graph").pool(release.query_vectors("graph")[:2], np.ones(2, np.float32))
    assert np.linalg.norm(pooled.vector[:12]) == pytest.approx(1, rel=1e-3)


def test_the_same_content_gives_the_same_version_and_other_content_another(tmp_path: Path) -> None:
    first, second = worlds.write_small_release(tmp_path), worlds.write_small_release(tmp_path)
    assert first.version == second.version
    assert first.manifest.created_at == second.manifest.created_at
    assert worlds.write_small_release(tmp_path, seed=8).version != first.version
    assert worlds.write_small_release(tmp_path, name="other").version.startswith("other-")
    assert len(list(tmp_path.iterdir())) == 3


def test_a_cold_start_network_is_copied_in(tmp_path: Path) -> None:
    network = tmp_path / "net.safetensors"
    network.write_bytes(b"weights")
    written = worlds.write_small_release(tmp_path / "releases", cold_start=network)
    assert (written.path / "cold_start.safetensors").read_bytes() == b"weights"
    written.verify()


def test_a_release_without_any_vector_is_refused(tmp_path: Path) -> None:
    content = dataclasses.replace(worlds.content(), spaces={})
    with pytest.raises(ReleaseError, match="no titled track has a vector"):
        write_release(tmp_path, content)
    assert list(tmp_path.iterdir()) == []


def test_vectors_too_large_for_float16_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    content = worlds.content()
    huge = dataclasses.replace(content.spaces["graph"], index=content.spaces["graph"].index * 1e6)
    with pytest.raises(ReleaseError, match=r"'graph.index' holds values that are not finite in float16"):
        write_release(tmp_path, dataclasses.replace(content, spaces={"graph": huge}))
    assert list(tmp_path.iterdir()) == []


def test_a_track_named_twice_is_refused(tmp_path: Path) -> None:
    content = worlds.content()
    with pytest.raises(ReleaseError, match="names a track twice"):
        write_release(tmp_path, dataclasses.replace(content, tracks=pl.concat([content.tracks, content.tracks[:1]])))


def test_a_changed_missing_or_truncated_file_is_detected(tmp_path: Path) -> None:
    path = worlds.write_small_release(tmp_path).path
    file = path / "vectors/graph.index.npy"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(BrokenRelease, match=r"graph.index.npy is corrupt"):
        Release(path).verify()
    file.write_bytes(whole[:-10])
    with pytest.raises(BrokenRelease, match="bytes instead of"):
        Release(path)
    file.unlink()
    with pytest.raises(BrokenRelease, match="is missing"):
        Release(path)


FULL_DISK = """
import resource, sys
from pathlib import Path
from pipelines.release.write import ReleaseError
from tests import worlds
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    worlds.write_small_release(Path(sys.argv[1]), seed=9)
except ReleaseError as error:
    print(error)
    sys.exit(3)
"""


def _sizes(release: Release) -> list[int]:
    return sorted({entry.bytes for entry in release.manifest.files.values()})


@pytest.mark.parametrize("share", [0.0, 0.99, *(pytest.param(share, marks=pytest.mark.slow) for share in (0.3, 0.6))])
def test_a_full_disk_leaves_the_old_release_only(tmp_path: Path, share: float) -> None:
    """The kernel refuses the write: a file may not grow past the limit."""
    old = worlds.write_small_release(tmp_path)
    worlds.set_current(tmp_path, old)
    limit = int(share * _sizes(old)[-1])
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path), str(limit)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 3, run.stderr
    assert "no room for the release" in run.stdout
    assert "bytes and" in run.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", old.version]
    old.verify()
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_an_interrupted_writer_leaves_no_release(tmp_path: Path) -> None:
    """SIGKILL between files: the folder left behind has no release's name, and the next run removes it."""
    killed = """
import os, sys
from pathlib import Path
from pipelines.release import write as release
from tests import worlds
content = worlds.content()
import dataclasses
class Spaces(dict):
    def items(self):
        import inspect
        if any(frame.function == "_fill" for frame in inspect.stack()):
            os.kill(os.getpid(), 9)
        return super().items()
release.write_release(Path(sys.argv[1]), dataclasses.replace(content, spaces=Spaces(content.spaces)))
"""
    run = subprocess.run([sys.executable, "-c", killed, str(tmp_path)], cwd=ROOT, check=False)
    assert run.returncode == -9
    assert not any((path / "manifest.json").exists() for path in tmp_path.rglob("*") if path.is_dir())
    assert list(tmp_path.iterdir()) != []
    written = worlds.write_small_release(tmp_path)
    written.verify()
    assert list(tmp_path.iterdir()) == [written.path]


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Hey Ya!", "hey ya"),
        ("Here Comes the Sun - Remastered 2009", "here comes the sun"),
        ("Here Comes the Sun - 2009 Remaster", "here comes the sun"),
        ("Heroes (2017 Remastered Version)", "heroes"),
        ("Song (Album Version)", "song"),
        ("Song [feat. Somebody Else]", "song"),
        ("Song (feat. Somebody Else) - Radio Edit", "song"),
        ("Song - Live", "song live"),
        ("Song (Live at the Hall)", "song live at the hall"),
        ("Song (Remix)", "song remix"),
        ("Song (Acoustic)", "song acoustic"),
        ("(Remastered)", "remastered"),
        ("!!!", "!!!"),
    ],
)
def test_labels_of_an_edition_are_taken_from_a_title_and_labels_of_a_performance_stay(title: str, bare: str) -> None:
    assert recording_title(title) == bare


def test_copies_share_a_group_and_other_recordings_do_not(release: Release) -> None:
    group = np.asarray(release.column("group"))[[row(release, described) for described in (0, 1, 2, 3)]]
    assert group[0] == group[1]
    assert len(set(group.tolist())) == 3


def test_a_group_needs_the_same_artist_and_a_near_duration() -> None:
    titles = ["Song", "Song - 2011 Remaster", "Song", "Song", "Song", "Song", "Other"]
    artists = [["A"], ["A"], ["A"], ["B"], [], ["A"], ["A"]]
    durations = np.array([200_000, 209_000, 230_000, 200_000, 200_000, -1, 200_000], dtype=np.int32)
    assert groups(titles, artists, durations).tolist() == [0, 0, 1, 2, 3, 0, 4]


def test_the_manifest_is_plain_json_for_other_tools(release: Release) -> None:
    reported = json.loads((release.path / "manifest.json").read_text())
    assert reported["spaces"]["graph"]["dim"] == 16
    assert reported["counts"]["tracks"] == pl.read_parquet(release.path / "tracks.parquet").height
