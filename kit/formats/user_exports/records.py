"""Records that the readers of people's own files yield, one for each row of a file, in file order.

`line` counts from 1: lines of a text file, entries of a JSON document. A reader never stops at a bad row: it yields
`Skipped` with a reason from a fixed set, for counting. What a record does not hold (IP addresses, user agents,
countries, platforms) is never read into memory beyond its row.
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from kit import ids, references
from kit.formats.text import mended, without_entities

LONGEST_NAME = 500
EXCERPT = 120

PRIVATE_SESSION = "private session"
SHORT = "played under 30 s and skipped"
NO_NAMES = "names no track"
NO_MOMENT = "no moment of playing"
NOT_MUSIC = "podcast, audiobook or video"
UNREADABLE = "unreadable row"
BROKEN_OFF = "the file breaks off or is malformed here"


class TrackNames(NamedTuple):
    """What a file tells of a track; "" and None where it tells nothing. `spotify` is a 22-character id; `features` are
    the audio features in the order of kit.wire.catalog.FEATURES."""

    title: str = ""
    artist: str = ""
    album: str = ""
    spotify: str = ""
    mbid: str = ""
    isrc: str = ""
    duration_ms: int | None = None
    year: int | None = None
    features: tuple[float | None, ...] | None = None

    @property
    def is_identified(self) -> bool:
        """True with a code, or with a title and an artist."""
        return bool(self.spotify or self.mbid or self.isrc or (self.title and self.artist))


class Listen(NamedTuple):
    """A play: when it began (seconds since 1970), and for how many milliseconds it played (None = unknown)."""

    line: int
    track: TrackNames
    at: float
    ms: int | None = None


class Rating(NamedTuple):
    """An opinion: 1 liked, -1 disliked, -2 never to be played; `at` in seconds since 1970."""

    line: int
    track: TrackNames
    value: int
    at: float | None = None


class PlaylistEntry(NamedTuple):
    """A track of a playlist; `playlist` tells playlists of one file apart, `name` is shown."""

    line: int
    playlist: str
    name: str
    track: TrackNames


class Skipped(NamedTuple):
    """A row that gives no record: the reason, and an excerpt of names only."""

    line: int
    reason: str
    excerpt: str = ""


Record = Listen | Rating | PlaylistEntry | Skipped


def text(value: Any) -> str:
    """A name of a file: text without surrounding blanks, lone surrogates and U+0000, cut to LONGEST_NAME; else ""."""
    if type(value) is not str:
        return ""
    value = value.strip()
    if not value.isascii():
        value = mended(value)
    if len(value) > LONGEST_NAME or "\0" in value:
        value = value.replace("\0", " ")[:LONGEST_NAME]
    return without_entities(value) if "&" in value else value


def spotify_id(value: Any) -> str:
    """The id of a Spotify track URI or link; "" for anything else, also for episodes and local files."""
    if type(value) is not str:
        return ""
    if value.startswith("spotify:track:") and len(value) == 36 and value[14] < "7" and value[14:].isalnum():
        return value[14:] if value.isascii() else ""
    if not value.startswith(("spotify:track:", "http")):
        return ""
    try:
        return ids.parse(value)
    except ids.MalformedId:
        return ""


def mbid(value: Any) -> str:
    """A MusicBrainz id in lower case; "" for anything else."""
    return references.mbid(value) or "" if type(value) is str else ""


def isrc(value: Any) -> str:
    """An ISRC without hyphens; "" for anything else."""
    return references.isrc(value) or "" if type(value) is str else ""


def whole(value: Any) -> int | None:
    """A number of milliseconds; None for anything that is not one, or negative, or above a day."""
    if type(value) is str:
        try:
            value = float(value)
        except ValueError:
            return None
    if type(value) not in (int, float) or not 0 <= value <= 86_400_000:
        return None
    return int(value)


def moment(value: Any) -> float | None:
    """Seconds since 1970 of an ISO 8601 text (UTC when it names no zone); None for anything else."""
    try:
        read = datetime.fromisoformat(value)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def excerpt(*names: str) -> str:
    """The names of a skipped row, shortened."""
    return " - ".join(name for name in names if name)[:EXCERPT]
