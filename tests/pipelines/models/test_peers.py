"""Properties of the published methods beyond the common suite."""

import numpy as np
import polars as pl
import pytest

from pipelines.evaluate import rating_scores, tune
from pipelines.graph.playlist_graph import artists, build
from pipelines.models import lmf
from pipelines.models.als import Als
from pipelines.models.artist_ratings import NEVER, Ratings, mapped, of_counts, simulated
from pipelines.models.content import UNHEARD, Content
from pipelines.models.interface import silent
from pipelines.models.lmf import Lmf
from pipelines.models.ncf import Ncf, absent
from pipelines.models.svd_ratings import SvdRatings
from pipelines.models.top_artists import TopArtists, Turns
from tests.pipelines.evaluate.test_continuation import ingested
from tests.pipelines.models.audio import planted_tracks
from tests.pipelines.playlists import entries, islands, track, tracks


def numbers(graph, rows):
    """Numbers of the tracks in rows."""
    known = {track(n).encode(): n for n in range(100)}
    return [known[graph.track_ids[row]] for row in rows]


def learned(model, playlists=None, listed=60):
    graph = build(entries(playlists or islands()))
    return graph, model.fit(graph, artists(graph, tracks(listed)), silent)


# -- logistic matrix factorisation -------------------------------------------------------------------------------------
def test_a_new_listener_of_lmf_is_at_the_maximum_of_the_objective():
    _, scorer = learned(Lmf(factors=6, iterations=30))
    rows = np.array([0, 4, 9])
    listener = scorer.listener(rows)

    def height(vector):
        liked, others = scorer.tracks[rows].astype(float) @ vector, scorer.negatives @ vector
        drawn = min(8, 30 * len(rows)) / lmf.SAMPLE
        regular = scorer.model.regularization / 2 * (vector @ vector - 1)
        return -np.log1p(np.exp(-liked)).sum() - drawn * np.log1p(np.exp(others)).sum() - regular

    for column in (*range(6), 7):
        nudge = np.zeros(8)
        nudge[column] = 0.01
        assert height(listener) > max(height(listener + nudge), height(listener - nudge))
    assert listener[-2] == 1


def test_known_listeners_of_lmf_are_scored_with_their_trained_vectors():
    graph, scorer = learned(Lmf(factors=8, iterations=30))
    scores = scorer.member_scores(np.arange(len(graph.playlist_ids)))
    own = graph.matrix.toarray() > 0
    assert np.mean([np.median(s[o]) > np.median(s[~o]) for s, o in zip(scores, own, strict=True)]) > 0.95


@pytest.mark.must("S1-12", "S1-13")
def test_the_settings_that_s1_selected_are_kept_as_presets():
    chosen = Lmf.s1(seed=3)
    assert (chosen.factors, chosen.learning_rate, chosen.regularization, chosen.seed) == (60, 1.0, 0.9, 3)
    assert (Als.s1().factors, Als.s1().regularization, Als.s1().alpha, Als.s1().iterations) == (150, 0.1, 1.0, 10)


@pytest.mark.must("S1-12", "S1-13")
def test_the_grids_of_s1_are_those_it_searched_and_hold_what_it_selected():
    lmf_grid = {"factors": (30, 60, 90), "learning_rate": (0.1, 0.5, 1.0), "regularization": (0.3, 0.6, 0.9)}
    als_grid = {"factors": (50, 100, 150), "iterations": (10, 20, 30), "regularization": (0.001, 0.01, 0.1)}
    for searched, grid, selected in ((lmf_grid, tune.LMF_S1, Lmf.s1()), (als_grid, tune.ALS_S1, Als.s1())):
        assert {name: grid[name] for name in searched} == searched
        assert all(getattr(selected, name) in values for name, values in grid.items())
        assert all(len(values) == 1 for name, values in grid.items() if name not in searched)


@pytest.mark.must("S1-12")
def test_every_point_of_s1s_grid_is_tried_and_the_best_comes_first(tmp_path):
    data = ingested(tmp_path / "ingested", islands(80), held=range(70, 80))
    tries = tune.run(data, "lmf_s1")
    points = {(t.settings["factors"], t.settings["learning_rate"], t.settings["regularization"]) for t in tries}
    assert len(points) == len(tries) == 27
    assert [t.average for t in tries] == sorted((t.average for t in tries), reverse=True)


