"""Recognises texts that are codes instead of words: a track id, a link or URI, an MBID, an ISRC. Pure."""

import re
from typing import NamedTuple

from kit import ids

_MBID = re.compile(
    r"^(?:https?://musicbrainz\.org/recording/)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/?$",
    re.IGNORECASE,
)
_ISRC = re.compile(r"^(?:isrc:)?([a-z]{2})-?([a-z0-9]{3})-?(\d{2})-?(\d{5})$", re.IGNORECASE)
_LINK = re.compile(r"^(?:spotify:[a-z]+:\S+|https?://\S+)$", re.IGNORECASE)


class Code(NamedTuple):
    """A code and its type: "id", "isrc", "mbid" or "link"."""

    kind: str
    value: str


def code_in(text: str) -> Code | None:
    """Parses a text that is a code as a whole; None for words."""
    text = text.strip()
    if match := _MBID.match(text):
        return Code("mbid", match[1].lower())
    if match := _ISRC.match(text):
        return Code("isrc", "".join(match.groups()).upper())
    try:
        return Code("id", ids.parse(text.partition("?")[0]))
    except ids.MalformedId:
        return Code("link", text) if _LINK.match(text) else None
