"""The playlist graph and its co-occurrence, against the plain product."""

import numpy as np
import polars as pl
import pytest

from pipelines.graph import ingested
from pipelines.graph import playlist_graph as graphs
from pipelines.graph.entry_codes import EntryCodes
from pipelines.graph.playlist_graph import blocks, build, neighbours, threads, top_rows
from pipelines.ingest import ingest
from pipelines.ingest.coded_entries import CODES
from pipelines.tables import read
from tests.pipelines.playlists import entries, islands, track, tracks


@pytest.fixture
def world():
    return build(entries(islands()))


def plain(graph):
    together = (graph.matrix.T @ graph.matrix).toarray()
    item_degree = np.diag(together).copy()
    np.fill_diagonal(together, 0)
    return together, together / np.sqrt(np.outer(item_degree, item_degree))


def test_repeats_inside_a_playlist_count_once():
    graph = build(entries([[1, 1, 2], [1, 2], [2, 1]]))
    assert graph.matrix.max() == 1
    assert graph.item_degree.tolist() == [3, 3]
    assert graph.lengths.tolist() == [2, 2, 2]


def test_a_track_needs_two_playlists_and_a_playlist_one_such_track():
    graph = build(entries([[1, 2, 3], [1, 2], [4, 5], [6, 6]]))
    assert sorted(graph.track_ids.tolist()) == sorted(track(n).encode() for n in (1, 2))
    assert graph.playlist_ids.tolist() == ["p00000", "p00001"]


@pytest.mark.parametrize("part", [None, ["p00000", "p00003", "p00007"]])
def test_the_integers_of_an_ingest_give_the_graph_of_its_entries(tmp_path, part):
    entries(islands()).sample(fraction=1.0, shuffle=True, seed=4).write_parquet(tmp_path / "playlists.parquet")
    ingest([tmp_path / "playlists.parquet"], tmp_path / "out", lambda *_: None)
    table = read(tmp_path / "out", "entries")
    coded = build(ingested.entries(tmp_path / "out", part, table.clear()))
    counts = ingested.playlist_counts(tmp_path / "out").sort("track_id")
    (tmp_path / "out" / CODES).unlink()
    assert counts.equals(ingested.playlist_counts(tmp_path / "out").sort("track_id"))
    of_text = build(ingested.entries(tmp_path / "out", part, table.clear()))
    assert coded.track_ids.tolist() == of_text.track_ids.tolist()
    assert coded.playlist_ids.tolist() == of_text.playlist_ids.tolist()
    assert np.array_equal(coded.positions, of_text.positions)
    assert (coded.matrix != of_text.matrix).nnz == 0


def test_tracks_are_sorted_by_id_whatever_the_order_of_the_entries():
    table = entries(islands())
    shuffled = build(table.sample(fraction=1.0, shuffle=True, seed=4))
    graph = build(table)
    assert (np.sort(graph.track_ids) == graph.track_ids).all()
    assert (graph.track_ids == shuffled.track_ids).all()
    assert (graph.matrix != shuffled.matrix).nnz == 0


def test_rows_are_minus_one_for_unknown_tracks(world):
    wanted = [world.track_ids[7].decode(), track(9_999), world.track_ids[0].decode()]
    assert world.rows(wanted).tolist() == [7, -1, 0]
    assert build(entries([[1]])).rows([track(1)]).tolist() == [-1]


def test_artists_follow_the_rows(world):
    known = tracks(60).filter(pl.col("track_id") != track(3))
    named = dict(zip(world.track_ids.tolist(), graphs.artists(world, known), strict=True))
    assert named[track(7).encode()] == "Artist 1"
    assert named[track(3).encode()] is None


@pytest.mark.must("S1-08")
def test_a_saved_graph_comes_back(world, tmp_path):
    graphs.save(world, tmp_path)
    again = graphs.load(tmp_path)
    assert (again.track_ids == world.track_ids).all()
    assert (again.playlist_ids == world.playlist_ids).all()
    assert (again.matrix != world.matrix).nnz == 0
    assert again.matrix.dtype == np.float32