# -- content -----------------------------------------------------------------------------------------------------------
@pytest.mark.must("S4-03")
def test_the_ten_closest_are_nearest_by_audio_features_without_the_seeds():
    graph, scorer = learned(Content(planted_tracks()))
    closest = scorer.closest(graph.rows([track(10), track(12)]))
    assert len(closest) == 10
    assert set(numbers(graph, closest)) <= {*range(3, 19)} - {10, 12}


def test_tracks_without_audio_features_rank_last_and_are_never_shown():
    graph, scorer = learned(Content(planted_tracks(50)))
    unheard = graph.rows([track(n) for n in range(50, 60)])
    scores = scorer.scores([graph.rows([track(3), track(55)]), unheard[:1]])
    assert (scores[:, unheard] == UNHEARD).all()
    assert scores[0] == pytest.approx(scorer.scores([graph.rows([track(3)])])[0], abs=1e-6)
    assert not set(scorer.closest(graph.rows([track(49)]), top=60)) & set(unheard)


def test_clusters_and_principal_components_separate_two_groups():
    graph, scorer = learned(Content(planted_tracks()))
    view = scorer.view(clusters=2)
    side = np.array(numbers(graph, view.rows)) < 30
    assert len(set(view.clusters[side])) == len(set(view.clusters[~side])) == 1
    assert view.clusters[side][0] != view.clusters[~side][0]
    assert view.positions.shape == (60, 2)
    assert view.explained[0] >= view.explained[1] > 0


def test_no_more_clusters_than_tracks():
    _, scorer = learned(Content(planted_tracks()), [[0, 1, 2], [0, 1, 2]], listed=3)
    assert sorted(scorer.view().clusters) == [0, 1, 2]


def test_a_feature_that_is_unknown_counts_as_the_mean():
    listed = planted_tracks()
    listed.features[7, 3] = np.nan
    graph, scorer = learned(Content(listed))
    row = graph.rows([track(7)])[0]
    assert scorer.audio_features[row, 3] == 0
    assert scorer.audio_features[row, 0] != 0


# -- popular artists ---------------------------------------------------------------------------------------------------
@pytest.mark.must("S4-02")
def test_the_first_tracks_are_the_most_popular_of_the_most_popular_artists():
    """Tracks 0-4 are by artist 0, in 10 playlist entries together, 5-9 by artist 1 in 8, 10-14 by artist 2 in 2."""
    playlists = [[0, 1, 5, 10], [1, 5, 6], [1, 5, 2, 10], [0, 6, 5, 1], [2, 6, 5], [0, 1]]
    graph, scorer = learned(TopArtists(), playlists, listed=15)
    assert numbers(graph, scorer.top(6)) == [1, 5, 10, 0, 6, 2]


def test_rounds_go_by_artist_and_tracks_without_an_artist_come_last():
    turns = Turns.of(np.array([0, 0, 1, -1, 1, 0]), np.array([3, 9, 5, 99, 6, 4]))
    order = np.argsort(-turns.scores(np.array([1.0, 2.0])))
    assert order.tolist() == [4, 1, 2, 5, 0, 3]


