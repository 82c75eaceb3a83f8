"""Tests of the catalogue's statistics: columns, genres, titles, and the switch to a new release."""

from collections import Counter
from pathlib import Path

import numpy as np
import orjson
import pytest

from kit.genres import genre_key
from kit.release_current import CURRENT
from services.report.catalogue import _one_for_each_key
from services.report.liked_tracks import LikedTracks
from services.report.served_catalogue import ServedCatalogue
from tests import worlds
from tests.services.report.listeners import TODAY, current, demo, found, likes


def test_genres_are_counted_once_a_track_by_key() -> None:
    catalogue = demo().catalogue
    cards = [orjson.loads(catalogue.release.card(row)) for row in range(300)]
    expected = [{genre_key(name) for name in card["genres"]} for card in cards]
    numbers = catalogue.genres.of_rows(np.arange(300))
    assert [{genre_key(catalogue.genres.names[one]) for one in row} for row in numbers] == expected
    every = Counter(one for row in catalogue.genres.of_rows(np.arange(catalogue.size)) for one in row.tolist())
    assert [every[at] for at in range(len(catalogue.genres.names))] == catalogue.genres.counts.tolist()


def test_spellings_of_a_genre_are_one_under_the_most_frequent() -> None:
    names, of = _one_for_each_key(["hip-hop", "Hip Hop", "jazz", "HIPHOP"], np.array([2, 5, 3, 1]))
    assert (names, of.tolist()) == (["Hip Hop", "jazz"], [0, 0, 1, 0])


def test_unknown_years_and_durations_are_not_numbers(tmp_path: Path) -> None:
    worlds.set_current(tmp_path / "releases", worlds.write_small_release(tmp_path / "releases"))
    catalogue = current(tmp_path).catalogue
    bare = catalogue.release.rows([worlds.track_id(47)])
    assert np.isnan(
        [catalogue.year[bare][0], catalogue.duration_ms[bare][0], catalogue.feature("energy")[bare][0]]
    ).all()
    assert found(likes(bare), current(tmp_path)).n == 1


def test_two_ids_of_one_track_are_one_like() -> None:
    release = demo().catalogue.release
    tracks = [release.track_id(row) for row in (4, 2, 4)]
    liked = LikedTracks.of(release, tracks, [TODAY] * 3, 3)
    assert (liked.rows.tolist(), liked.of_period, liked.months) == ([4, 2], 3, ["2026-11"] * 2)


@pytest.mark.anyio
async def test_a_new_release_is_read_and_a_broken_one_is_not_served(tmp_path: Path) -> None:
    folder = tmp_path / "releases"
    first, second = worlds.write_small_release(folder), worlds.write_small_release(folder, seed=8)
    served = ServedCatalogue(folder, 0.01)
    worlds.set_current(folder, first)
    await served.refresh()
    assert await served.ping() == first.version
    (folder / CURRENT).write_text("no-such-release-12345678")
    await served.refresh()
    assert await served.ping() == first.version
    worlds.set_current(folder, second)
    await served.refresh()
    assert await served.ping() == second.version