@pytest.mark.parametrize("multiply_adds", [1, 3_000, 10**9])
def test_blocks_cover_every_track_once(world, multiply_adds):
    ranges = blocks(world.matrix, multiply_adds)
    assert [track for start, stop in ranges for track in range(start, stop)] == list(range(60))
    assert len(ranges) == {1: 60, 10**9: 1}.get(multiply_adds, len(ranges))


@pytest.mark.parametrize("multiply_adds", [1, 3_000, 10**9])
def test_the_blocked_product_is_the_plain_one(world, multiply_adds):
    transposed = graphs.Matrix(world.matrix.T)
    ranges = blocks(world.matrix, multiply_adds)
    blocked = np.vstack([graphs.cooccurrence_block(*span, world.matrix, transposed).toarray() for span in ranges])
    assert (blocked == (world.matrix.T @ world.matrix).toarray()).all()


@pytest.mark.parametrize("workers", [1, 3])
def test_neighbours_are_the_nearest_by_cosine_with_their_counts(world, workers):
    together, cosine = plain(world)
    found = neighbours(world, top=10, runner=threads(workers), multiply_adds=3_000)
    for row in range(60):
        best = sorted(np.flatnonzero(together[row]), key=lambda other: (-cosine[row, other], other))[:10]
        assert found.rows[row].tolist() == best
        assert found.together[row].tolist() == together[row, best].tolist()
        assert found.cosine[row] == pytest.approx(cosine[row, best])


def test_missing_neighbours_are_minus_one():
    found = neighbours(build(entries([[1, 2], [1, 2], [3], [3]])), top=4)
    lonely = np.flatnonzero((found.rows == -1).all(axis=1))
    assert len(lonely) == 1
    assert (np.sort(found.rows, axis=1)[:, :3] == -1).all()
    assert found.together.max() == 2


def test_equal_scores_are_ordered_by_row_even_at_the_cut():
    assert top_rows(np.array([1.0, 2.0, 1.0, 2.0, 1.0]), 3).tolist() == [1, 3, 0]
    assert top_rows(np.array([-np.inf, 0.5, -np.inf]), 3).tolist() == [1]


@pytest.mark.parametrize("values", [5, 400, 100_000], ids=["many equal", "some equal", "hardly any equal"])
def test_the_top_of_many_scores_is_that_of_all_of_them_sorted(values: int) -> None:
    rng = np.random.default_rng(values)
    scores = rng.integers(0, values, 3_000).astype(np.float32)
    scores[rng.random(3_000) < 0.3] = -np.inf
    order = rng.permutation(3_000)
    assert top_rows(scores, 40).tolist() == np.lexsort((np.arange(3_000), -scores))[:40].tolist()
    assert top_rows(scores, 40, order).tolist() == np.lexsort((order, -scores))[:40].tolist()
    scores[rng.random(3_000) < 0.99] = -np.inf
    finite = int(np.isfinite(scores).sum())
    assert top_rows(scores, 40).tolist() == np.lexsort((np.arange(3_000), -scores))[: min(40, finite)].tolist()


def test_a_score_that_is_no_number_is_not_among_the_top() -> None:
    scores = np.arange(3_000, dtype=np.float32)
    scores[[5, 2_999]] = np.nan
    assert top_rows(scores, 3).tolist() == [2_998, 2_997, 2_996]


def test_entries_as_integers_are_chosen_by_playlist() -> None:
    frame = entries([[1, 2], [2, 3], [1, 3]])
    coded = EntryCodes.of(frame)
    first = frame["playlist_id"][0]
    kept = coded.of_playlists([first]).frame()
    assert kept.rows() == frame.filter(pl.col("playlist_id") == first).select(kept.columns).rows()
