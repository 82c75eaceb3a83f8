"""Tests of /spotify/v1 over plain HTTP: shapes, exact ranges, ids, limits, credentials, errors."""

from functools import cache
from typing import Any

import httpx2
import pytest

from kit import ids
from tests import worlds
from tests.contract.scrobbler import Scrobbler
from tests.contract.spotify_shapes import assert_shape

TRACK, UNMEASURED, UNKNOWN = worlds.track_id(3), worlds.track_id(47), "4uLU6hMCjMI75M1A2tKUQC"
ARTIST = ids.artist_id(worlds.artist_name(60))
RANGED = (
    *("acousticness", "danceability", "duration_ms", "energy", "instrumentalness", "key", "liveness", "loudness"),
    *("mode", "popularity", "speechiness", "tempo", "time_signature", "valence"),
)


def fetched(url: str, path: str, token: str | None = "guest", **query: Any) -> httpx2.Response:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return httpx2.get(f"{url}/spotify/v1{path}", params=query, headers=headers, timeout=30)


def got(url: str, shape: str, path: str, **query: Any) -> dict[str, Any]:
    """The document of an answer that has its published shape."""
    answer = fetched(url, path, **query)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    assert_shape(shape, document)
    return document


def assert_refused(answer: httpx2.Response, status: int, words: str = "") -> None:
    document = answer.json()
    assert_shape("error", document)
    assert (answer.status_code, document["error"]["status"]) == (status, status), answer.text
    assert words in document["error"]["message"], answer.text


