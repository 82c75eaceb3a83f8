"""Blocks of the fused space beyond the playlists: shared artists, and the popularity exponent of seeds."""

import numpy as np
import pytest

from pipelines.graph.playlist_graph import artists, build
from pipelines.models import artist_graph
from pipelines.models.fused import Fused
from pipelines.models.interface import silent
from tests.pipelines.playlists import entries, islands, track, tracks


def test_artists_that_share_playlists_are_near_even_when_their_tracks_do_not():
    """Two groups of eight artists. A playlist holds two artists of a group, by tracks of different halves."""
    pairs = [(8 * (n % 2) + n // 2 % 8, 8 * (n % 2) + (n // 2 + 1 + n // 16 % 7) % 8, n // 2 % 5) for n in range(560)]
    graph = build(entries([[10 * first + number, 10 * second + 5 + number] for first, second, number in pairs]))
    names = artists(graph, tracks(160, per_artist=10))
    part = artist_graph.part(graph, names, dims=16, weight=1.0, power=0.0)
    one, other, two, three = (graph.rows([track(n)])[0] for n in (0, 7, 10, 80))
    assert (graph.matrix[:, [one]] * graph.matrix[:, [two]]).nnz == 0
    assert np.linalg.norm(part.index, axis=1) == pytest.approx(1)
    assert part.index[one] @ part.index[two] > part.index[one] @ part.index[three] + 0.5
    assert (part.index[one] == part.index[other]).all()


def test_tracks_without_an_artist_have_zeros_in_the_artist_block():
    graph = build(entries(islands()))
    assert not artist_graph.part(graph, [None] * 60, dims=8, weight=1.0, power=0.0).index.any()
    assert not Fused(gcn=None).train(graph, [None] * 60, silent).index[:, -1].any()


def test_a_rare_seed_has_a_longer_query_vector_than_a_common_one():
    playlists = [[0, *rest] for rest in islands()] + [[60, 61]] * 3
    graph = build(entries(playlists))
    trained = Fused(gcn=None).train(graph, artists(graph, tracks(62)), silent)
    block = next(block for block in trained.blocks if block.name == "artist")
    lengths = np.linalg.norm(trained.query[:, block.start : block.stop], axis=1)
    common, rare = graph.rows([track(0)])[0], graph.rows([track(61)])[0]
    ratio = graph.item_degree[common] / graph.item_degree[rare]
    assert lengths[rare] / lengths[common] == pytest.approx(ratio**0.2, rel=1e-3)
