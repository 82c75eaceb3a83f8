"""Tracks, audio features, seeds and pages as Spotify writes them. Pure.

What nobody knows here is written in a form that the published types allow: no album is "", no year is "0000", no
duration, track number or number of tracks is 0, an unknown key is -1; tempo and time signature are 0, as Spotify writes
them where it found none. No other feature is made up: without one of them a track has no features.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.responses import Response

from kit import ids
from kit.wire.catalog import MAX_OFFSET

Document = Mapping[str, Any]

PATH = "/spotify/v1"
MEASURED = (
    *("danceability", "energy", "loudness", "mode", "speechiness"),
    *("acousticness", "instrumentalness", "liveness", "valence"),
)
"""Features without which there are none."""
CODES = ("isrc", "ean", "upc")
SEED_TYPES = {"track": "TRACK", "artist": "ARTIST", "genre": "GENRE"}
UNKNOWN = {"track": "unknown", "artist": "unknown_artists", "genre": "unknown_genres"}
"""Where POST /v1/recommendations lists the seeds that it did not use."""


def json_response(document: Any) -> Response:
    """A JSON response."""
    return Response(orjson.dumps(document), media_type="application/json")


def track(found: Document, base: str) -> dict[str, Any]:
    """A full track object."""
    artists = [artist(one, base) for one in found["artists"]]
    codes = found["external_ids"]
    return _named("track", found["id"], found["title"], base) | {
        "album": album(found, artists, base),
        "artists": artists,
        "available_markets": [],
        "disc_number": 1,
        "duration_ms": found["duration_ms"] or 0,
        "episode": False,
        "explicit": bool(found["explicit"]),
        "external_ids": {name: codes[name] for name in CODES if name in codes},
        "external_urls": _link(codes.get("spotify")),
        "is_local": False,
        "is_playable": True,
        "popularity": round(found["popularity"] or 0),
        "preview_url": (found["preview"] or {}).get("url"),
        "track": True,
        "track_number": 0,
    }


def album(found: Document, artists: list[dict[str, Any]], base: str) -> dict[str, Any]:
    """The simplified album object of a track. It has an id of ours, as a track here has only the album's name."""
    name = found["album"] or ""
    album_id = ids.album_id(artists[0]["id"] if artists else "", name)
    image = found["image_url"]
    return _named("album", album_id, name, base) | {
        "album_group": "album",
        "album_type": "album",
        "artists": artists,
        "available_markets": [],
        "external_urls": {},
        "images": [{"url": image, "height": None, "width": None}] if image else [],
        "release_date": f"{found['year'] or 0:04d}",
        "release_date_precision": "year",
        "total_tracks": 0,
    }


def artist(found: Document, base: str) -> dict[str, Any]:
    """A simplified artist object."""
    return _named("artist", found["id"], found["name"], base) | {"external_urls": {}}


def features(found: Document, base: str) -> dict[str, Any] | None:
    """An audio features object; None where they are not known."""
    known = found["features"]
    if known is None or any(known[name] is None for name in MEASURED):
        return None
    href = f"{base}{PATH}/tracks/{found['id']}"
    return {name: known[name] for name in MEASURED} | {
        "key": -1 if known["key"] is None else known["key"],
        "tempo": known["tempo"] or 0,
        "time_signature": known["time_signature"] or 0,
        "type": "audio_features",
        "id": found["id"],
        "uri": f"spotify:track:{found['id']}",
        "track_href": href,
        "analysis_url": f"{base}{PATH}/audio-analysis/{found['id']}",
        "duration_ms": found["duration_ms"] or 0,
    }


def seed(wanted: Mapping[str, str], found: Document, base: str) -> dict[str, Any]:
    """A seed object: the pool is that of all seeds together, and 0 for one that was not used."""
    [(kind, seed_id)] = wanted.items()
    used = seed_id not in found[UNKNOWN[kind]]
    candidates = found["pool"]["candidates"] if used else 0
    return {
        "initialPoolSize": found["pool"]["release"] if used else 0,
        "afterFilteringSize": candidates,
        "afterRelinkingSize": candidates,
        "id": seed_id,
        "type": SEED_TYPES[kind],
        "href": None if kind == "genre" else f"{base}{PATH}/{kind}s/{seed_id}",
    }


def genre_seeds(found: Iterable[Document]) -> list[str]:
    """Genres in the form of Spotify's genre seeds: lower case, hyphens for blanks. A comma would end it in a list."""
    names = (one["name"].lower().replace(" ", "-") for one in found)
    return list(dict.fromkeys(name for name in names if "," not in name))


def page(found: Document, query: Mapping[str, str], limit: int, offset: int, base: str) -> dict[str, Any]:
    """A paging object of tracks; it has a next page as far as offsets go."""

    def at(position: int) -> str:
        given = {name: value for name, value in query.items() if name in ("q", "type", "market")}
        return f"{base}{PATH}/search?{urlencode(given | {'offset': position, 'limit': limit})}"

    more = offset + limit < found["total"] and offset + limit <= MAX_OFFSET
    return {
        "href": at(offset),
        "items": [track(one, base) for one in found["items"]],
        "limit": limit,
        "next": at(offset + limit) if more else None,
        "offset": offset,
        "previous": at(max(offset - limit, 0)) if offset else None,
        "total": found["total"],
    }


def _named(kind: str, own_id: str, name: str, base: str) -> dict[str, Any]:
    """What tracks, albums and artists have in common."""
    href = f"{base}{PATH}/{kind}s/{own_id}"
    return {"id": own_id, "name": name, "type": kind, "uri": f"spotify:{kind}:{own_id}", "href": href}


def _link(spotify_id: str | None) -> dict[str, str]:
    """The page of a track at Spotify, where it has one."""
    return {"spotify": f"https://open.spotify.com/track/{spotify_id}"} if spotify_id else {}
