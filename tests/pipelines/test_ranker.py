"""Training of the ranker: no leakage, exported arrays equal the network, and a planted preference is learned."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from kit import ranker as serving
from kit import ranker_features
from kit.release import Block
from pipelines.evaluate import protocol
from pipelines.graph.playlist_graph import Graph, Matrix, artists, build, numbered
from pipelines.learning_to_rank import held_out_queries as held_out
from pipelines.learning_to_rank import ranker as training
from pipelines.learning_to_rank.held_out_queries import (
    MOST,
    HeldOutSettings,
    Lookup,
    candidate_lists,
    held_out_queries,
    hold_out_playlists,
    queries_each,
    standard_error,
    validation_split,
)
from pipelines.learning_to_rank.ranker import Network, RankerSettings, RankerTrainingSet, exported, fit
from pipelines.models.fused import Fused
from pipelines.models.interface import Restrictable, silent
from pipelines.models.reranked import Reranked
from pipelines.models.reranked_scorer import RerankedScorer
from pipelines.models.spectral import Spectral
from tests.pipelines.playlists import entries, islands, track, tracks

QUICK = RankerSettings(epochs=4, lists=8)
TRAINING = HeldOutSettings(share=0.4, queries=2, first=0)
MODEL = Reranked(Fused(spectral=Spectral(dims=8), gcn=None), TRAINING, ranker=QUICK)
COLUMNS = ranker_features.names([Block(name="a", start=0, stop=2)])


@pytest.fixture
def rng():
    return np.random.default_rng(3)


@pytest.fixture(scope="module")
def wide_world():
    """Two islands of 300 tracks each: a lookup finds more than it may show."""
    graph = build(entries(islands(200, tracks=600, length=40)))
    return graph, artists(graph, tracks(600))


def planted(rng: np.random.Generator, lists: int = 400) -> RankerTrainingSet:
    """Lists whose three right answers have the largest sum of two features."""
    x = rng.standard_normal((lists, serving.DEPTH, len(COLUMNS))).astype(np.float32)
    order = np.argsort(-(x[..., 0] + x[..., 1]), axis=1)
    right = np.zeros(x.shape[:2], bool)
    np.put_along_axis(right, order[:, :3], True, axis=1)
    return RankerTrainingSet(x, right, np.arange(lists))


def test_held_out_playlists_are_not_in_the_training_graph(wide_world):
    graph, _ = wide_world
    rest, held = hold_out_playlists(graph, TRAINING)
    assert len(rest.playlist_ids) + len(held) == len(graph.playlist_ids)
    assert rest.matrix.nnz + sum(map(len, held)) == graph.matrix.nnz
    assert (rest.track_ids == graph.track_ids).all()
    assert len(rest.positions) == rest.matrix.nnz


def test_every_other_query_is_restricted_to_common_tracks(wide_world):
    graph, names = wide_world
    rest, held = hold_out_playlists(graph, TRAINING)
    lookup = Lookup.of(rest, names, MODEL.fused.train(rest, names, silent))
    common = int(np.quantile(rest.item_degree, 0.6))
    trained = training.training_set(lookup, list(held_out_queries(held[:10], rest.item_degree >= common, TRAINING)))
    column = ranker_features.names(lookup.space.blocks).index("list.commonness")
    rarest = np.exp(trained.features[:, :, column].min(axis=1)) * len(rest.playlist_ids)
    assert trained.features.shape[1] == serving.DEPTH
    assert trained.right.any(axis=1).all()
    assert (rarest[0::2] < common).all()
    assert (rarest[1::2] >= common - 0.01).all()


def test_the_first_queries_of_a_playlist_have_its_first_tracks_as_seeds():
    backwards = [[*range(number, -1, -1)] for number in (9, 19)]
    graph = build(entries([*backwards, *backwards]))
    _, held = hold_out_playlists(graph, HeldOutSettings(share=1.0))
    order = {len(rows): [graph.track_ids[row].decode() for row in rows] for rows in held}
    assert order == {number: [track(at) for at in range(number - 1, -1, -1)] for number in (10, 20)}
    queried = list(held_out_queries(held, np.ones(20, bool), HeldOutSettings(queries=5), first=3))
    own = [rows for rows in held for _ in range(5)]
    line = [query.seeds.tolist() == rows[: len(query.seeds)].tolist() for query, rows in zip(queried, own, strict=True)]
    assert [all(line[at::5]) for at in range(5)] == [True, True, True, False, False]


def test_many_playlists_give_fewer_queries_each_and_every_kind_of_query(monkeypatch):
    monkeypatch.setattr(held_out, "MOST_QUERIES", 45)
    assert [queries_each(playlists, HeldOutSettings()) for playlists in (3, 20, 100)] == [10, 2, 1]
    graph = build(entries([[*range(9, -1, -1)]] * 20))
    _, held = hold_out_playlists(graph, HeldOutSettings(share=1.0))
    settings, common = HeldOutSettings(), np.arange(10) < 9
    queried = list(held_out_queries(held, common, settings, first=4, each=2))
    assert [query.playlist for query in queried] == [at for at in range(20) for _ in range(2)]
    assert sum(query.view.all() for query in queried) == 20
    beginnings = [held[0][query.view[held[0]]][: len(query.seeds)] for query in queried]
    in_order = {query.playlist for query, rows in zip(queried, beginnings, strict=True) if (query.seeds == rows).all()}
    assert {at for at in range(20) if at % 5 in (0, 1)} <= in_order < set(range(20))


def test_of_many_playlists_about_so_many_are_held_out_and_no_more():
    playlists = 10 * MOST
    indptr = np.arange(0, 2 * playlists + 1, 2)
    matrix = Matrix((np.ones(2 * playlists, np.float32), np.tile([0, 1], playlists), indptr), shape=(playlists, 2))
    graph = Graph(np.array([b"a", b"b"]), np.arange(playlists).astype(np.str_), matrix)
    rest, _ = hold_out_playlists(graph, HeldOutSettings())
    assert playlists - rest.matrix.shape[0] == pytest.approx(MOST, rel=0.03)


def test_seeds_are_never_candidates(wide_world):
    graph, names = wide_world
    rest, held = hold_out_playlists(graph, TRAINING)
    lookup = Lookup.of(rest, names, MODEL.fused.train(rest, names, silent))
    found = list(candidate_lists(lookup, list(held_out_queries(held[:10], rest.item_degree >= 1, TRAINING))))
    assert len(found) == 20
    for answer in found:
        assert not np.isin(answer.rows, answer.query.seeds).any()
        assert not np.isin(answer.query.targets, answer.query.seeds).any()
        assert set(answer.rows[answer.right].tolist()) <= set(answer.query.targets.tolist())


def test_the_exported_arrays_score_like_the_network(rng):
    torch.manual_seed(1)
    network = Network(len(COLUMNS), 16, 0.1).eval()
    mean, deviation = rng.standard_normal(len(COLUMNS)), rng.uniform(0.5, 2, len(COLUMNS))
    plain = exported(network, COLUMNS, mean.astype(np.float32), deviation.astype(np.float32))
    x = rng.standard_normal((200, len(COLUMNS))).astype(np.float32)
    with torch.no_grad():
        expected = network(torch.from_numpy(((x - plain.mean) / plain.deviation).astype(np.float32))).numpy()
    assert plain.scores(x) == pytest.approx(expected, abs=1e-5)


def test_a_planted_preference_is_learned(rng):
    found = fit(planted(rng), COLUMNS, replace(QUICK, epochs=10, learning_rate=0.01), silent)
    queried = planted(rng, lists=20)
    tops = [np.argsort(-found.scores(features))[:10] for features in queried.features]
    found_again = sum(int(right[top].sum()) for right, top in zip(queried.right, tops, strict=True))
    assert found_again >= 0.95 * queried.right.sum()


def test_the_seed_decides_the_ranker(rng):
    trained = planted(rng, lists=40)
    once, again, other = (fit(trained, COLUMNS, replace(QUICK, seed=seed), silent).first for seed in (1, 1, 2))
    assert (once == again).all()
    assert (once != other).any()


def test_too_few_lists_give_no_ranker():
    nothing = RankerTrainingSet(
        np.empty((0, serving.DEPTH, len(COLUMNS)), np.float32),
        np.empty((0, serving.DEPTH), bool),
        np.empty(0, np.int64),
    )
    assert fit(nothing, COLUMNS, QUICK, silent) is None
    graph = build(entries(islands()))
    assert MODEL.train(graph, [None] * 60, silent).ranker is None  # 60 tracks: no lookup finds DEPTH candidates


def by_item_degree(graph, names):
    """A lookup and a ranker that puts the rarest first."""
    lookup = Lookup.of(graph, names, MODEL.fused.train(graph, names, silent))
    columns = ranker_features.names(lookup.space.blocks)
    network = Network(len(columns), 4, 0.0)
    for weights in network.parameters():
        torch.nn.init.zeros_(weights)
    with torch.no_grad():
        network.direct.weight[0, columns.index("list.commonness")] = -1.0
    zeros, ones = np.zeros(len(columns), np.float32), np.ones(len(columns), np.float32)
    return RerankedScorer(lookup, exported(network, columns, zeros, ones))


def test_both_stages_are_evaluated_from_one_scan_as_each_alone():
    """The second stage reorders, so their figures differ."""
    table = islands(playlists=300, tracks=240, length=14)
    graph = build(entries(table))
    names = artists(graph, tracks(240))
    scorer = by_item_degree(graph, names)
    held = [graph.rows([track(one) for one in lists]) for lists in islands(playlists=40, tracks=240, length=20, seed=9)]
    task = protocol.continuation_task(held, graph.item_degree > 0, graph.item_degree, numbered(names))
    alone = [protocol.evaluate_scorer(one, task) for one in (scorer.lookup.space.scorer(), scorer)]
    together = protocol.evaluate_before_and_after(scorer, task)
    for one, other in zip(alone, together, strict=True):
        assert all(np.array_equal(one.figures[name], other.figures[name], equal_nan=True) for name in one.figures)
    assert not np.array_equal(together[0].figures["ndcg@100"], together[1].figures["ndcg@100"])


def test_the_gain_of_a_ranker_is_measured_on_other_lists(rng):
    found, validation = fit(planted(rng), COLUMNS, QUICK, silent), planted(rng, lists=50)
    assert training.gain(found, validation) > 0.3
    misled = replace(validation, right=validation.right[rng.permutation(50)])
    assert training.gain(found, misled) <= 0
    nothing = RankerTrainingSet(validation.features[:0], validation.right[:0], validation.playlists[:0])
    assert training.gain(found, nothing) == 0


def test_the_gain_counts_playlists_and_not_their_lists(rng):
    """The same lists: as ten of each playlist, all alike, they are a tenth of the evidence."""
    found, validation = fit(planted(rng), COLUMNS, QUICK, silent), planted(rng, lists=20)
    repeated = RankerTrainingSet(
        *(np.repeat(array, 10, axis=0) for array in (validation.features, validation.right, validation.playlists))
    )
    apart = replace(repeated, playlists=np.arange(200))
    assert training.gain(found, repeated) == pytest.approx(training.gain(found, validation), abs=1e-6)
    assert training.gain(found, apart) > training.gain(found, repeated)
    assert training.gain(found, replace(repeated, playlists=np.zeros(200, int))) == 0  # one playlist tells nothing


def test_the_standard_error_of_clusters_of_one_is_the_common_one_and_that_of_clusters_is_of_their_sums():
    values = np.array([0.1, 0.4, -0.2, 0.3, 0.0, 0.6])
    alone = standard_error(values, np.arange(6))
    assert alone == pytest.approx(values.std(ddof=1) / 6**0.5)
    pairs = values.reshape(3, 2).mean(axis=1)
    assert standard_error(values, np.repeat([4, 9, 2], 2)) == pytest.approx(pairs.std(ddof=1) / 3**0.5)


def test_validation_playlists_are_drawn_at_random_and_give_no_training_queries():
    held = [np.arange(6) + number for number in range(100)]
    settings = HeldOutSettings(validation=0.2)
    training_queries, validation_queries = validation_split(held, settings)
    first = [int(rows[0]) for rows in validation_queries]
    assert (len(training_queries), len(validation_queries)) == (80, 20)
    assert not {int(rows[0]) for rows in training_queries} & set(first)
    assert 30 < np.mean(first) < 70
    assert first != [int(rows[0]) for rows in validation_split(held, replace(settings, seed=2))[1]]


def test_queries_name_the_playlist_that_they_are_of():
    held = [np.arange(20), np.arange(3), np.arange(8)]
    queried = list(held_out_queries(held, np.ones(20, bool), HeldOutSettings(queries=2)))
    assert [query.playlist for query in queried] == [0, 0, 2, 2]


def test_the_ranker_permutes_the_first_candidates(wide_world):
    graph, names = wide_world
    scorer = by_item_degree(graph, names)
    plain, seeds = replace(scorer, ranker=None), [np.array([1, 5, 300])]
    ours, theirs = (np.argsort(-s.scores(seeds)[0], kind="stable") for s in (scorer, plain))
    kept = [rows[~np.isin(rows, seeds[0])] for rows in (ours, theirs)]
    assert set(kept[0][: serving.DEPTH]) == set(kept[1][: serving.DEPTH])
    assert (kept[0][serving.DEPTH :] == kept[1][serving.DEPTH :]).all()
    assert (kept[0] != kept[1]).any()


def test_candidates_are_in_the_catalogue_of_the_query(wide_world):
    graph, names = wide_world
    scorer, allowed = by_item_degree(graph, names), np.arange(len(graph.track_ids)) % 3 == 0
    assert isinstance(scorer, Restrictable)
    seeds = np.array([1, 5])
    within, plain = (s.scores([seeds])[0] for s in (scorer.within(allowed), replace(scorer, ranker=None)))
    moved = np.flatnonzero(within != plain)
    assert 100 < len(moved) <= serving.DEPTH
    assert set(moved.tolist()) <= set(np.flatnonzero(allowed).tolist())
    assert np.sort(within[moved]) == pytest.approx(np.sort(plain[moved]))


def test_a_graph_without_positions_is_supported():
    graph = build(entries(islands(200, tracks=600, length=40)))
    bare = Graph(graph.track_ids, graph.playlist_ids, graph.matrix)
    assert hold_out_playlists(bare, TRAINING)[0].positions is None
