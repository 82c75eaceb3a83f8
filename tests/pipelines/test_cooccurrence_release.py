"""The co-occurrence table: learned from playlist order, written into a release, checked before it is published."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kit.cooccurrence import FILES, CooccurrenceTable
from kit.manifest import BrokenRelease
from kit.ranker import Ranker
from kit.release import Release
from pipelines.folders import Folder
from pipelines.graph.playlist_graph import Graph, build
from pipelines.learning_to_rank.held_out_queries import HeldOutSettings, Lookup, hold_out_playlists
from pipelines.models import windowed_pairs
from pipelines.models.cooccurrence_knn import KEPT, CooccurrenceKnn, in_order, learned_table
from pipelines.models.fused import Fused
from pipelines.models.interface import silent
from pipelines.models.playlist_sequences import PlaylistSequences
from pipelines.models.spectral import Spectral
from pipelines.release.contents import check_contents
from pipelines.release.release_content import Cooccurrence
from pipelines.release.row_order import RowOrder
from pipelines.release.write import write_release
from pipelines.release.write_cooccurrence import write_cooccurrence
from tests import worlds
from tests.pipelines.playlists import entries, islands, track
from tests.pipelines.test_untrusted_releases import array, rewrite

OFFSETS, ROWS, WEIGHTS, AFTER = FILES


def learned(playlists: list[list[int]]) -> tuple[Graph, CooccurrenceTable]:
    graph = build(entries(playlists))
    table = learned_table(graph)
    assert table is not None
    return graph, table


def test_tracks_close_together_are_strongest_and_the_direction_is_told() -> None:
    graph, table = learned([[0, 1, 2, 3], [0, 1, 2, 3], [3, 0]])
    row = {number: int(graph.rows([track(number)])[0]) for number in range(4)}
    entries_of_0, _ = table.entries(np.array([row[0]]))
    # 0 and 1: twice adjacent; 0 and 3: twice 1/3 in order, once 1 the other way round; 0 is in 3 playlists, 1 in 2
    found = dict(zip(table.rows[entries_of_0].tolist(), table.weights[entries_of_0].tolist(), strict=True))
    assert found == pytest.approx({row[1]: 2 / 6**0.5, row[3]: (5 / 3) / 3, row[2]: 1 / 6**0.5}, abs=1e-3)
    assert table.rows[entries_of_0].tolist() == [row[1], row[3], row[2]]
    assert table.after[entries_of_0] / 255 == pytest.approx([1, (2 / 3) / (5 / 3), 1], abs=0.003)


def test_the_table_has_the_weights_of_the_evaluated_model() -> None:
    playlists = islands(80)
    graph, table = learned(playlists)
    sequences = PlaylistSequences.of(graph, entries(playlists), worlds.tracks())
    assert [rows.tolist() for rows in in_order(graph)] == [rows.tolist() for rows in sequences.order]
    whole = CooccurrenceKnn(sequences, kept=KEPT).table(graph).toarray()
    for row in range(table.size):
        mine, _ = table.entries(np.array([row]))
        assert table.weights[mine].astype(np.float64) == pytest.approx(whole[row, table.rows[mine]], rel=1e-3)
        assert len(mine) == np.count_nonzero(whole[row])


def test_the_table_is_the_same_in_blocks_of_tracks(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = build(worlds.entries())
    whole = learned_table(graph)
    monkeypatch.setattr(windowed_pairs, "MOST", 300)
    blocks = list(windowed_pairs.Entries.of(graph).blocks())
    assert len(blocks) > 5
    assert [start for start, _ in blocks] == [0, *(stop for _, stop in blocks[:-1])]
    assert blocks[-1][1] == graph.matrix.shape[1]
    parts = learned_table(graph)
    assert whole is not None
    assert parts is not None
    for name in ("offsets", "rows", "weights", "after"):
        assert np.array_equal(getattr(parts, name), getattr(whole, name))


def test_each_track_keeps_its_strongest() -> None:
    graph = build(entries(islands(80)))
    few, many = learned_table(graph, kept=3), learned_table(graph)
    assert few is not None
    assert many is not None
    assert (np.diff(few.offsets) == 3).all()
    for row in range(few.size):
        assert (
            few.rows[few.entries(np.array([row]))[0]].tolist()
            == many.rows[many.entries(np.array([row]), 3)[0]].tolist()
        )


def test_a_graph_without_positions_has_no_table() -> None:
    graph = build(entries(islands()))
    assert learned_table(Graph(graph.track_ids, graph.playlist_ids, graph.matrix)) is None


def test_the_ranker_is_trained_with_a_table_that_lacks_the_held_out_playlists() -> None:
    """A pair of tracks that only held-out playlists hold has no entry."""
    graph = build(entries(islands(200, tracks=600, length=40)))
    rest, held = hold_out_playlists(graph, HeldOutSettings(share=0.4))
    whole, table = learned_table(graph), learned_table(rest)
    assert table is not None
    assert whole is not None
    assert len(table.rows) < len(whole.rows)
    there = np.zeros((600, 600), bool)
    for rows in in_order(rest):
        there[np.ix_(rows, rows)] = True
    lines = np.repeat(np.arange(600), np.diff(table.offsets))
    assert there[lines, table.rows].all()
    space = Fused(spectral=Spectral(dims=8), gcn=None).train(rest, [None] * 600, silent)
    lookup = Lookup.of(rest, [None] * 600, space, table)
    seeds, others = held[0][:3], held[0][3:]
    sums = lookup.sums_of(seeds, others)
    assert sums == pytest.approx([sum(_weight(table, int(s), int(o)) for s in seeds) for o in others], abs=1e-3)


def _weight(table: CooccurrenceTable, row: int, other: int) -> float:
    found, _ = table.entries(np.array([row]))
    return float(table.weights[found][table.rows[found] == other].sum())


# -- in a release ----------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Release:
    graph = build(worlds.entries())
    table = learned_table(graph)
    assert table is not None
    beside = Cooccurrence([one.decode() for one in graph.track_ids], table)
    content = replace(worlds.content(name="ordered"), cooccurrence=beside)
    return write_release(tmp_path_factory.mktemp("releases"), content)


def test_a_release_holds_the_table_in_its_own_rows(written: Release) -> None:
    check_contents(written)
    graph = build(worlds.entries())
    whole, table = learned_table(graph), CooccurrenceTable.of(written)
    assert table is not None
    assert whole is not None
    assert table.size == written.embedded
    assert table.weights.dtype == np.float16
    assert {written.manifest.files[name].bytes > 0 for name in FILES} == {True}
    ids = [one.decode() for one in graph.track_ids]
    release_row = written.rows(ids)
    for at in range(0, len(ids), 17):
        if release_row[at] < 0:
            continue
        mine = table.rows[table.entries(release_row[[at]])[0]].tolist()
        theirs = release_row[whole.rows[whole.entries(np.array([at]))[0]]]
        assert mine == theirs[(theirs >= 0) & (theirs < written.embedded)].tolist()


def test_a_release_without_a_table_opens(tmp_path: Path) -> None:
    assert CooccurrenceTable.of(worlds.write_small_release(tmp_path)) is None


def drop(name: str) -> Callable[[Path], None]:
    return lambda folder: rewrite(folder, lambda manifest: manifest["files"].pop(name))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (array(OFFSETS, lambda a: a.__setitem__(-1, 10**9)), "does not rise"),
        (array(OFFSETS, lambda a: a.__setitem__(3, -1)), "does not rise"),
        (array(OFFSETS, lambda a: a[:-1].copy()), "instead of i8"),
        (array(ROWS, lambda a: a.__setitem__(0, 192)), "values outside"),
        (array(ROWS, lambda a: a.__setitem__(0, -1)), "values outside"),
        (array(ROWS, lambda a: a.astype(np.int64)), "instead of i4"),
        (array(WEIGHTS, lambda a: a.__setitem__(0, np.nan)), "not finite"),
        (array(WEIGHTS, lambda a: a.__setitem__(0, -1)), "values outside"),
        (array(WEIGHTS, lambda a: a.astype(np.float32)), "instead of f2"),
        (array(AFTER, lambda a: a[:-1].copy()), "instead of u1"),
        (drop(AFTER), "does not list cooccurrence/after.npy"),
    ],
)
def test_a_broken_table_is_refused(
    written: Release, tmp_path: Path, change: Callable[[Path], None], message: str
) -> None:
    shutil.copytree(written.path, tmp_path / "copy")
    change(tmp_path / "copy")
    with pytest.raises(BrokenRelease, match=message):
        check_contents(Release(tmp_path / "copy"))


def test_a_ranker_that_reads_a_table_needs_one(published_ranked: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(next((published_ranked / "releases").glob("trained-*")), tmp_path / "copy")
    assert Ranker.of(Release(folder)) is not None
    rewrite(folder, lambda manifest: [manifest["files"].pop(name) for name in FILES])
    with pytest.raises(BrokenRelease, match="needs a co-occurrence table"):
        Ranker.of(Release(folder))


def test_the_files_do_not_depend_on_how_many_rows_are_read_at_a_time(tmp_path: Path) -> None:
    _, table = learned(islands(80))
    content = worlds.content()
    ids = list(content.spaces["graph"].track_ids)[: table.size]
    found = Cooccurrence([*ids[:-1], "0" * 22], table)  # a track that the release leaves out
    written = []
    for at_once in (1000, 7):
        folder = Folder(tmp_path / f"{at_once}")
        write_cooccurrence(folder, RowOrder(content), found, at_once)
        written.append({name: (folder.path / name).read_bytes() for name in folder.files})
    assert written[0] == written[1]
    kept = np.load(tmp_path / "7" / ROWS)
    assert 0 < len(kept) < len(table.rows)
    folder.array("again.npy", kept)
    assert (folder.path / "again.npy").read_bytes() == written[1][ROWS]


def test_a_streamed_array_has_the_length_that_its_header_states(tmp_path: Path) -> None:
    for parts in ([np.arange(3)], [np.arange(3), np.arange(3)]):
        with pytest.raises(ValueError, match="for its header"):
            Folder(tmp_path).streamed("some.npy", np.int32, 5, parts)
