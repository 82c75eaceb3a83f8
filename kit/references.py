"""Parses track references (our id, a Spotify id, URI or link, an MBID, an ISRC) to a canonical form.

    22 characters   the id, or an older id of the track
    36 characters   a MusicBrainz recording id, lower case
    12 characters   an ISRC, upper case without hyphens

The three differ in length, so a reference needs no type beside it.
"""

import re

from kit import ids

LONGEST = 200
_ID = ids.PATTERN.strip("^$")
_MBID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_ISRC = r"[A-Za-z]{2}-?[0-9A-Za-z]{3}-?[0-9]{2}-?[0-9]{5}"
_LINK = r"(?:spotify:track:|https?://open\.spotify\.com/(?:intl-[a-z]{1,8}/)?track/)"
_PAGE = r"https?://musicbrainz\.org/recording/"
PATTERN = rf"^(?:{_LINK}?{_ID}(?:[?#][!-~]{{0,100}})?|(?:{_PAGE})?{_MBID}|{_ISRC})$"
"""Regular expression of what `parse` accepts, for the API document."""

_SHAPE = re.compile(PATTERN.strip("^$"))
_NAMED = re.compile(rf"{_LINK}?({_ID})(?:[?#].*)?")
_ISRC_SHAPE = re.compile(_ISRC)
_MBID_SHAPE = re.compile(_MBID)
_MBID_NAMED = re.compile(rf"(?:{_PAGE})?({_MBID})")


class MalformedReference(ValueError):
    """The text is not a track reference."""


def parse(text: str) -> str:
    """The canonical form of a reference; MalformedReference for anything else."""
    if len(text) <= LONGEST and _SHAPE.fullmatch(text):
        if found := _NAMED.fullmatch(text):
            return _within_128_bits(found[1])
        found = _MBID_NAMED.fullmatch(text)
        return found[1].lower() if found else text.replace("-", "").upper()
    raise MalformedReference(
        f"{text[:80]!r} names no track: expected a track id of {ids.LENGTH} characters, a Spotify URI or link, "
        "an MBID or an ISRC"
    )


def _within_128_bits(track_id: str) -> str:
    if track_id[0] not in "0123456":  # 2^128 - 1 begins with 7: only from there on can an id be too large
        ids.decode(track_id)
    return track_id


def isrc(text: str | None) -> str | None:
    """Normalises an ISRC to upper case without hyphens and blanks; None for anything else."""
    plain = re.sub(r"[\s-]", "", text or "").upper()
    return plain if _ISRC_SHAPE.fullmatch(plain) else None


def mbid(text: str | None) -> str | None:
    """Normalises a MusicBrainz id to lower case; None for anything else."""
    plain = (text or "").strip().lower()
    return plain if _MBID_SHAPE.fullmatch(plain) else None
