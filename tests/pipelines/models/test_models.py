"""The common test suite of all models, on planted worlds."""

import functools
from dataclasses import fields, replace

import numpy as np
import pytest

from pipelines.evaluate import model_factory
from pipelines.evaluate.model_factory import ModelInputs
from pipelines.evaluate.model_names import NAMES
from pipelines.graph.playlist_graph import artists, build
from pipelines.learning_to_rank.ranker import RankerSettings
from pipelines.models import artist_code, space
from pipelines.models.als import Als
from pipelines.models.als_side import AlsSide
from pipelines.models.als_side_reranked import AlsSideReranked
from pipelines.models.content import Content
from pipelines.models.contrastive_gcn import ContrastiveGcn
from pipelines.models.cooccurrence_knn import CooccurrenceKnn
from pipelines.models.ease import Ease
from pipelines.models.fused import Fused
from pipelines.models.ials import Ials
from pipelines.models.interface import silent
from pipelines.models.item_knn import ItemKnn
from pipelines.models.light_gcn import LightGcn
from pipelines.models.lmf import Lmf
from pipelines.models.ncf import Ncf
from pipelines.models.playlist_knn import PlaylistKnn
from pipelines.models.popularity import Popularity
from pipelines.models.reranked import Reranked, Reweighted
from pipelines.models.reranked_with_names import RerankedWithNames
from pipelines.models.rp3beta import Rp3Beta
from pipelines.models.sequence import NextTrack
from pipelines.models.sequence_lstm import SequenceLstm
from pipelines.models.space import Part
from pipelines.models.spectral import Spectral
from pipelines.models.svd_ratings import SvdRatings
from pipelines.models.top_artists import TopArtists
from pipelines.models.track_gcn import TrackGcn
from tests.pipelines.models.audio import planted_tracks, sounding
from tests.pipelines.playlists import chain, entries, islands, track, tracks

GCN = LightGcn(steps=30)
BASE = Fused(gcn=None)
QUICK = {"dims": 16, "steps": 60, "pairs": 1024, "learning_rate": 0.03}
BLIND = {
    "item_knn": lambda _: ItemKnn(),
    "item_knn_cosine": lambda _: ItemKnn(weighting="cosine", name="item_knn_cosine"),
    "als": lambda _: Als(factors=16),
    "als_side": lambda _: AlsSide(Als(factors=16)),
    "als_side_reranked": lambda _: AlsSideReranked(AlsSide(Als(factors=16)), ranker=RankerSettings(hidden=8, epochs=2)),
    "ials": lambda _: Ials(factors=16, regularization=0.1),
    "ease": lambda _: Ease(),
    "rp3beta": lambda _: Rp3Beta(),
    "playlist_knn": lambda _: PlaylistKnn(),
    "spectral": lambda _: Spectral(dims=16),
    "light_gcn": lambda _: GCN,
    "fused_without_gcn": lambda _: Fused(gcn=None, name="fused_without_gcn"),
    "fused": lambda _: Fused(gcn=GCN),
    "reweighted": lambda _: Reweighted(Reranked(BASE)),
    "reranked": lambda _: Reranked(BASE, ranker=RankerSettings(hidden=8, epochs=2)),
    "content": lambda _: Content(planted_tracks()),
    "content_s4": lambda _: Content(planted_tracks(), weighted=False, name="content_s4"),
    "lmf": lambda _: Lmf(factors=8, regularization=0.9, iterations=30),
    "ncf": lambda _: Ncf(dims=16, epochs=30, learning_rate=0.02, batch=512),
    "contrastive_gcn": lambda _: ContrastiveGcn(**QUICK),
    "contrastive_gcn_sound": lambda given: ContrastiveGcn(**QUICK, sound=given.sequences.audio_features()),
    "track_gcn": lambda given: TrackGcn(
        given.sequences.audio_features(), hidden=(64,), kept=20, steps=300, pairs=512, negatives=512, learning_rate=0.03
    ),
}
"""Models to which the order of tracks says nothing."""
ORDERED = {
    "cooccurrence_knn": lambda given: CooccurrenceKnn(given.sequences),
    "sequence": lambda _: NextTrack(BASE),
    "sequence_near": lambda _: NextTrack.with_near_tracks(BASE),
}
"""Models that say what comes next: the last track counts most."""
PERSONAL = BLIND | ORDERED
SAME_FOR_ALL = {
    "popularity": lambda _: Popularity(),
    "top_artists": lambda _: TopArtists(),
    "svd_ratings": lambda _: SvdRatings(factors=4),
}
"""Popularity answers everyone alike; ratings of artists, in turns, put every artist once before any twice."""
BY_SOUND = {"sequence_lstm": lambda given: SequenceLstm(given.sequences, units=16, epochs=8, learning_rate=0.01)}
"""The LSTM knows nothing but sound: on an island it stays nearly, on the chain, which has no sound, not at all."""
EVERY = PERSONAL | SAME_FOR_ALL | BY_SOUND
BRIEF = {"steps": 5, "epochs": 2, "iterations": 3}


