"""Track ids: 128 bits, written as 22 base62 characters in every API and file. The only module that converts.

The format is that of a Spotify id (digits, lower case, upper case; most significant digit first), so a track that
has a Spotify id keeps it. Any other track gets a UUIDv5 of its strongest identifier.
"""

import re
from functools import lru_cache
from uuid import UUID, uuid5

from kit.names import folded_key, identity_key

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
LENGTH = 22
PATTERN = r"^[0-9A-Za-z]{22}$"

_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]  # two digits at a time: a quarter of the time
_DIGIT = {character: value for value, character in enumerate(ALPHABET)}
_SHAPE = re.compile(PATTERN)
_FIRST_OF_2_128 = "7"  # the first digit of 2^128: ids that begin with a smaller one, most of them, are in range
_SPOTIFY = re.compile(
    r"^(?:spotify:track:|https?://open\.spotify\.com/(?:intl-[a-z]+/)?track/)([0-9A-Za-z]{22})(?:[?#].*)?$"
)
_BLANKS = re.compile(r"[\s-]")
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")
_MBID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAMESPACE = UUID("6f1f1c0e-8b8e-5d0b-9a53-0f8d0a6f5e67")


class MalformedId(ValueError):
    """The text is not a track id."""


def encode(number: UUID) -> str:
    """Encodes a 128-bit id as 22 base62 characters."""
    value, pairs = number.int, []
    for _ in range(LENGTH // 2):
        value, pair = divmod(value, 62 * 62)
        pairs.append(_PAIRS[pair])
    return "".join(reversed(pairs))


def decode(text: str) -> UUID:
    """Decodes a 22-character id to 128 bits; MalformedId when it is not one (62^22 is a little more than 2^128)."""
    if not _SHAPE.fullmatch(text):
        raise MalformedId(f"{text!r} is not a track id: expected {LENGTH} characters 0-9, a-z, A-Z")
    value = 0
    for character in text:
        value = value * 62 + _DIGIT[character]
    if value >= 1 << 128:
        raise MalformedId(f"{text!r} is not a track id: it is larger than 128 bits")
    return UUID(int=value)


def is_track_id(text: str) -> bool:
    """True when the text is a well-formed id (whether or not such a track exists)."""
    try:
        decode(text)
    except MalformedId:
        return False
    return True


def parse(text: str) -> str:
    """Extracts the id from an id, a spotify:track: URI or an open.spotify.com link; MalformedId for anything else."""
    text = text.strip()
    match = _SPOTIFY.fullmatch(text)
    candidate = match.group(1) if match else text
    if not (_SHAPE.fullmatch(candidate) and candidate[0] < _FIRST_OF_2_128):
        decode(candidate)
    return candidate


def isrc(text: str) -> str | None:
    """Normalises an ISRC (ISO 3901) to 12 upper-case characters without blanks and hyphens; None for anything else."""
    code = _BLANKS.sub("", text).upper()
    return code if _ISRC.fullmatch(code) else None


def mbid(text: str) -> str | None:
    """Normalises a MusicBrainz id or its URI to a lower-case UUID; None for anything else and for the nil UUID."""
    code = text.strip().lower().rpartition("/")[2]
    return code if _MBID.fullmatch(code) and code.strip("0-") else None


def derive(
    *,
    catalogue_id: str | None = None,
    mbid: str | None = None,
    isrc: str | None = None,
    artist: str = "",
    title: str = "",
) -> str:
    """Derives the id of a track without a Spotify id: UUIDv5 of a catalogue id, MBID, ISRC, or artist and title.

    `catalogue_id` is a catalogue's own id as it writes it, for instance the Million Track Dataset's SOMOSIA12A81C212BD.
    Names are compared by kit.names.identity_key.
    """
    if catalogue_id:
        name = f"song:{catalogue_id}"
    elif mbid:
        name = f"mbid:{mbid.lower()}"
    elif isrc:
        name = "isrc:" + _BLANKS.sub("", isrc).upper()
    elif artist and title:
        name = f"name:{identity_key(artist) or artist}\n{identity_key(title) or title}"
    else:
        raise MalformedId("a track needs a Spotify id, an MBID, an ISRC, or an artist and a title")
    return encode(uuid5(_NAMESPACE, name))


@lru_cache(8_192)
def album_id(artist: str, title: str) -> str:
    """Derives the id of an album from its first artist's id and its title."""
    return encode(uuid5(_NAMESPACE, f"album:{artist}\n{identity_key(title) or title}"))


def artist_id(name: str) -> str:
    """Derives the id of an artist from the name. Latin accents are folded, because files write both spellings of
    Beyonc\u00e9; a + between two names is dropped, because others write a blank or &."""
    key = " ".join(word for word in folded_key(name).split() if word != "+")
    return encode(uuid5(_NAMESPACE, f"artist:{key or name}"))
