"""Validates a submission of listens and translates it to plays of POST /v1/me/plays. Pure.

Bounds of listenbrainz-server (listenbrainz/webserver/views/api_tools.py): 1,000 listens of a submission, 10,240 bytes
each, none before 2002-10-01, when Audioscrobbler began; the first fault refuses the whole submission with 400.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from gateway.dialects.bodies import parse_object
from kit import ids, references
from kit.errors import BadRequest
from kit.wire.plays import LONGEST_NAME

MAX_LISTENS, MAX_LISTEN_BYTES = 1_000, 10_240
MAX_BODY = MAX_LISTENS * MAX_LISTEN_BYTES
EARLIEST = 1_033_430_400
"""2002-10-01 in seconds since 1970."""
LATEST = 253_402_300_799  # the end of the year 9999: later moments cannot be written
DAY_MS = 86_400_000
SINGLE, PLAYING_NOW, IMPORT = "single", "playing_now", "import"
SOURCE, LONGEST_SOURCE = "listenbrainz", 40
CLIENT_FIELDS = ("submission_client", "media_player", "listening_from", "music_service_name")
"""Where clients name themselves or what plays, in the order of preference."""


class Submission(NamedTuple):
    """A valid submission: its type, and its plays as POST /v1/me/plays takes them (without `played_at` for
    playing_now)."""

    listen_type: str
    plays: list[dict[str, Any]]


def parse(body: bytes) -> Submission:
    """The submission of a body; BadRequest names the first fault."""
    document = parse_object(body)
    listen_type, listens = document.get("listen_type"), document.get("payload")
    if listen_type not in (SINGLE, PLAYING_NOW, IMPORT):
        raise BadRequest("JSON document requires a valid listen_type key: single, playing_now or import.")
    if not isinstance(listens, list) or not listens:
        raise BadRequest("JSON document requires a payload: a list of listens that is not empty.")
    if listen_type != IMPORT and len(listens) != 1:
        raise BadRequest(f"JSON document should contain exactly one listen for listen_type {listen_type}.")
    if len(listens) > MAX_LISTENS:
        raise BadRequest(f"Too many listens: {len(listens)}. Send at most {MAX_LISTENS} of them.")
    return Submission(str(listen_type), [_play(listen, listen_type == PLAYING_NOW) for listen in listens])


def _play(listen: Any, playing_now: bool) -> dict[str, Any]:
    if not isinstance(listen, dict) or not isinstance(metadata := listen.get("track_metadata"), dict):
        raise BadRequest("JSON document requires track_metadata in every listen.")
    if len(orjson.dumps(listen)) > MAX_LISTEN_BYTES:
        raise BadRequest(f"JSON document is too large: a listen has at most {MAX_LISTEN_BYTES} bytes.")
    for name in ("artist_name", "track_name"):
        if not isinstance(metadata.get(name), str) or not metadata[name].strip():
            raise BadRequest(f"JSON document does not contain required track_metadata.{name}.")
    given = metadata.get("additional_info")
    play = _named(metadata, given if isinstance(given, dict) else {})
    if playing_now:
        if "listened_at" in listen:
            raise BadRequest("JSON document should not contain listened_at for listen_type playing_now.")
        del play["ms"]
        return play
    return play | {"played_at": _moment(listen.get("listened_at"))}


def _named(metadata: Mapping[str, Any], info: Mapping[str, Any]) -> dict[str, Any]:
    """The names and codes of a listen; codes that are none are left out, as ListenBrainz does not check most."""
    mapped = metadata.get("mbid_mapping")
    mbids = [mapped.get("recording_mbid") if isinstance(mapped, dict) else None, info.get("recording_mbid")]
    seconds = info.get("duration")
    return {
        "artist": _name(metadata["artist_name"]),
        "title": _name(metadata["track_name"]),
        "album": _name(metadata.get("release_name")),
        "duration_ms": _milliseconds(info.get("duration_ms")) or _milliseconds(seconds, 1000) or None,
        "ms": _milliseconds(info.get("duration_played"), 1000),
        "mbid": next((code for one in mbids if (code := references.mbid(_text(one)))), None),
        "isrc": references.isrc(_text(info.get("isrc"))),
        "spotify": _spotify(_text(info.get("spotify_id")) or _text(info.get("origin_url"))),
        "source": _source(info),
    }


def _moment(seconds: Any) -> str:
    if type(seconds) is not int:
        raise BadRequest("JSON document requires listened_at in every listen: whole seconds since 1970.")
    if not EARLIEST <= seconds <= LATEST:
        raise BadRequest(f"Value for listened_at is out of range: it is {EARLIEST} (2002-10-01) or later.")
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _name(value: Any) -> str:
    return _text(value).strip()[:LONGEST_NAME]


def _source(info: Mapping[str, Any]) -> str:
    found = next((name for field in CLIENT_FIELDS if (name := _text(info.get(field)).strip())), SOURCE)
    return found.replace("\0", " ")[:LONGEST_SOURCE].strip() or SOURCE


def _spotify(link: str) -> str | None:
    if "spotify" not in link:
        return None
    try:
        return ids.parse(link)
    except ids.MalformedId:
        return None


def _milliseconds(value: Any, of_unit: int = 1) -> int | None:
    """A duration of at most a day, in milliseconds; clients write numbers as texts too."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 12:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value * of_unit <= DAY_MS:
        return None
    return int(value * of_unit)