def named(models):
    return pytest.mark.parametrize("make", models.values(), ids=models)


def planted(playlists, tracks):
    """Inputs of models: the second half of the tracks has all the energy."""
    played = entries(playlists)
    return ModelInputs(build(played), played, sounding(tracks, np.arange(tracks) * 2 // tracks))


def fitted(make, playlists, tracks):
    given = planted(playlists, tracks)
    return given.graph, make(given).fit(given.graph, artists(given.graph, given.tracks), silent)


def briefly(make):
    """The same model after a few steps of training, where nothing is asked of what it learned."""

    def short(given):
        model = make(given)
        return replace(model, **{field.name: BRIEF[field.name] for field in fields(model) if field.name in BRIEF})

    return short


@functools.cache
def on_islands(make):
    """One fit for all tests that only read it."""
    return fitted(make, islands(), tracks=60)


def best(graph, scorer, seeds, top):
    """Numbers of the `top` tracks for numbered seeds."""
    rows = graph.rows([track(n) for n in seeds])
    scores = scorer.scores([rows])[0]
    scores[rows] = -np.inf
    numbers = {track(n).encode(): n for n in range(len(graph.track_ids))}
    return [numbers[graph.track_ids[row]] for row in np.argsort(-scores, kind="stable")[:top]]


@named(PERSONAL)
@pytest.mark.parametrize("island", [0, 1])
def test_islands_that_never_share_a_playlist_are_never_mixed(make, island):
    graph, scorer = on_islands(make)
    home = range(island * 30, island * 30 + 30)
    assert set(best(graph, scorer, [*home][:4], top=20)) <= set(home)


@named(PERSONAL)
def test_on_a_chain_the_next_tracks_are_near(make):
    graph, scorer = fitted(make, chain(), tracks=80)
    for middle in (20, 40, 60):
        answers = best(graph, scorer, [middle, middle + 1], top=6)
        assert all(abs(answer - middle) <= 8 for answer in answers)


@named(EVERY)
def test_scores_have_a_row_per_query_and_a_column_per_track(make):
    graph, scorer = on_islands(make)
    scores = scorer.scores([np.array([3]), np.array([1, 2, 40]), np.array([], np.int64)])
    assert scores.shape == (3, len(graph.track_ids))
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


@named(EVERY)
def test_scores_may_be_changed_by_the_caller(make):
    _, scorer = on_islands(make)
    first = scorer.scores([np.array([3])])
    kept = first.copy()
    first[:] = -np.inf
    assert (scorer.scores([np.array([3])]) == kept).all()


@named(EVERY)
def test_the_same_seed_gives_the_same_scores(make):
    (_, once), (_, again) = (fitted(briefly(make), islands(), tracks=60) for _ in range(2))
    seeds = [np.array([0, 5]), np.array([30])]
    assert (once.scores(seeds) == again.scores(seeds)).all()


@named(BLIND | SAME_FOR_ALL)
def test_the_order_of_seeds_changes_nothing(make):
    _, scorer = on_islands(make)
    one, other = scorer.scores([np.array([3, 9, 12]), np.array([12, 3, 9])])
    assert one == pytest.approx(other, abs=1e-4)


@named(EVERY)
def test_a_handful_of_tracks_is_enough(make):
    graph, scorer = fitted(briefly(make), [[0, 1, 2], [0, 1], [1, 2], [2, 0]], tracks=3)
    assert scorer.scores([np.array([0])]).shape == (1, len(graph.track_ids))


@named(EVERY)
def test_tracks_without_an_artist_are_supported(make):
    given = planted(islands(), 60)
    scorer = briefly(make)(given).fit(given.graph, [None] * len(given.graph.track_ids), silent)
    assert np.isfinite(scorer.scores([np.array([0])])).all()


def test_every_model_of_the_lineup_is_tested_here():
    given = planted(islands(), 60)
    listed = {type(model_factory.model(name, given)) for name in NAMES}
    listed.remove(RerankedWithNames)  # tests/pipelines/test_playlist_names.py
    assert listed == {type(make(given)) for make in EVERY.values()}


def test_popularity_is_the_exact_count_whatever_the_seeds():
    graph, scorer = fitted(SAME_FOR_ALL["popularity"], [[0, 1, 2], [0, 1], [0, 3], [3, 2, 0], [0, 3, 2]], tracks=4)
    assert best(graph, scorer, [1], top=3)[0] == 0
    counts = dict(zip(graph.track_ids.tolist(), scorer.scores([np.array([0])])[0].tolist(), strict=True))
    assert [counts[track(n).encode()] for n in range(4)] == [5, 2, 3, 3]


def test_an_artist_has_one_code_in_every_release():
    expected = artist_code.code("Beyoncé", 64)
    assert np.linalg.norm(expected) == pytest.approx(1)
    assert (artist_code.code("beyonce", 64) == expected).all()
    assert np.packbits(expected > 0).tobytes().hex() == "91817a02349d6e14"


def test_different_artists_are_nearly_orthogonal():
    codes = np.array([artist_code.code(f"Artist {n}", 64) for n in range(200)])
    products = (codes @ codes.T)[np.triu_indices(200, 1)]
    assert abs(products.mean()) < 0.005
    assert products.std() == pytest.approx(1 / 8, rel=0.05)


def test_the_artist_code_brings_tracks_of_one_artist_nearer():
    playlists = islands(tracks=60)
    gained = []
    for weight in (0.0, 2.0):
        graph, scorer = fitted(lambda _, w=weight: Fused(gcn=None, artist_weight=w), playlists, tracks=60)
        gained.append(len(set(best(graph, scorer, [0], top=5)) & set(range(5))))
    assert gained[1] == 4 > gained[0]


def test_rare_tracks_are_placed_among_the_tracks_they_stand_with():
    rare = [[*playlist, 60] if n in (0, 2) else playlist for n, playlist in enumerate(islands(400))]
    for model in (Spectral(dims=2), GCN):  # two dims: the islands, without the noise inside them
        graph, scorer = fitted(lambda _, one=model: one, rare, tracks=61)
        assert set(best(graph, scorer, [60], top=10)) <= set(range(30))
        assert 60 in best(graph, scorer, list(range(20)), top=11)


def test_the_factors_are_those_of_the_exact_svd():
    graph = build(entries(islands()))
    model = Spectral(dims=8)
    factors = model.factorise(graph)
    playlists, tracks = (np.asarray(c, float) ** -0.3 for c in (graph.lengths, graph.item_degree))
    exact = np.linalg.svd(graph.matrix.toarray() * playlists[:, None] * tracks, compute_uv=False)
    assert len(factors.values) == 60 // 8
    assert factors.values == pytest.approx(exact[: 60 // 8], rel=0.02)


@pytest.mark.must("S2-06")
def test_a_saved_space_scores_the_same(tmp_path):
    graph = build(entries(islands()))
    trained = Fused(gcn=GCN).train(graph, artists(graph, tracks(60)), silent)
    space.save(trained, tmp_path)
    seeds = [np.array([0, 7, 11])]
    assert (space.load(tmp_path).scorer().scores(seeds) == trained.scorer().scores(seeds)).all()


def test_a_space_has_the_values_that_a_release_stores():
    index, query = np.random.default_rng(3).standard_normal((2, 70, 3)).astype(np.float32)
    found = space.compose(Part(name, index[:, at : at + 1], query[:, at : at + 1]) for at, name in enumerate("abc"))
    assert (found.index.stored == index.astype(np.float16)).all()
    assert found.index[:1].dtype == np.float32
    assert (found.query.stored == query.astype(np.float16)).all()
    assert [(block.name, block.start, block.stop) for block in found.blocks] == [("a", 0, 1), ("b", 1, 2), ("c", 2, 3)]
