"""Translates the fields of Audioscrobbler 1.2 submissions to plays of POST /v1/me/plays. Pure.

    a artist   t title   i start, seconds since 1970   o source   r rating (L love, B ban, S skip)
    l length in seconds   b album   n track number   m MusicBrainz id

In a submission each field has an index: a[0], t[0], ... up to 49.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from kit import references
from kit.wire.plays import LONGEST_NAME

MAX_TRACKS = 50
EARLIEST, LATEST = 946_684_800, 253_402_300_799  # the years 2000 and 9999
DAY_S = 86_400
OPINIONS = {"L": "like", "B": "dislike"}
SKIPPED = ("B", "S")


class Rated(NamedTuple):
    """A play, and the opinion that came with it."""

    play: dict[str, Any]
    opinion: str | None


def now_playing(form: Mapping[str, str], source: str) -> dict[str, Any] | None:
    """The track of a now-playing notification; None when it names none."""
    return _named({name: form.get(name, "") for name in "atblm"}, source)


def submitted(form: Mapping[str, str], source: str) -> list[Rated]:
    """The plays of a submission. Those without names or a possible time are left out: a client that is refused sends
    them again for ever."""
    found = []
    for index in range(MAX_TRACKS):
        fields = {name: form.get(f"{name}[{index}]", "") for name in "atirlbm"}
        track, at = _named(fields, source), _whole(fields["i"], EARLIEST, LATEST)
        if track and at is not None:
            played: dict[str, Any] = {"played_at": datetime.fromtimestamp(at, UTC).isoformat()}
            played |= {"ms": 0} if fields["r"] in SKIPPED else {}
            found.append(Rated(track | played, OPINIONS.get(fields["r"])))
    return found


def _named(fields: Mapping[str, str], source: str) -> dict[str, Any] | None:
    artist, title, album = (fields[name].strip()[:LONGEST_NAME] for name in "atb")
    if not artist or not title:
        return None
    seconds = _whole(fields["l"], 1, DAY_S)
    return {
        "artist": artist,
        "title": title,
        "album": album,
        "duration_ms": seconds * 1000 if seconds else None,
        "mbid": references.mbid(fields["m"]),
        "source": source,
    }


def _whole(text: str, least: int, most: int) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) < 14):
        return None
    return int(text) if least <= int(text) <= most else None