# -- ratings -----------------------------------------------------------------------------------------------------------
def two_camps(people=60, things=20, share=0.6, seed=5):
    """Each half of the people rates its half of the things 90 and the other half 10, give or take 3."""
    rng = np.random.default_rng(seed)
    person, thing = np.nonzero(rng.random((people, things)) < share)
    own = (person < people // 2) == (thing < things // 2)
    return Ratings(person, thing, np.where(own, 90.0, 10.0) + rng.normal(0, 3, len(own)), (people, things))


SVD = SvdRatings(factors=4, epochs=200, learning_rate=0.02)


@pytest.mark.must("S4-04")
def test_hidden_ratings_are_predicted_far_better_than_by_their_mean():
    train, held = two_camps().split(seed=2)
    assert len(held.values) == pytest.approx(0.2 * len(two_camps().values), rel=0.2)
    rated = SVD.rate(train)
    assert rated.rmse(held) < 12 < 35 < np.sqrt(((held.scale - train.scale.mean()) ** 2).mean())
    assert set(rated.best(0, never=np.array([], int))) == set(range(10))


@pytest.mark.must("S4-10")
def test_never_is_the_lowest_rating_and_is_not_recommended():
    camps = two_camps()
    camps.values[(camps.rated == 3) & (camps.people < 30)] = NEVER
    assert (camps.scale[camps.values == NEVER] == 0).all()
    rated = SVD.rate(camps)
    assert (rated.predict(np.arange(30), np.full(30, 3)) < 20).all()
    assert 4 not in rated.best(0, never=np.array([4]))


def test_a_new_person_is_rated_like_the_camp_that_the_first_ratings_show():
    rated = SVD.rate(two_camps())
    everything = rated.all_of(*rated.person(np.array([0, 1, 12]), np.array([90.0, 88.0, 12.0])))
    assert everything[2:10].min() > everything[10:].max() + 30


def test_every_artist_has_one_track_before_any_has_two():
    graph, scorer = learned(SvdRatings(factors=4))
    order = np.argsort(-scorer.scores([graph.rows([track(1)])])[0])
    assert sorted(number // 5 for number in numbers(graph, order[:12])) == list(range(12))


def test_counts_become_ratings_between_zero_and_a_hundred():
    assert of_counts(np.array([0, 1, 2, 3])).tolist() == [0, 50, 75, 87.5]
    assert of_counts(np.array([500]))[0] <= 100
    ratings = mapped(pl.Series(["b", "a", "b"]), pl.Series(["x", "x", "x"]), pl.Series([1, 1, 1]))
    assert ratings.shape == (2, 1)
    assert ratings.values.tolist() == [50, 75]


def test_simulated_ratings_are_high_where_a_person_plays_much_and_low_where_it_dislikes():
    rows = [(f"u{u}", track(n), 1 + 9 * (n < 5), None) for u in range(40) for n in range(20)]
    rows += [(f"u{u}", track(30), 1, -1) for u in range(40)]
    listens = pl.DataFrame(
        rows, schema=["user_id", "track_id", "count", "value"], orient="row", infer_schema_length=None
    )
    ratings = simulated(listens, tracks(40), seed=1)
    mean = [ratings.scale[ratings.rated == a].mean() for a in range(ratings.shape[1])]
    assert ratings.shape == (40, 5)
    assert mean[0] > 80 > 70 > mean[1]
    assert mean[4] < 12
    assert 10 < (ratings.values == NEVER).sum() < 30
    again = simulated(listens, tracks(40), seed=1)
    assert (again.values == ratings.values).all()


# -- neural collaborative filtering ------------------------------------------------------------------------------------
@pytest.mark.must("S4-05")
def test_negatives_are_never_owned_and_are_drawn_anew_each_time():
    graph = build(entries(islands()))
    listeners, rng = np.repeat(np.arange(len(graph.playlist_ids)), 20), np.random.default_rng(1)
    first, second = (absent(graph.matrix, listeners, rng) for _ in range(2))
    assert not graph.matrix.toarray()[listeners, first].any()
    assert (first != second).mean() > 0.9


def test_known_listeners_of_ncf_get_tracks_of_their_island():
    graph, scorer = learned(Ncf(dims=16, epochs=20, learning_rate=0.02, batch=512))
    top = np.argsort(-scorer.member_scores(np.arange(10)), axis=1)[:, :20]
    for name, rows in zip(graph.playlist_ids, top, strict=False):
        island = int(name[1:]) % 2
        assert all(number // 30 == island for number in numbers(graph, rows))


def test_the_published_sizes_are_a_preset():
    assert (Ncf.s4().epochs, Ncf.s4().name) == (4, "ncf_s4")


# -- rows of the rating model ------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_rows_of_ratings_say_that_they_are_simulated_and_that_the_model_beats_every_mean():
    rows = {row.model: row for row in rating_scores.simulated()}
    assert rows["svd_ratings"].value < rows["mean of the person"].value < 40
    assert rows["svd_ratings"].interval[0] <= rows["svd_ratings"].value <= rows["svd_ratings"].interval[1]
    assert all("SIMULATED" in row.note and "demo world" in row.source.data_hash for row in rows.values())


def test_counts_of_listening_are_rated_from_a_file(tmp_path):
    camps = two_camps()
    frame = pl.DataFrame({"user_id": camps.people, "song_id": camps.rated, "count": 1 + 9 * (camps.values > 50)})
    frame.write_parquet(tmp_path / "listens.parquet")
    rows = {row.model: row for row in rating_scores.counted(tmp_path / "listens.parquet", model=SVD)}
    assert rows["svd_ratings"].value < 0.5 * rows["mean"].value
    assert "MAPPED" in rows["mean"].note
