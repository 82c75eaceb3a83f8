"""Segments on planted playlists: their members and rows."""

import numpy as np
import pytest

from pipelines.evaluate import protocol, segments
from tests.pipelines.evaluate.test_protocol import Fixed

TRACKS = 60
ITEM_DEGREE = np.arange(TRACKS) + 5  # track n is rarer than track n + 1
HELD = [np.arange(50, 60), np.arange(0, 12), np.arange(20, 34), np.arange(30, 46), np.arange(2, 22), np.arange(40, 58)]
TASK = protocol.continuation_task(HELD, ITEM_DEGREE >= 5, ITEM_DEGREE, np.arange(TRACKS), positions="first")
PARTS = {part.name: part for part in segments.segments(TASK, 5)}


def once(results):
    """The results as those of models trained with one seed."""
    return {name: [found] for name, found in results.items()}


def test_short_playlists_are_the_third_with_the_fewest_tracks():
    assert np.flatnonzero(PARTS["short playlists"].playlists).tolist() == [0, 1]


def test_niche_listeners_are_the_third_with_the_least_popular_tracks():
    assert np.flatnonzero(PARTS["niche listeners"].playlists).tolist() == [1, 4]


def test_a_segment_has_the_figure_of_its_playlists_alone():
    results = {
        "popularity": protocol.evaluate_scorer(Fixed(np.arange(TRACKS)), TASK),
        "fused": protocol.evaluate_scorer(Fixed(-np.arange(TRACKS)), TASK),
    }
    rows = {
        (row["segment"], row["model"]): row for row in segments.rows(list(PARTS.values()), once(results), 5, seed=1)
    }
    niche = rows["niche listeners", "fused"]
    assert niche["value"] == pytest.approx(np.mean([results["fused"].of("ndcg@100", 5)[at] for at in (1, 4)]))
    assert (niche["playlists"], niche["against"]) == (2, "popularity")
    assert niche["gain"] == pytest.approx(niche["value"] / rows["niche listeners", "popularity"]["value"] - 1)
    assert rows["niche listeners", "popularity"]["gain"] is None


def test_rare_tracks_are_evaluated_where_a_playlist_has_rare_targets():
    results = {"popularity": protocol.evaluate_scorer(Fixed(np.arange(TRACKS)), TASK)}
    (row,) = segments.rows([PARTS["rare tracks"]], once(results), 5, seed=1)
    assert row["playlists"] == 3  # of the others every track is in the common half
    assert row["value"] == pytest.approx(np.nanmean(results["popularity"].of("tail_recall@50", 5)))


def test_an_empty_segment_has_no_row():
    common = protocol.continuation_task([np.arange(50, 60)], ITEM_DEGREE >= 5, ITEM_DEGREE, np.arange(TRACKS))
    results = {"popularity": protocol.evaluate_scorer(Fixed(np.arange(TRACKS)), common)}
    part = next(part for part in segments.segments(common, 5) if part.name == "rare tracks")
    assert segments.rows([part], once(results), 5, seed=1) == []


def test_a_segment_of_two_training_seeds_has_their_mean_and_both_in_its_interval():
    runs = [protocol.evaluate_scorer(Fixed(order * np.arange(TRACKS)), TASK) for order in (1, -1)]
    own = [run.of("ndcg@100", 5)[PARTS["niche listeners"].playlists] for run in runs]
    rows = segments.rows([PARTS["niche listeners"]], {"fused": runs, "one": runs[:1]}, 5, seed=1)
    both, one = rows
    assert both["value"] == pytest.approx(np.mean(own))
    assert both["interval"][0] <= min(map(np.mean, own)) < max(map(np.mean, own)) <= both["interval"][1]
    assert one["interval"][1] - one["interval"][0] < both["interval"][1] - both["interval"][0]
