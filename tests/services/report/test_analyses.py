"""Tests of the other analyses on small planted data."""

import numpy as np
import pytest

from kit.wire.report_sections import Claim
from services.report.analyses import (
    clusters,
    decades,
    diversity,
    drift,
    flat_averages,
    genres_and_languages,
    histograms,
    keys_and_modes,
    mood,
    records,
    tempo,
)
from services.report.analyses.portions import shares
from services.report.analyses.superiority import Reference
from tests.services.report.listeners import demo, found, likes, of_genre

NAN = float("nan")
MONTHS = ("2026-01", "2026-02", "2026-03")


def test_a_histogram_counts_every_known_value_once() -> None:
    values = np.array([0.0, 0.049, 0.05, 1.0, 1.5, -3.0, NAN])
    counts = histograms.histogram(values, 0, 1)
    assert (len(counts), sum(counts), counts[0], counts[1], counts[-1]) == (20, 6, 3, 1, 2)
    assert sum(histograms.reference_shares(Reference.of(values), 0, 1)) == pytest.approx(1)


@pytest.mark.must("S0-49")
def test_every_report_has_the_eight_features_with_their_units() -> None:
    reports = found(likes(range(30))).features
    assert [one.name for one in reports] == list(histograms.UNITS)
    assert {one.name: one.unit for one in reports}["loudness"] == "dBFS"
    assert all(len(one.hist) == len(one.catalogue_hist) == 20 and sum(one.hist) == one.n for one in reports)


def test_decades_have_shares_and_lifts() -> None:
    reference = Reference.of(np.array([1975.0] * 10 + [1985.0] * 30 + [2005.0] * 60))
    listed = decades.decades(np.array([1975.0, 1979.0, 2005.0, NAN]), reference)
    assert [(one.decade, one.n, one.catalogue_share) for one in listed] == [
        (1970, 2, 0.1),
        (1980, 0, 0.3),
        (2000, 1, 0.6),
    ]
    assert listed[0].lift == pytest.approx(6.67)
    assert decades.decades(np.array([NAN]), reference) == []


def test_the_year_that_parts_likes_from_the_catalogue() -> None:
    reference = Reference.of(np.arange(1960.0, 2020.0))
    assert decades.split_year(np.arange(1970.0, 1990.0), reference, newer=False) == (1990, 1.0, 0.5)
    assert decades.split_year(np.arange(2000.0, 2020.0), reference, newer=True)[0] == 2000


def test_tempos_fold_into_one_octave() -> None:
    folded = tempo.folded(np.array([60.0, 120.0, 240.0, 70.0, 140.0, 35.0, 0.0, NAN]))
    assert folded.tolist() == [120.0, 120.0, 120.0, 70.0, 70.0, 70.0]


def test_the_band_is_the_narrowest_with_half_of_the_likes() -> None:
    values = np.array([80.0] * 4 + [118.0, 120.0, 121.0, 122.0, 123.0, 124.0, 125.0, 90.0])
    assert tempo.narrowest_band(values) == (120.0, 125.0)
    assert found(likes(range(19))).tempo.band is None


@pytest.mark.must("S3-18")
def test_mood_quadrants_are_cut_at_the_catalogues_medians() -> None:
    plane = mood.Plane.of(np.array([0.1, 0.2, 0.4, 0.5]), np.array([0.1, 0.9, 0.2, 0.8]))
    assert (plane.valence, plane.energy) == pytest.approx((0.3, 0.5))
    report, _ = mood.mood(np.array([0.2, 0.9, 0.9, NAN]), np.array([0.9, 0.9, 0.1, 0.5]), plane)
    assert {one.name: one.n for one in report.shares} == {
        "dark_calm": 0,
        "bright_calm": 1,
        "dark_intense": 1,
        "bright_lively": 1,
    }
    assert sum(map(sum, report.bins)) == report.n == 3


