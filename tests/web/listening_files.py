"""Files of a person's listening for the tests of the pages, made from songs of the release that is served."""

import json
import re
from collections.abc import Iterable
from typing import Any

import httpx2

from tests.kit.formats.user_exports.opening import extended, zipped
from tests.web.people import popular

LONG_WORD = re.compile(r"\b[A-Za-z]{9,}\b")
UNKNOWN = "Nobody Has Recorded This"


def similar(url: str, limit: int = 30) -> list[dict[str, Any]]:
    """Songs that resemble a popular one, with it."""
    seed = popular(url, 1)[0]
    first = httpx2.get(f"{url}/v1/tracks/{seed}", timeout=30).json()
    rows = httpx2.get(f"{url}/v1/tracks/{seed}/similar", params={"limit": limit}, timeout=30).json()["tracks"]
    return [first, *(row["track"] for row in rows)]


def misspelled(url: str) -> tuple[dict[str, Any], str]:
    """A song with a long word in its title, and the title with two wrong letters in it: near, but not certain."""
    for seed in popular(url, 50):
        track = httpx2.get(f"{url}/v1/tracks/{seed}", timeout=30).json()
        if track["title"].isascii() and (word := LONG_WORD.search(track["title"])):
            at = word.start()
            letters = list(track["title"])
            letters[at + 2], letters[at + 5] = "q", "x"
            return track, "".join(letters)
    raise AssertionError("no popular song of the release has a long word in its title")


def play(title: str | None, artist: str | None, nth: int, **changed: Any) -> dict[str, Any]:
    """A play of three minutes, each `nth` at another day and minute."""
    names = {"master_metadata_track_name": title, "master_metadata_album_artist_name": artist}
    names |= {"master_metadata_album_album_name": None, "spotify_track_uri": None}
    return extended(
        **(names | {"ts": f"2024-{nth // 28 % 12 + 1:02}-{nth % 28 + 1:02}T20:{nth % 60:02}:00Z"} | changed)
    )


def plays(tracks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [play(track["title"], track["artists"][0]["name"], nth) for nth, track in enumerate(tracks)]


def history(rows: list[dict[str, Any]]) -> bytes:
    """The zip that Spotify sends, with a file in it that is none of listening."""
    members = {"MyData/Streaming_History_Audio_2024.json": json.dumps(rows), "MyData/ReadMeFirst.pdf": b"%PDF-1.4 ..."}
    return zipped(members)
