"""A graph of many entries in parts: a step propagates over one of them, and all tracks still find their own."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.graph.playlist_graph import Graph, artists, build
from pipelines.models.interface import silent
from pipelines.models.light_gcn import SAME_PART, LightGcn
from pipelines.models.light_gcn_batches import draw, parts
from pipelines.models.light_gcn_network import Network
from tests.pipelines import playlists as planted

ISLAND = 60
GCN = LightGcn(dims=16, steps=40, negatives=64)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return build(planted.entries(planted.islands(playlists=300, tracks=2 * ISLAND, length=12)))


def test_parts_hold_every_playlist_once_and_about_as_many_entries(graph: Graph) -> None:
    divided = parts(graph.matrix, graph.matrix.nnz // 4, seed=1)
    assert len(divided) == 4
    assert sorted(np.concatenate(divided).tolist()) == list(range(graph.matrix.shape[0]))
    assert max(graph.matrix[part].nnz for part in divided) < graph.matrix.nnz / 3
    assert all(
        np.array_equal(a, b) for a, b in zip(divided, parts(graph.matrix, graph.matrix.nnz // 4, 1), strict=True)
    )


def test_a_graph_within_the_bound_is_one_part(graph: Graph) -> None:
    (only,) = parts(graph.matrix, graph.matrix.nnz, seed=1)
    assert only.tolist() == list(range(graph.matrix.shape[0]))


def test_the_queries_of_a_step_are_playlists_of_its_part(graph: Graph) -> None:
    model = replace(GCN, entries=graph.matrix.nnz // 3, playlists=16)
    divided = parts(graph.matrix, model.entries, model.seed)
    for step, batch in enumerate(model._batches(graph.matrix)):
        part = divided[step // SAME_PART % len(divided)]
        lists = graph.matrix[part].toarray()[:, batch.targets]  # (playlists, queries, targets)
        assert lists.all(axis=2).any(axis=0).all(), step


def test_a_part_alone_is_propagated_over_until_the_vectors_are_read(graph: Graph) -> None:
    rng, part = np.random.default_rng(2), np.arange(0, graph.matrix.shape[0], 30)
    start = [rng.standard_normal((size, 8)).astype(np.float32) for size in graph.matrix.shape]
    restricted = Network(graph.matrix, *start, layers=2, part=part)
    alone = Network(graph.matrix[part], start[0][part], start[1], layers=2)
    there = np.unique(graph.matrix[part].indices)
    assert len(there) < graph.matrix.shape[1], "some tracks are outside the part"
    assert np.allclose(
        restricted().detach(), alone().detach()[np.append(np.arange(len(part)), len(part) + there)], atol=1e-6
    )
    batch = draw(graph.matrix, part, 4, 5, rng, np.arange(graph.matrix.shape[1]))
    losses = [network.loss(batch, 0.1) for network in (restricted, alone)]
    assert losses[0].item() == pytest.approx(losses[1].item(), rel=1e-5)
    for loss in losses:
        loss.backward()
    assert restricted.free.grad is not None
    assert alone.free.grad is not None
    split, rows = len(part), np.append(part, graph.matrix.shape[0] + np.arange(graph.matrix.shape[1]))
    assert np.allclose(restricted.free.grad[rows], alone.free.grad, atol=1e-6)
    assert alone.free.grad[split:].any(dim=1).all(), "all tracks are negatives, also those outside the part"
    whole = Network(graph.matrix, *start, layers=2)
    for found, expected in zip(restricted.embeddings(), whole.embeddings(), strict=True):  # sums in another order
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("steps", [40, 7])
def test_every_part_has_its_turn(graph: Graph, steps: int) -> None:
    model = replace(GCN, entries=graph.matrix.nnz // 6, steps=steps)
    divided = model._parts(graph.matrix)
    turns = [
        next(at for at, part in enumerate(divided) if part is model._part_at(step, divided)) for step in range(steps)
    ]
    assert len(divided) > 5
    assert set(turns) == set(range(len(divided)))


def test_the_playlists_of_every_part_are_trained(graph: Graph) -> None:
    """From noise: a vector that no step propagates over would stay as it was, as its gradient is nothing."""
    rng, model = np.random.default_rng(3), replace(GCN, entries=graph.matrix.nnz // 3)
    start = [rng.standard_normal((size, 16)).astype(np.float32) for size in graph.matrix.shape]
    network = model._network(graph.matrix, *start)
    model.descend(network, graph.matrix, silent)
    moved = np.abs(network.free.detach().numpy()[: len(start[0])] - start[0]).max(axis=1)
    assert len(model._parts(graph.matrix)) > 2
    assert moved.min() > 1e-3


@pytest.mark.parametrize("count", [1, 5])
def test_islands_are_told_apart_in_one_part_or_several(graph: Graph, count: int) -> None:
    model = replace(GCN, entries=-(-graph.matrix.nnz // count))
    scorer = model.fit(graph, artists(graph, planted.tracks(2 * ISLAND)), silent)
    island = np.isin(np.arange(len(graph.track_ids)), graph.rows([planted.track(n) for n in range(ISLAND)]))
    nearest = np.argsort(-(scorer.index @ scorer.index.T), axis=1)[:, 1:20]
    assert (island[nearest] == island[:, None]).mean() > 0.95