def test_a_key_needs_eight_songs_and_forty_in_all() -> None:
    usual = np.full(24, 100)
    own = np.zeros(24, np.int64)
    own[19], own[0:12] = 14, 4
    reports, found_shares = keys_and_modes.keys(own, usual)
    assert (reports[19].name, reports[19].claim) == ("A major", Claim.HIGHER)
    assert keys_and_modes.home_key(found_shares) == 19
    own[19], own[0:12] = 7, 3
    assert keys_and_modes.home_key(keys_and_modes.keys(own, usual)[1]) is None


def test_shares_of_many_categories_are_corrected_for_their_number() -> None:
    [alone] = shares([10], 40, [0.1], 0.05)
    [among] = shares([10], 40, [0.1], 0.05, tested=1_000)
    assert (alone.claim, among.claim) == (Claim.HIGHER, Claim.TYPICAL)
    assert shares([10], 19, [0.1], 0.05)[0].claim is Claim.INSUFFICIENT


def test_the_moments_of_random_sets_are_those_of_drawn_ones() -> None:
    directions, draw = demo().catalogue.directions(np.arange(demo().catalogue.size))[0], np.random.default_rng(9)
    n, means = 30, []
    for _ in range(600):
        total = directions[draw.choice(len(directions), n, replace=False)].sum(axis=0)
        means.append((float(total @ total) - n) / (n * (n - 1)))
    mean, sd = demo().catalogue.moments.random_set(n)
    assert np.mean(means) == pytest.approx(mean, abs=4 * sd / 600**0.5)
    assert np.std(means) == pytest.approx(sd, rel=0.12)


def test_one_genre_is_narrower_than_random_and_one_song_of_each_artist_is_even() -> None:
    assert found(likes(of_genre("jazz")[:60])).diversity.claim is Claim.LOWER
    artists = np.arange(10)
    assert diversity.diversity(artists, np.eye(10, dtype=np.float32), demo().catalogue.moments).evenness == 1
    same = diversity.diversity(np.zeros(10, np.int64), np.empty((0, 4), np.float32), demo().catalogue.moments)
    assert (same.evenness, same.artists, same.claim) == (0, 1, Claim.INSUFFICIENT)


@pytest.mark.parametrize("genres", [("jazz",), ("jazz", "metal"), ("jazz", "metal", "pop")])
def test_sides_of_a_taste_are_found_and_named(genres: tuple[str, ...]) -> None:
    rows = np.concatenate([of_genre(name)[:60] for name in genres])
    sides = found(likes(rows)).clusters
    assert len(sides) >= len(genres) if len(genres) > 1 else sides
    assert sum(side.n for side in sides) == len(rows)
    tables = demo().catalogue.genres
    for side in sides:
        assert side.by == "genre"
        assert side.label.partition(" around ")[0] in tables.names
        assert all(track.genres for track in side.tracks)
    assert [side.n for side in sides] == sorted((side.n for side in sides), reverse=True)
    assert len({side.label for side in sides}) == len(sides)


def test_random_likes_have_one_side_and_likes_of_several_genres_have_more() -> None:
    draw = np.random.default_rng(0)
    names = ["jazz", "metal", "pop", "folk", "rock", "soul", "country", "hip hop", "indie", "electronic", "ambient"]

    def count(rows: np.ndarray) -> int:
        return len(np.unique(clusters.sides(demo().catalogue.directions(rows)[0])))

    at_random = [count(draw.choice(demo().catalogue.size, 200, replace=False)) for _ in range(15)]
    mixed = [
        count(
            np.concatenate(
                [draw.choice(of_genre(name), 60, replace=False) for name in draw.choice(names, k, replace=False)]
            )
        )
        for k in (2, 3)
        for _ in range(10)
    ]
    assert at_random == [1] * 15
    assert min(mixed) >= 2


