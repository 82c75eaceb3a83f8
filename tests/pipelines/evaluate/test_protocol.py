"""The continuation protocol: queries, candidates and metrics."""

import numpy as np
import pytest

from pipelines.evaluate import protocol, splits
from tests.pipelines.playlists import entries, roles, track

LONG = np.arange(40)


class Fixed:
    """The same scores for every query."""

    def __init__(self, scores):
        self.of_tracks = np.asarray(scores, np.float32)

    def scores(self, seeds):
        return np.tile(self.of_tracks, (len(seeds), 1))


def continuation_task(held, item_degree, view="5-core", **more):
    item_degree = np.asarray(item_degree)
    artists = np.arange(len(item_degree)) // 5
    return protocol.continuation_task(held, protocol.catalogue(item_degree, view), item_degree, artists, view, **more)


def test_seeds_and_targets_share_nothing_and_make_up_the_playlist():
    for query in continuation_task([LONG], [9] * 40).queries:
        assert len(query.seeds) == query.k
        assert sorted([*query.seeds, *query.targets]) == LONG.tolist()


def test_a_query_needs_five_targets():
    queried = [q.k for q in continuation_task([LONG[:5], LONG[:6], LONG[:15], LONG[:30]], [9] * 40).queries]
    assert queried == [1, 1, 5, 10, 1, 5, 10, 25]


def test_random_seeds_follow_from_the_seed_and_the_playlist_alone():
    alone = continuation_task([LONG], [9] * 40, seed=4).queries
    among = continuation_task([LONG, LONG[:10]], [9] * 40, seed=4).queries
    other = continuation_task([LONG], [9] * 40, seed=5).queries
    assert all((a.seeds == b.seeds).all() for a, b in zip(alone, among, strict=False))
    assert any((a.seeds != b.seeds).any() for a, b in zip(alone, other, strict=True))


def test_first_k_seeds_are_the_first():
    assert continuation_task([LONG[::-1]], [9] * 40, positions="first").queries[1].seeds.tolist() == [
        39,
        38,
        37,
        36,
        35,
    ]


def test_closed_drops_tracks_outside_the_catalogue_and_wide_counts_them_as_misses():
    held, item_degree = np.array([0, 1, 2, 3, 4, 5, 6, -1, -1]), [9] * 6 + [4]
    closed, wide = continuation_task([held], item_degree), continuation_task([held], item_degree, view="full")
    assert {*closed.queries[0].seeds, *closed.queries[0].targets} == {0, 1, 2, 3, 4, 5}
    assert len(wide.queries[0].seeds) + len(wide.queries[0].targets) == 9
    answer = Fixed([1] * 7)
    assert protocol.evaluate_scorer(answer, closed).means(1)["recall@10"] == 1
    known = (wide.queries[0].targets >= 0).sum()
    assert protocol.evaluate_scorer(answer, wide).means(1)["recall@10"] == known / 8


def test_seeds_and_tracks_outside_the_catalogue_are_never_recommended():
    task = continuation_task([LONG], [9] * 40 + [4] * 10)
    for query, ranked in protocol.ranked_lists(Fixed([0] * 40 + [7] * 10), task):
        assert not set(ranked) & set(query.seeds)
        assert ranked.max() < 40
        assert len(ranked) == 40 - query.k


def test_equal_scores_are_ranked_by_row():
    for query, ranked in protocol.ranked_lists(Fixed([1.0] * 40), continuation_task([LONG], [9] * 40)):
        assert ranked.tolist() == query.targets.tolist()


def test_a_perfect_list_has_perfect_metrics():
    results = protocol.evaluate_scorer(Fixed([1.0] * 40 + [0.0] * 60), continuation_task([LONG], [9] * 100))
    assert results.average == pytest.approx(1)
    assert results.means(1)["clicks"] == 0
    assert results.means(1)["r_precision"] == 1


def test_coverage_counts_the_tracks_shown_in_any_top_ten():
    results = protocol.evaluate_scorer(Fixed(np.arange(100)[::-1]), continuation_task([LONG, LONG + 50], [9] * 100))
    assert results.coverage[1] in (0.10, 0.11)  # the first ten, and an eleventh where a seed is among them


def test_popularity_and_artists_of_the_first_ten_are_reported():
    counts = np.arange(1, 41) + 5
    results = protocol.evaluate_scorer(Fixed(counts), continuation_task([LONG[:6]], counts))
    assert results.means(1)["popularity_percentile"] == pytest.approx(np.mean(np.arange(30, 40) + 0.5) / 40)
    assert results.means(1)["same_artist"] == 0  # seeds are of the first two artists, answers of the last two


