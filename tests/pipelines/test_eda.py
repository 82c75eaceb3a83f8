"""Exploratory analysis, on tables whose correlations are known by hand."""

import math

import numpy as np
import polars as pl
import pytest

from kit.wire.catalog import FEATURES
from pipelines.plots import eda
from pipelines.tables import TRACKS
from tests.pipelines.playlists import tracks


def table(**columns):
    """A canonical track table in which unnamed features are constant and popularity is unknown."""
    size = len(next(iter(columns.values())))
    given = {"features_from": ["id"] * size} | {name: [0.5] * size for name in FEATURES} | columns
    return tracks(size).with_columns(pl.Series(name, values, TRACKS[name]) for name, values in given.items())


def r(found, one, other):
    return found.r[eda.COLUMNS.index(one), eda.COLUMNS.index(other)]


def cards(found, one, other):
    return found.tracks[eda.COLUMNS.index(one), eda.COLUMNS.index(other)]


@pytest.mark.must("S4-08")
def test_correlations_are_those_worked_out_by_hand():
    found = eda.correlations(
        table(energy=[1, 2, 3, 4], loudness=[-8, -6, -4, -2], valence=[4, 3, 2, 1], popularity=[1, 3, 2, 4])
    )
    assert r(found, "energy", "loudness") == pytest.approx(1)
    assert r(found, "energy", "valence") == pytest.approx(-1)
    assert r(found, "energy", "popularity") == pytest.approx(0.8)  # 1 - 6 (1 + 1) / (4 15): the values are ranks
    assert math.isnan(r(found, "energy", "tempo"))  # constant


def test_a_pair_counts_the_tracks_that_have_both():
    found = eda.correlations(table(energy=[1, 2, 3, 4, 9, None], popularity=[1, 3, 2, 4, None, 7]))
    assert r(found, "energy", "popularity") == pytest.approx(0.8)
    assert cards(found, "energy", "popularity") == 4
    assert cards(found, "energy", "energy") == 5


def test_tracks_matched_by_name_only_are_left_out():
    kinds = ["id", "id", "invented", "file", "name_artist", None]
    found = eda.correlations(table(energy=[1, 2, 3, 4, -90, -90], popularity=[1, 3, 2, 4, 90, 90], features_from=kinds))
    assert r(found, "energy", "popularity") == pytest.approx(0.8)


@pytest.fixture
def planted():
    """Loudness makes tracks popular, acousticness unpopular, and the other features are chance."""
    rng = np.random.default_rng(5)
    noise = {name: rng.random(2000).tolist() for name in FEATURES}
    taste = np.array(noise["loudness"]) - np.array(noise["acousticness"]) + rng.random(2000)
    return table(**noise, popularity=(30 * taste + 40).tolist())


@pytest.mark.must("S4-08")
def test_the_sentence_names_the_features_that_were_planted(planted):
    reported = eda.sentence(eda.links(eda.correlations(planted)))
    assert reported.startswith("Popularity rises with loudness (r = +0.5")
    assert " and falls with acousticness (r = -0.5" in reported
    assert reported.endswith("for the others (n = 2,000 tracks).")
    assert "energy" not in reported


def test_the_interval_is_that_of_fisher():
    """n = 28, r = .5: atanh .5493, reach 1.96 / 5, so tanh .1573 and tanh .9413."""
    half = [*[1.0] * 7, *[-1.0] * 7] * 2
    rng = np.random.default_rng(0)
    values = rng.random(28)
    found = eda.links(eda.correlations(table(energy=values.tolist(), popularity=(values + half).tolist())))
    (link,) = found
    centre, reach = math.atanh(link.r), 1.96 / 5
    assert link.interval == pytest.approx((math.tanh(centre - reach), math.tanh(centre + reach)), abs=1e-3)


def test_insignificant_correlations_are_not_reported():
    rng = np.random.default_rng(5)
    noise = {name: rng.random(2000).tolist() for name in (*FEATURES, "popularity")}
    reported = eda.sentence(eda.links(eda.correlations(table(**noise))))
    assert reported.startswith("Popularity goes with no audio feature; |r| is at most 0.0")


def test_without_popularity_the_sentence_says_what_is_missing():
    assert "give tracks that have one" in eda.sentence(eda.links(eda.correlations(table(energy=[1, 2, 3, 4]))))


def genres_of(*groups):
    """A table of groups of (genres of each track, tracks, popularity, valence)."""
    rows = [(names, popularity, valence) for names, size, popularity, valence in groups for _ in range(size)]
    names, popularity, valence = (list(column) for column in zip(*rows, strict=True))
    return table(genres=names, popularity=popularity, valence=valence)


@pytest.mark.must("S4-08")
def test_the_most_popular_genres_come_first_with_their_means():
    found = eda.popular_genres(genres_of((["jazz"], 60, 40.0, 0.25), (["soul"], 50, 70.0, 0.75)))
    assert [(genre.name, genre.tracks, genre.popularity) for genre in found] == [("soul", 50, 70.0), ("jazz", 60, 40.0)]
    assert found[0].profile == pytest.approx((0.75, 0.5, 0.5, 0.5))


def test_ten_genres_at_most_and_none_of_few_tracks():
    groups = [([f"genre {number}"], eda.GENRE_TRACKS, float(number), 0.5) for number in range(12)]
    found = eda.popular_genres(genres_of(*groups, (["rare"], eda.GENRE_TRACKS - 1, 99.0, 0.5)))
    assert [genre.name for genre in found] == [f"genre {number}" for number in range(11, 1, -1)]


def test_spellings_of_a_genre_are_one_and_a_track_counts_once():
    spellings = (["hip hop", "Hip-Hop"], ["hip_hop"], ["hip-hop"], ["hip+hop", "-"], ["r&b"])
    found = eda.popular_genres(genres_of(*((names, 20, 50.0, 0.5) for names in spellings)))
    assert [(genre.name, genre.tracks) for genre in found] == [("hip hop", 80)]