def test_clusters_do_not_depend_on_a_seed_and_need_thirty_likes() -> None:
    directions, _ = demo().catalogue.directions(np.concatenate([of_genre("jazz")[:30], of_genre("metal")[:30]]))
    assert np.array_equal(clusters.sides(directions), clusters.sides(directions))
    assert not clusters.sides(directions[:29]).any()


def test_the_silhouette_of_two_far_groups_is_near_one() -> None:
    directions = np.repeat(np.eye(2, dtype=np.float32), 5, axis=0)
    assert clusters.silhouette(directions, np.repeat([0, 1], 5)) == pytest.approx(1)
    assert clusters.silhouette(directions, np.tile([0, 1], 5)) < 0


def test_a_planted_change_of_mood_is_found_and_a_shuffled_one_is_not() -> None:
    draw = np.random.default_rng(4)
    months = [month for month in MONTHS for _ in range(25)]
    valence = draw.uniform(0, 1, 75)
    energy = np.concatenate([draw.normal(0.8, 0.1, 25), draw.normal(0.6, 0.1, 25), draw.normal(0.3, 0.1, 25)])
    changed = drift.drift(valence, energy, months)
    assert (changed.claim, changed.direction, len(changed.months)) == ("changed", "calmer", 3)
    assert drift.drift(valence, draw.permutation(energy), months).claim == "steady"
    assert drift.drift(valence[:50], energy[:50], months[:50]).claim == "insufficient"


def test_records_name_the_extremes_and_the_odd_one_out() -> None:
    year, popularity = np.arange(1980.0, 1992.0), np.arange(12.0)[::-1].copy()
    duration = np.full(12, 200_000.0)
    duration[3] = 900_000
    directions = np.zeros((12, 2), np.float32)
    directions[:, 0] = 1
    directions[7] = (0, 1)
    listed = {kind: at for kind, at, _ in records.records(year, popularity, duration, directions, np.arange(12))}
    assert listed == {"oldest": 0, "newest": 11, "rarest": 11, "longest": 3, "outlier": 7}
    assert records.records(year[:9], popularity[:9], duration[:9], directions[:9], np.arange(9)) == []


@pytest.mark.must("S0-48", "S0-49")
def test_flat_averages_have_the_fields_of_the_first_system() -> None:
    names = (*flat_averages.MEANS, "key", "mode")
    liked = {name: np.array([0.25, 0.75, NAN]) for name in names}
    liked |= {"key": np.array([2.0, 2.0, -1.0]), "mode": np.array([1.0, 0.0, 0.0])}
    made = flat_averages.averages(liked, decades.decades(np.array([1991.0]), Reference.of(np.array([1991.0, 2001.0]))))
    assert (made.energy, made.key, made.mode, made.release) == (0.5, 2, 0, {"1990": 1.0})
    nothing = flat_averages.averages({name: np.array([]) for name in names}, [])
    assert (nothing.energy, nothing.key, nothing.mode, nothing.release) == (None, -1, None, {})


def test_languages_are_stated_from_sixty_percent_coverage_on() -> None:
    known = genres_and_languages.languages(["en"] * 11 + ["es"] * 2 + [None] * 7)
    assert (known.stated, known.coverage.known, known.items[0].share) == (True, 13, round(11 / 13, 4))
    assert not genres_and_languages.languages(["en"] * 11 + [None] * 9).stated
    assert not genres_and_languages.languages(["en"] * 19).stated


def test_no_two_sides_of_a_taste_have_one_label() -> None:
    artists = ["Low", "Mogwai", "", "Mogwai"]
    assert clusters.distinct(["mixed", "rock", "jazz", "mixed"], artists) == [
        "mixed around Low",
        "rock",
        "jazz",
        "mixed around Mogwai",
    ]
    assert clusters.distinct(["mixed", "mixed"], ["Low", "Low"]) == ["mixed around Low (1)", "mixed around Low (2)"]
    assert clusters.distinct(["mixed", "mixed"], ["", ""]) == ["mixed (1)", "mixed (2)"]
