"""Blocks of the fused space beyond the playlists: shared artists, and the popularity exponent of seeds."""

import numpy as np
import pytest

from pipelines.graph.playlist_graph import artists, build
from pipelines.models import artist_graph
from pipelines.models.fused import Fused
from pipelines.models.interface import silent
from tests.pipelines.playlists import entries, islands, track, tracks


def test_artists_that_share_playlists_are_near_even_when_their_tracks_do_not():
    playlists = [[n % 10, 10 + (n // 10) % 10] for n in range(200)] + [[20 + n % 10, 30 + n % 9] for n in range(200)]
    graph = build(entries(playlists))
    names = artists(graph, tracks(40, per_artist=10))
    part = artist_graph.part(graph, names, dims=16, weight=1.0, power=0.0)
    one, two, three = (graph.rows([track(n)])[0] for n in (0, 15, 25))
    assert np.linalg.norm(part.index, axis=1) == pytest.approx(1)
    assert part.index[one] @ part.index[two] > part.index[one] @ part.index[three] + 0.5
    assert (part.index[one] == part.index[graph.rows([track(7)])[0]]).all()


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
