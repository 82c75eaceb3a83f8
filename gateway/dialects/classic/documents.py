"""Tracks in the forms of the five systems. Pure."""

from typing import Any

from kit.wire.catalog import FEATURES

Track = dict[str, Any]
"""A track as the public routes give it (kit.wire.catalog.Track)."""


def music(track: Track) -> dict[str, Any]:
    """The form of the first system; "" where there is no picture or nothing to play."""
    preview = track.get("preview") or {}
    return {
        "musicId": track["id"],
        "musicName": track["title"],
        "artistName": ", ".join(artist["name"] for artist in track["artists"]),
        "imageUrl": track.get("image_url") or "",
        "musicUrl": preview.get("url") or preview.get("embed") or "",
    }


def rated(track: Track) -> dict[str, Any]:
    """The same with the opinion: 1, 0 or -1."""
    return music(track) | {"like": track.get("like") or 0}


def uri(track: Track) -> str:
    """The Spotify URI: an id has the form of Spotify's, and is Spotify's where the track has one."""
    return f"spotify:track:{track['id']}"


def features(track: Track) -> dict[str, Any]:
    """The twelve audio features and the duration, null where unknown."""
    known = track.get("features") or {}
    return {name: known.get(name) for name in FEATURES} | {"duration_ms": track.get("duration_ms")}


def full(track: Track) -> dict[str, Any]:
    """A full track object as Spotify's Web API has it; links to Spotify only where the track has an id there."""
    artists = [_artist(artist) for artist in track["artists"]]
    spotify_id = track["external_ids"].get("spotify")
    return {
        "type": "track",
        "id": track["id"],
        "uri": uri(track),
        "href": f"/v1/tracks/{track['id']}",
        "name": track["title"],
        "artists": artists,
        "album": _album(track, artists),
        "duration_ms": track.get("duration_ms") or 0,
        "explicit": bool(track.get("explicit")),
        "popularity": round(track.get("popularity") or 0),
        "preview_url": (track.get("preview") or {}).get("url"),
        "external_ids": track["external_ids"],
        "external_urls": {"spotify": f"https://open.spotify.com/track/{spotify_id}"} if spotify_id else {},
        "available_markets": [],
        "disc_number": 1,
        "track_number": 1,
        "is_local": False,
    }


def _artist(artist: Track) -> dict[str, Any]:
    return {
        "type": "artist",
        "id": artist["id"],
        "uri": f"spotify:artist:{artist['id']}",
        "href": f"/v1/artists/{artist['id']}",
        "name": artist["name"],
        "external_urls": {},
    }


def _album(track: Track, artists: list[dict[str, Any]]) -> dict[str, Any]:
    image = track.get("image_url")
    return {
        "type": "album",
        "album_type": "album",
        "name": track.get("album") or "",
        "artists": artists,
        "images": [{"url": image, "height": None, "width": None}] if image else [],
        "release_date": str(track.get("year") or ""),
        "release_date_precision": "year",
    }
