"""What the fused space knows besides the playlists: stretches of them, artists that share them, how rare a seed is."""

import numpy as np
import pytest

from pipelines.graph import Graph, artists, build
from pipelines.models import artist_graph
from pipelines.models.fused import Fused
from pipelines.models.interface import silent
from pipelines.models.spectral import Spectral, stretches
from tests.pipelines.playlists import entries, islands, song, tracks


def numbers(graph, row):
    """Which songs a row of ones holds."""
    named = {song(n).encode(): n for n in range(200)}
    return sorted(named[graph.track_ids[column]] for column in row.indices)


def test_a_long_playlist_is_cut_into_equal_runs_in_its_order():
    order = np.random.default_rng(2).permutation(40).tolist()
    graph = build(entries([order, order[::-1], order[:6]]))
    found = stretches(graph, size=20)
    assert [numbers(graph, found[[run]]) for run in range(2)] == [sorted(order[:20]), sorted(order[20:])]
    assert found.shape == (4, 40)


def test_short_playlists_have_no_stretches():
    assert stretches(build(entries(islands(length=12))), size=15).shape == (0, 60)


def test_without_positions_there_are_none():
    graph = build(entries([list(range(40))] * 2))
    assert stretches(Graph(graph.track_ids, graph.playlist_ids, graph.matrix), size=10).shape == (0, 40)


def test_songs_of_one_stretch_are_nearer_than_songs_of_one_playlist():
    rng = np.random.default_rng(4)
    halves = [[rng.permutation(30), 30 + rng.permutation(30)] for _ in range(100)]
    graph = build(entries([np.concatenate(both).tolist() for both in halves]))
    gaps = []
    for weight in (0.0, 0.5):
        scores = Spectral(dims=4, stretch_weight=weight).fit(graph, [None] * 60, silent).scores([np.array([0])])[0]
        near = np.array([graph.rows([song(n)])[0] for n in range(30)])
        home = np.isin(np.arange(60), near) == np.isin(0, near)
        gaps.append(scores[home].mean() - scores[~home].mean())
    assert gaps[1] > 10 * abs(gaps[0])


def test_artists_that_share_playlists_are_near_even_when_their_songs_do_not():
    playlists = [[n % 10, 10 + (n // 10) % 10] for n in range(200)] + [[20 + n % 10, 30 + n % 9] for n in range(200)]
    graph = build(entries(playlists))
    names = artists(graph, tracks(40, per_artist=10))
    part = artist_graph.part(graph, names, dims=16, weight=1.0, power=0.0)
    one, two, three = (graph.rows([song(n)])[0] for n in (0, 15, 25))
    assert np.linalg.norm(part.index, axis=1) == pytest.approx(1)
    assert part.index[one] @ part.index[two] > part.index[one] @ part.index[three] + 0.5
    assert (part.index[one] == part.index[graph.rows([song(7)])[0]]).all()


def test_songs_of_nobody_have_no_place_among_artists():
    graph = build(entries(islands()))
    assert not artist_graph.part(graph, [None] * 60, dims=8, weight=1.0, power=0.0).index.any()
    assert not Fused(gcn=None).train(graph, [None] * 60, silent).index[:, -1].any()


def test_a_rare_seed_asks_louder_than_a_common_one():
    playlists = [[0, *rest] for rest in islands()] + [[60, 61]] * 3
    graph = build(entries(playlists))
    trained = Fused(gcn=None).train(graph, artists(graph, tracks(62)), silent)
    block = next(block for block in trained.blocks if block.name == "artist")
    lengths = np.linalg.norm(trained.query[:, block.start : block.stop], axis=1)
    common, rare = graph.rows([song(0)])[0], graph.rows([song(61)])[0]
    ratio = graph.occurrences[common] / graph.occurrences[rare]
    assert lengths[rare] / lengths[common] == pytest.approx(ratio**0.2, rel=1e-3)