def test_recall_of_rare_tracks_counts_targets_in_the_rarer_half_only():
    """Tracks 0-9 are common, 10-19 rare; the answer lists 0, 1, 2 ... and 500 places hold everything but the seed."""
    item_degree = np.repeat([20, 6], 10)
    results = protocol.evaluate_scorer(
        Fixed(-np.arange(20)), continuation_task([np.arange(4, 16)], item_degree, positions="first")
    )
    assert results.means(1)["tail_recall@50"] == 1
    many = protocol.evaluate_scorer(
        Fixed(-np.arange(100)), continuation_task([np.r_[0:4, 57, 52, 53]], np.repeat([20, 6], 50), positions="first")
    )
    assert many.means(1)["tail_recall@50"] == 0  # the first 50 places behind the seed end with track 50
    common = protocol.evaluate_scorer(Fixed(-np.arange(20)), continuation_task([np.arange(8)], item_degree))
    assert np.isnan(common.means(1)["tail_recall@50"])


def test_novelty_is_the_mean_self_information_of_the_top_ten():
    item_degree = np.repeat([8, 16], 20)
    reported = protocol.evaluate_scorer(
        Fixed(-np.arange(40)), continuation_task([np.arange(30, 40)], item_degree, training_playlists=32)
    )
    assert reported.means(1)["novelty"] == 2
    assert reported.means(1)["artist_variety"] == 0.2  # ten tracks by two artists
    untold = protocol.evaluate_scorer(Fixed(-np.arange(40)), continuation_task([np.arange(30, 40)], item_degree))
    assert np.isnan(untold.means(1)["novelty"])


def test_a_figure_by_playlist_is_nan_where_the_playlist_is_too_short():
    results = protocol.evaluate_scorer(Fixed(np.arange(40)), continuation_task([LONG, LONG[:7]], [9] * 40))
    assert np.isnan(results.of("recall@10", 5)).tolist() == [False, True]
    assert results.of("recall@10", 5)[0] == results.means(5)["recall@10"]


def test_the_average_is_over_one_five_and_twentyfive_seeds():
    results = protocol.evaluate_scorer(Fixed(np.arange(100)), continuation_task([LONG, LONG[:12]], [9] * 100))
    means = [results.means(k)["ndcg@100"] for k in (1, 5, 25)]
    assert results.average == pytest.approx(np.mean(means))


def test_repeats_count_at_their_first_place():
    assert protocol.ordered_tracks(entries([[3, 1, 3, 2, 1]]), ["p00000", "p00001"]) == [
        [track(3), track(1), track(2)],
        [],
    ]


def test_roles_decide_the_split_when_there_are_any():
    train, held = splits.split(roles(6, held=[1, 4]), seed=1)
    assert held == ["p00001", "p00004"]
    assert train == ["p00000", "p00002", "p00003", "p00005"]


def test_without_roles_a_seeded_tenth_is_held_out():
    train, held = splits.split(roles(2000), seed=1)
    assert sorted(train + held) == [f"p{n:05}" for n in range(2000)]
    assert 150 < len(held) < 250
    assert splits.split(roles(2000), seed=1) == (train, held)
    assert splits.split(roles(2000), seed=2)[1] != held


def test_of_a_large_set_about_so_many_playlists_are_held_out_and_no_more():
    few, many = (splits.split(roles(factor * splits.JUDGES), seed=1) for factor in (10, 20))
    assert len(few[1]) == pytest.approx(splits.JUDGES, rel=0.05)
    assert len(many[1]) == pytest.approx(splits.JUDGES, rel=0.05)
    assert {*many[1]}.isdisjoint(many[0])
    assert {*many[1]} & {*few[0], *few[1]} <= {*few[1]}
    by_role = splits.split(roles(3 * splits.JUDGES, held=range(2 * splits.JUDGES)), seed=1)
    assert len(by_role[0]) == splits.JUDGES
    assert len(by_role[1]) == pytest.approx(splits.JUDGES, rel=0.05)


def test_a_playlist_stays_on_its_side_when_others_are_added():
    few, many = splits.split(roles(500), seed=1)[1], splits.split(roles(2000), seed=1)[1]
    assert few == [name for name in many if name < "p00500"]