def attributes(url: str, tracks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every attribute of the tracks that may be bounded, as the dialect shows them."""
    found = got(url, "several features", "/audio-features", ids=",".join(one["id"] for one in tracks))
    return [
        shown | {"popularity": one["popularity"]} for one, shown in zip(tracks, found["audio_features"], strict=True)
    ]


def recommended(url: str, **query: Any) -> dict[str, Any]:
    return got(url, "recommendations", "/recommendations", **{"seed_tracks": TRACK} | query)


def test_seeds_of_each_kind(public: str) -> None:
    found = recommended(public, seed_artists=ARTIST, seed_genres="cobalt,no-such-genre", limit=30)
    assert len(found["tracks"]) == 30
    assert [(one["type"], one["id"]) for one in found["seeds"]] == [
        ("ARTIST", ARTIST),
        ("TRACK", TRACK),
        ("GENRE", "cobalt"),
        ("GENRE", "no-such-genre"),
    ]
    assert [one["afterFilteringSize"] > 0 for one in found["seeds"]] == [True, True, True, False]
    assert found["seeds"][2]["href"] is None
    assert found["seeds"][0]["href"].startswith(f"{public}/spotify/v1/artists/")
    assert TRACK not in {one["id"] for one in found["tracks"]}
    assert len(recommended(public)["tracks"]) == 20


@pytest.mark.parametrize("name", RANGED)
def test_ranges_are_exact(public: str, name: str) -> None:
    """Every track that comes is inside, ends included: the middle track is found by a range of its value alone."""
    bounded = {"min_time_signature": 0}  # leaves tracks without features out
    tracks = recommended(public, limit=60, **bounded)["tracks"]
    shown = attributes(public, tracks)
    middle = sorted(range(len(shown)), key=lambda at: shown[at][name])[len(shown) // 2]
    value = httpx2.get(f"{public}/v1/tracks/{tracks[middle]['id']}").json()["popularity"]
    value = value if name == "popularity" else shown[middle][name]
    equal = recommended(public, limit=60, **bounded | {f"min_{name}": value, f"max_{name}": value})["tracks"]
    assert tracks[middle]["id"] in {one["id"] for one in equal}
    assert {one[name] for one in attributes(public, equal)} == {shown[middle][name]}
    above = recommended(public, limit=60, **bounded | {f"min_{name}": value})["tracks"]
    assert all(one[name] >= shown[middle][name] for one in attributes(public, above))


@pytest.mark.parametrize(
    ("name", "low", "high"), [("valence", 0, 1), ("tempo", 80, 100), ("duration_ms", 180_000, 2e5)]
)
def test_targets_are_wishes(public: str, name: str, low: float, high: float) -> None:
    means = []
    for wished in (low, high):
        tracks = recommended(public, limit=10, min_time_signature=0, **{f"target_{name}": wished})["tracks"]
        assert len(tracks) == 10
        means.append(sum(one[name] for one in attributes(public, tracks)) / 10)
    assert means[0] < means[1]


def test_genre_seeds_are_accepted_as_they_are_listed(public: str) -> None:
    genres = got(public, "genre seeds", "/recommendations/available-genre-seeds")["genres"]
    assert {"amber", "basalt", "cobalt", "dune", "even", "odd"} == set(genres)
    found = got(public, "recommendations", "/recommendations", seed_genres=",".join(genres[:5]))
    assert all(one["initialPoolSize"] > 0 for one in found["seeds"])


def test_tracks_and_features(public: str) -> None:
    track = got(public, "track", f"/tracks/{TRACK}")
    native = httpx2.get(f"{public}/v1/tracks/{TRACK}").json()
    assert (track["name"], track["duration_ms"]) == (native["title"], native["duration_ms"])
    assert (track["album"]["name"], track["album"]["release_date"]) == (native["album"], str(native["year"]))
    assert got(public, "track", track["href"].removeprefix(f"{public}/spotify/v1")) == track
    assert got(public, "several tracks", "/tracks", ids=f"{UNKNOWN},{TRACK}")["tracks"] == [None, track]
    assert got(public, "several tracks", "/tracks/", ids=f"{TRACK},{TRACK}", market="SE")["tracks"] == [track, track]
    features = got(public, "features", f"/audio-features/{TRACK}/")
    assert features["energy"] == native["features"]["energy"]
    several = got(public, "several features", "/audio-features", ids=f"{TRACK},{UNMEASURED},{UNKNOWN}")
    assert several["audio_features"] == [features, None, None]
    assert_refused(fetched(public, f"/audio-features/{UNMEASURED}"), 404, "analysis not found")
    bare = got(public, "track", f"/tracks/{UNMEASURED}")
    assert (bare["duration_ms"], bare["album"]["name"], bare["album"]["release_date"]) == (0, "", "0000")


def test_search_pages(public: str) -> None:
    first = got(public, "search", "/search", q="amber song", type="track", limit=5)["tracks"]
    assert (len(first["items"]), first["offset"], first["previous"]) == (5, 0, None)
    assert first["total"] > 10
    second = httpx2.get(first["next"], headers={"authorization": "Bearer guest"}).json()["tracks"]
    assert (second["offset"], second["total"]) == (5, first["total"])
    shown = [one["id"] for one in (*first["items"], *second["items"])]
    both = got(public, "search", "/search/", q='track:"amber song"', type="track", limit=10)["tracks"]["items"]
    assert [one["id"] for one in both] == shown
    assert len(set(shown)) == 10
    assert httpx2.get(second["previous"], headers={"authorization": "Bearer guest"}).json()["tracks"] == first
    past = got(public, "search", "/search", q="amber song", type="track", offset=900)["tracks"]
    assert (past["items"], past["next"]) == ([], None)
    assert got(public, "search", "/search", q="isrc:USRC17607839", type="track")["tracks"]["items"] == []


@pytest.mark.parametrize(
    ("path", "query", "status", "words"),
    [
        ("/recommendations", {}, 400, "invalid request"),
        ("/recommendations", {"seed_tracks": ",".join([TRACK] * 6)}, 400, "invalid request"),
        ("/recommendations", {"seed_tracks": "short"}, 400, "invalid id"),
        ("/recommendations", {"seed_tracks": UNKNOWN}, 404, UNKNOWN),
        ("/recommendations", {"seed_genres": "polka"}, 404, "polka"),
        ("/recommendations", {"seed_tracks": TRACK, "limit": 101}, 400, "limit"),
        ("/recommendations", {"seed_tracks": TRACK, "limit": 0}, 400, "limit"),
        ("/recommendations", {"seed_tracks": TRACK, "min_energy": "high"}, 400, "min_energy"),
        ("/recommendations", {"seed_tracks": TRACK, "min_energy": "NaN"}, 400, "min_energy"),
        ("/recommendations", {"seed_tracks": TRACK, "min_energy": 0.9, "max_energy": 0.1}, 400, "energy"),
        ("/recommendations", {"seed_tracks": TRACK, "target_valence": 2}, 400, "valence"),
        ("/recommendations", {"seed_tracks": TRACK, "min_energy": 7}, 400, "from 0 to 1"),
        ("/recommendations", {"seed_tracks": TRACK, "max_loudnes": 2}, 400, "max_loudnes"),
        ("/tracks", {}, 400, "ids"),
        ("/tracks", {"ids": ",".join([TRACK] * 51)}, 400, "Too many"),
        ("/tracks", {"ids": "spotify:track:1"}, 400, "invalid id"),
        (f"/tracks/{UNKNOWN}", {}, 404, UNKNOWN),
        ("/tracks/zzzzzzzzzzzzzzzzzzzzzz", {}, 400, "128 bits"),
        ("/audio-features", {"ids": ",".join([TRACK] * 101)}, 400, "Too many"),
        ("/search", {"type": "track"}, 400, "No search query"),
        ("/search", {"q": "amber"}, 400, "type"),
        ("/search", {"q": "amber", "type": "album"}, 400, "type"),
        ("/search", {"q": "amber year:1990", "type": "track"}, 400, "year:"),
        ("/search", {"q": "amber", "type": "track", "offset": 1001}, 400, "offset"),
        (f"/artists/{ARTIST}/related-artists", {}, 404, "docs/spotify-api.md"),
        ("/me/top/tracks", {}, 404, ""),
    ],
)
def test_errors_have_spotifys_form(public: str, path: str, query: dict[str, Any], status: int, words: str) -> None:
    assert_refused(fetched(public, path, **query), status, words)


def test_tokens(public: str, person: dict[str, str]) -> None:
    key = _player(public).key
    for token in ("guest", key, person["authorization"].removeprefix("Bearer ")):
        assert fetched(public, f"/tracks/{TRACK}", token=token).status_code == 200
        assert fetched(public, "/recommendations", token=token, seed_tracks=TRACK).status_code == 200
    assert_refused(fetched(public, f"/tracks/{TRACK}", token=None), 401, "No token provided")
    for wrong in ("Guest", f"{key}x", "a.b.c", "BQD" * 50):
        assert_refused(fetched(public, f"/tracks/{TRACK}", token=wrong), 401)
    basic = httpx2.get(f"{public}/spotify/v1/tracks/{TRACK}", headers={"authorization": "Basic Z3Vlc3Q="})
    assert_refused(basic, 400, "bearer")
    posted = httpx2.post(f"{public}/spotify/v1/tracks", headers={"authorization": "Bearer guest"})
    assert_refused(posted, 405)


def test_likes_are_not_left_out_and_dislikes_are(public: str) -> None:
    """Spotify's recommendations never depended on what the owner of the token knows."""
    player = Scrobbler(public, "recommend:read", "catalog:read")
    *liked, disliked = [one["id"] for one in recommended(public)["tracks"][:5]]
    player.person.like(*liked)
    player.person.record("dislike", disliked)
    for token in (player.key, player.person.session["access_token"]):
        found = fetched(public, "/recommendations", token=token, seed_tracks=TRACK).json()
        shown = {one["id"] for one in found["tracks"]}
        assert set(liked) <= shown
        assert disliked not in shown


@cache
def _player(url: str) -> Scrobbler:
    """Somebody with an API key."""
    return Scrobbler(url, "recommend:read", "catalog:read")
