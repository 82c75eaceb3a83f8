"""The neighbours protocol on planted playlists: drawn pairs, thresholds, and separation of the islands."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from pipelines.evaluate import neighbours
from pipelines.evaluate.neighbour_scores import cosine, of_space, popularity, run, seen_together
from pipelines.graph.playlist_graph import build
from pipelines.models.fused import Fused
from pipelines.models.interface import silent
from tests.pipelines.evaluate.test_continuation import ingested
from tests.pipelines.playlists import entries, islands

HELD = [np.array(playlist) for playlist in islands(40, seed=8)]
EVERY = np.ones(60, bool)
KINDS = ("any", "matched")


def island(left, right):
    return ((left < 30) == (right < 30)).astype(float)


@pytest.mark.parametrize("kind", KINDS)
def test_neighbours_share_a_held_out_playlist_and_the_others_share_none(kind):
    few = [np.arange(n * 5, n * 5 + 5) for n in range(12)]
    pairs = neighbours.draw(few, EVERY, kind)
    assert len(pairs.left) == 2 * 12 * neighbours.PAIRS
    assert pairs.neighbours.sum() == len(pairs.left) / 2
    assert (pairs.left != pairs.right).all()
    assert (pairs.neighbours == (pairs.left // 5 == pairs.right // 5)).all()


def test_tracks_outside_the_catalogue_and_single_track_playlists_give_no_pairs():
    pairs = neighbours.draw([np.array([0, 1, 2, -1]), np.array([3, 40]), np.array([5, 6])], np.arange(60) < 30)
    assert pairs.playlists == 2
    assert set(pairs.left) | set(pairs.right) == {0, 1, 2, 5, 6}


def test_matched_pairs_are_as_popular_on_both_sides():
    rng = np.random.default_rng(1)
    chance = 1 / np.arange(1, 401)
    held = [rng.choice(400, 8, replace=False, p=chance / chance.sum()) for _ in range(200)]
    counts = np.bincount(np.concatenate(held), minlength=400) + 1
    reported = {
        kind: neighbours.pair_metrics(popularity(counts), neighbours.draw(held, np.ones(400, bool), kind)).auc
        for kind in KINDS
    }
    assert reported["any"] > reported["matched"] + 0.15


def test_the_auc_is_that_of_the_library_ties_and_weights_included():
    rng = np.random.default_rng(2)
    values, truth, weights = rng.integers(0, 9, 500).astype(float), rng.random(500) < 0.4, rng.integers(0, 4, 500)
    found = neighbours.auc(values, truth, np.array([np.ones(500), weights]))
    assert found == pytest.approx([roc_auc_score(truth, values), roc_auc_score(truth, values, sample_weight=weights)])


@pytest.mark.parametrize(
    ("values", "truth", "low", "high"),
    [
        ([1, 2, 3, 4], [False, False, True, True], 2, 3),
        ([1, 1, 1, 4], [False, True, False, True], 1, 4),
        ([1, 2, 3], [True, True, True], -np.inf, 1),
        ([1, 2, 3], [False, False, False], 3, np.inf),
    ],
)
def test_the_threshold_maximises_accuracy(values, truth, low, high):
    found = neighbours.threshold(np.array(values, float), np.array(truth))
    assert low <= found <= high
    assert ((np.array(values) >= found) == truth).sum() == max(3, len(values) - (values[0] == values[1]))


def test_each_half_uses_the_threshold_of_the_other():
    """In even playlists neighbours score 1 against 0, in odd ones 11 against 10: a threshold of its own finds all."""
    pairs = neighbours.draw(HELD, EVERY)
    values = pairs.neighbours + 10.0 * pairs.second_half
    right, thresholds = neighbours.calibrated(values, pairs)
    assert thresholds[0] > 10 > 1 > thresholds[1]
    assert right.mean() == 0.5


@pytest.mark.must("S0-59")
def test_scores_by_island_classify_nearly_all_pairs():
    results = neighbours.pair_metrics(lambda a, b: island(a, b) - 0.5, neighbours.draw(HELD, EVERY))
    assert results.accuracy == results.at_zero > 0.95
    assert results.auc_interval[0] <= results.auc <= results.auc_interval[1]
    assert results.accuracy_interval[0] <= results.accuracy <= results.accuracy_interval[1]


def test_learned_spaces_separate_islands_and_the_weighted_cosine_is_best():
    graph = build(entries(islands()))
    rows = graph.rows(entries([list(range(60))])["track_id"].to_list())
    pairs = neighbours.draw([rows[playlist] for playlist in HELD], EVERY)
    space = Fused(gcn=None).train(graph, [None] * 60, silent)
    scores = of_space(space)
    each = {f"{block.name} cosine" for block in space.blocks}
    assert set(scores) == {"graph index.query", "graph cosine", "same_list"} | each
    results = {name: neighbours.pair_metrics(score, pairs).auc for name, score in scores.items()}
    assert results["same_list"] > 0.95
    assert results["same_list"] >= max(results.values()) - 0.01
    assert neighbours.pair_metrics(seen_together(graph), pairs).auc > 0.9


def test_pair_scores_are_symmetric():
    graph = build(entries(islands()))
    scores = of_space(Fused(gcn=None).train(graph, [None] * 60, silent)) | {"together": seen_together(graph)}
    left, right = np.arange(30), np.arange(30, 60)
    for score in scores.values():
        assert score(left, right) == pytest.approx(score(right, left), abs=1e-6)


def test_cosines_of_zero_vectors_are_zero():
    assert cosine(np.zeros((3, 4), np.float32))(np.array([0]), np.array([1])).tolist() == [0]


def test_every_score_has_three_rows_with_their_source(tmp_path):
    data = ingested(tmp_path / "world", islands(240), held=range(200, 240))
    rows = run(data, drawn=("any",), models=["als", "fused"])
    by_name = {(row.model, row.measure): row for row in rows}
    assert by_name["same_list", "AUC"].value > by_name["popularity", "AUC"].value + 0.3
    assert by_name["same_list", "accuracy"].value > 0.9
    assert all(row.interval[0] <= row.value <= row.interval[1] for row in rows)
    assert all(len(row.source.data_hash) == 16 for row in rows)
