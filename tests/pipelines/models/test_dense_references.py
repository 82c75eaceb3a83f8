"""Peers against their formulas in dense matrices, on planted playlists, and ALS with side information."""

import numpy as np
import pytest

from pipelines.graph.playlist_graph import artists, build
from pipelines.learning_to_rank.held_out_queries import HeldOutSettings
from pipelines.learning_to_rank.ranker import RankerSettings
from pipelines.models import als_side
from pipelines.models.als import Als
from pipelines.models.als_side import AlsSide
from pipelines.models.als_side_reranked import AlsSideReranked
from pipelines.models.ease import Ease
from pipelines.models.ials import Ials
from pipelines.models.interface import silent
from pipelines.models.playlist_knn import PlaylistKnn
from pipelines.models.rp3beta import Rp3Beta
from tests.pipelines.playlists import entries, islands, tracks

SEEDS = [np.array([3, 9, 41]), np.array([12])]
GRAPH = build(entries([*islands(60), [0, 1, 2, 3, 4], [5, 30, 31]]))
NAMES = artists(GRAPH, tracks(60))
X = GRAPH.matrix.toarray().astype(np.float64)
DEGREES, LENGTHS = X.sum(axis=0), X.sum(axis=1)
QUERIED = np.stack([np.isin(np.arange(60), rows) for rows in SEEDS]).astype(np.float64)


def test_ease_in_its_dual_form_is_the_ridge_regression_with_a_zero_diagonal():
    z = X * LENGTHS[:, None] ** -0.3 * DEGREES**-0.2
    inverse = np.linalg.inv(z.T @ z + 5 * np.eye(60))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    scorer = Ease(regularization=5, length_exponent=0.3, popularity_exponent=0.2).fit(GRAPH, NAMES, silent)
    expected = (QUERIED * DEGREES**-0.2) @ weights * DEGREES**0.2
    assert scorer.scores(SEEDS) == pytest.approx(expected, rel=1e-3, abs=1e-4)


def test_rp3beta_is_the_walk_of_three_steps_with_the_penalty_of_popularity():
    walk = (X.T / DEGREES[:, None]) ** 0.7 @ (X / LENGTHS[:, None]) ** 0.7
    expected = QUERIED @ walk / DEGREES**0.3
    assert Rp3Beta().fit(GRAPH, NAMES, silent).scores(SEEDS) == pytest.approx(expected, rel=1e-4)


def test_playlist_knn_sums_the_similarities_of_the_nearest_playlists():
    idf = np.log(len(X) / DEGREES)
    similar = (QUERIED * idf**2) @ X.T / LENGTHS**0.5
    for line in similar:
        line[np.argsort(-line, kind="stable")[7:]] = 0
    expected = similar**1.5 @ X / DEGREES**0.1
    model = PlaylistKnn(neighbours=7, similarity_power=1.5)
    assert model.fit(GRAPH, NAMES, silent).scores(SEEDS) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("frequency", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("factors", [4, 24])
def test_a_half_step_of_ials_solves_the_normal_equations(frequency, factors):
    """With 4 factors a playlist has more tracks than factors, with 24 fewer: both forms of the system."""
    model = Ials(factors=factors, frequency=frequency)
    fixed, weight = np.random.default_rng(2).normal(size=(60, factors)), 0.3
    found = model.solved(GRAPH.matrix, fixed, weight)
    for row, entries_ in enumerate(X):
        own = fixed[entries_ > 0]
        regular = weight * (len(own) + model.unobserved * 60) ** frequency
        system = own.T @ own + model.unobserved * fixed.T @ fixed + regular * np.eye(factors)
        assert found[row] == pytest.approx(np.linalg.solve(system, own.sum(axis=0)))


def test_the_regularisation_of_ials_is_scaled_to_the_total_weight_of_nu_one():
    playlists = LENGTHS + 0.025 * 60
    count = DEGREES + 0.025 * len(X)
    for frequency in (0.0, 0.5, 1.0):
        total = Ials(frequency=frequency).weight(GRAPH) * ((playlists**frequency).sum() + (count**frequency).sum())
        assert total == pytest.approx(0.01 * (playlists.sum() + count.sum()))


def test_iterations_of_ials_lower_its_objective():
    def objective(model):
        scorer = model.fit(GRAPH, NAMES, silent)
        items = scorer.tracks.astype(np.float64)
        users = model.solved(GRAPH.matrix, items, scorer.weight)
        shown = users @ items.T
        fit = ((1 - shown)[X > 0] ** 2).sum() + model.unobserved * (shown**2).sum()
        own = ((LENGTHS + model.unobserved * 60) * (users**2).sum(axis=1)).sum()
        others = ((DEGREES + model.unobserved * len(X)) * (items**2).sum(axis=1)).sum()
        return fit + scorer.weight * (own + others)

    heights = [objective(Ials(factors=8, iterations=n)) for n in (1, 3, 9)]
    assert heights[0] > heights[1] > heights[2]


# -- ALS with side information -----------------------------------------------------------------------------------------
PLAIN = Als(factors=16, alpha=20.0, regularization=2.0)


def test_without_weights_als_side_ranks_as_als_does():
    als = PLAIN.fit(GRAPH, NAMES, silent)
    alone = als_side.scorer(AlsSide(PLAIN, artist_weight=0, artist_graph_weight=0).beside(als, GRAPH, NAMES))
    for ours, theirs in zip(alone.scores(SEEDS), als.scores(SEEDS), strict=True):
        assert ours / np.linalg.norm(ours) == pytest.approx(theirs / np.linalg.norm(theirs), abs=1e-4)


def test_the_query_of_als_is_the_sum_of_one_part_for_each_seed():
    lookup = AlsSide(PLAIN).lookup(GRAPH, NAMES, silent)
    pooled = lookup.query_of(SEEDS[0])
    assert pooled.parts.shape == (3, lookup.space.index.shape[1])
    assert pooled.parts.sum(axis=0) == pytest.approx(pooled.vector, abs=1e-5)
    assert np.linalg.norm(pooled.vector[:16]) == pytest.approx(1, abs=1e-4)


def test_the_artist_code_brings_tracks_of_a_seeds_artist_nearer():
    first = []
    for weight in (0.0, 1.0):
        scores = AlsSide(PLAIN, artist_weight=weight).fit(GRAPH, NAMES, silent).scores([np.array([3])])[0]
        same = [row for row, name in enumerate(NAMES) if name == NAMES[3] and row != 3]
        first.append(np.argsort(np.argsort(-scores))[same].mean())
    assert first[1] < first[0]


def test_the_second_stage_is_trained_on_the_candidates_of_als_and_reorders_them():
    graph = build(entries(islands(200, tracks=600, length=40)))
    names = artists(graph, tracks(600))
    held_out = HeldOutSettings(share=0.4, queries=2, first=0)
    model = AlsSideReranked(AlsSide(Als(factors=8)), held_out, RankerSettings(epochs=4, lists=8))
    scorer = model.fit(graph, names, silent)
    assert [block.name for block in scorer.lookup.space.blocks] == ["als", "artist", "artist_graph"]
    assert scorer.ranker is None or scorer.ranker.fits(scorer.lookup.space.blocks)
    assert scorer.scores([np.array([1, 5])]).shape == (1, 600)
