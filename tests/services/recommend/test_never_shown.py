"""Property of every route that answers tracks: no muted, disliked, excluded or known recording ever comes.

Drawn people with mutes, dislikes, exclusions, plays and playlists; the rule once more in plain Python over the cards.
"""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kit.ids import artist_id
from kit.release import Release
from kit.release_current import open_current
from tests import worlds
from tests.services.recommend.people import House, Person, house
from tests.services.recommend.track_routes import Tracks, answered, exclude_known, weekly

pytestmark = pytest.mark.anyio
HELD = [number for number in range(worlds.SIZE) if number % 50 != 46]
OPTIONS: list[dict[str, Any]] = [
    {},
    {"exclude_known": False, "only_new": True},
    {"exclude_known": False, "not_played_for_days": 365},
]


@pytest.fixture(scope="module")
async def home(published: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with house(published, tmp_path_factory.mktemp("house")) as opened:
        yield opened


class Drawn:
    """What somebody likes, knows and does not want, drawn by a number."""

    def __init__(self, number: int) -> None:
        draw = random.Random(number)
        tracks = draw.sample(HELD, 60)
        self.likes, self.dislikes, self.nevers = tracks[:12], tracks[12:18], tracks[18:22]
        self.played, self.long_ago, self.listed = tracks[22:30], tracks[30:36], tracks[36:44]
        self.excluded = [*self.likes[:2], *self.played[:2]]
        artists = [artist_id(worlds.artist_name(number)) for number in draw.sample(HELD, 2)]
        self.mutes: dict[str, list[str]] = {
            "artists": artists,
            "genres": draw.choice([[], ["Odd"], ["AMBER"], ["dune", "basalt"]]),
            "versions": draw.choice([[], ["live"]]),
        }

    async def tell(self, person: Person) -> None:
        """Records all of it."""
        await person.record("like", *self.likes)
        await person.record("dislike", *self.dislikes)
        await person.record("never", *self.nevers)
        now = datetime.now(UTC)
        plays = [(track, now - timedelta(days=5)) for track in self.played]
        plays += [(track, now - timedelta(days=500)) for track in self.long_ago]
        events = [{"track": worlds.track_id(track), "kind": "play", "at": at.isoformat()} for track, at in plays]
        names = [worlds.track_id(track) for track in self.listed]
        calls: list[tuple[str, str, dict[str, Any]]] = [
            ("POST", "/v1/me/feedback", {"events": events}),
            ("POST", "/v1/me/playlists", {"name": "mine", "tracks": names}),
            ("PUT", "/v1/me/mutes", self.mutes),
            *(("POST", "/v1/me/exclusions", {"track": worlds.track_id(track)}) for track in self.excluded),
        ]
        for method, path, body in calls:
            answer = await person.house.catalog.request(method, path, json=body, headers=person.bearer)
            assert answer.status_code in (200, 201), answer.text


class Rule:
    """Which tracks may not come, by the cards and the recording groups of the release."""

    def __init__(self, release: Release) -> None:
        rows = release.rows([worlds.track_id(number) for number in range(worlds.SIZE)]).tolist()
        group = release.column("group")
        self._group = {worlds.track_id(number): int(group[row]) for number, row in enumerate(rows) if row >= 0}

    def same(self, track: str, numbers: list[int]) -> bool:
        """Whether a track is a version of one of these."""
        return self._group[track] in {self._group[worlds.track_id(number)] for number in numbers}

    def faults(self, found: Tracks, drawn: Drawn, options: dict[str, Any]) -> list[tuple[str, str, str]]:
        return [
            (why, route, track["title"])
            for route, tracks in found.items()
            for track in tracks
            for why in self._reasons(track, route, drawn, options)
        ]

    def _reasons(self, track: dict[str, Any], route: str, drawn: Drawn, options: dict[str, Any]) -> list[str]:
        genres = {genre.lower() for genre in drawn.mutes["genres"]}
        known = [*drawn.likes, *drawn.played, *drawn.long_ago, *drawn.listed]
        lately = options.get("not_played_for_days") is not None
        checks = {
            "disliked": self.same(track["id"], [*drawn.dislikes, *drawn.nevers]),
            "muted artist": any(artist["id"] in drawn.mutes["artists"] for artist in track["artists"]),
            "muted genre": not genres.isdisjoint(track["genres"]),
            "muted version": "live" in drawn.mutes["versions"] and "(Live)" in track["title"],
            "known": exclude_known(route) and not lately and self.same(track["id"], known),
            "played lately": exclude_known(route) and lately and self.same(track["id"], drawn.played),
            "excluded": exclude_known(route) and not lately and self.same(track["id"], drawn.excluded),
        }
        return [why for why, holds in checks.items() if holds]


@pytest.mark.parametrize("options", OPTIONS, ids=["default", "only new", "not for a year"])
async def test_nothing_unwanted_or_known_comes_on_any_route(
    home: House,
    published: Path,
    options: dict[str, Any],
) -> None:
    release = open_current(published / "releases")
    assert release
    rule = Rule(release)
    for number in range(4):
        person, drawn = home.person(), Drawn(number)
        before = await answered(home.recommends[0], person.bearer)
        assert rule.faults(before, drawn, {}), "the drawn tracks come as long as nothing is told"
        await drawn.tell(person)
        found = await answered(home.recommends[0], person.bearer, **options)
        assert rule.faults(found, drawn, options) == []
        assert all(found.values()), "every route answers some tracks"


async def test_nothing_unwanted_or_known_comes_in_weekly_lists(home: House, published: Path) -> None:
    release = open_current(published / "releases")
    assert release
    rule, kinds = Rule(release), set[str]()
    for number in range(6):
        person, drawn = home.person(), Drawn(number)
        await drawn.tell(person)
        found = await weekly(home.recommends[0], person.bearer)
        assert rule.faults(found, drawn, {}) == []
        again = [track for track in found["weekly rediscover"] if rule.same(track["id"], drawn.excluded)]
        assert again == []
        kinds |= {key for key, tracks in found.items() if tracks}
    assert kinds == {"weekly discover", "weekly rediscover", "weekly deep_cuts"}


async def test_a_stored_playlist_goes_on_without_anything_unwanted_or_known(home: House, published: Path) -> None:
    release = open_current(published / "releases")
    assert release
    rule = Rule(release)
    for number in range(3):
        person, drawn = home.person(), Drawn(number)
        await drawn.tell(person)
        mine = (await home.catalog.get("/v1/me/playlists", headers=person.bearer)).json()["items"][0]["id"]
        body = {"playlist": mine, "length": 40}
        answer = await home.recommends[0].post("/v1/playlists/continue", json=body, headers=person.bearer)
        found = {"stored playlist": [item["track"] for item in answer.json()["tracks"]]}
        assert rule.faults(found, drawn, {}) == []
        assert found["stored playlist"]


async def test_each_list_is_kept_with_its_seeds_and_its_request(published: Path, tmp_path: Path) -> None:
    async with house(published, tmp_path) as own:
        await lists_are_kept(own)


async def lists_are_kept(home: House) -> None:
    """Closes what keeps the lists, so that all are written."""
    person = home.person()
    await person.record("like", 5, 10, 15)
    await person.gets(limit=7, mode="discover", mute_versions=["live"])
    await person.posts(seeds=[{"track": worlds.track_id(55)}, {"text": "Basalt Song 10"}], limit=8)
    await home.apps[0].state.pipeline.impressions.close()
    page = (await home.catalog.get("/v1/me/recommendations/history", headers=person.bearer)).json()["items"]
    by_source = {one["source"]: one for one in page}
    seeds = {source: {track["title"] for track in one["seeds"]} for source, one in by_source.items()}
    assert seeds["taste"] == {"Amber Song 5", "Amber Song 10", "Amber Song 15"}
    assert by_source["taste"]["request"] == {"limit": 7, "mode": "discover"}
    assert "Basalt Song 5" in seeds["seeds"]
    assert by_source["seeds"]["request"]["limit"] == 8
    assert by_source["seeds"]["request"]["texts"] == ["Basalt Song 10"]
