"""Tracks as every process shows them, and what catalog answers."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from kit import references
from kit.ids import ALPHABET, PATTERN, decode

_BELOW_7N = ALPHABET[: ALPHABET.index("N")]


def _within_128_bits(text: str) -> str:
    """2^128 - 1 begins with 7N: an id that begins with less is in range, as nearly all are."""
    if text[0] not in "0123456" and not (text[0] == "7" and text[1] in _BELOW_7N):
        decode(text)
    return text


TrackId = Annotated[str, StringConstraints(pattern=PATTERN), AfterValidator(_within_128_bits)]
TrackRef = Annotated[
    str,
    StringConstraints(max_length=references.LONGEST),
    AfterValidator(references.parse),
    WithJsonSchema({"type": "string", "maxLength": references.LONGEST, "pattern": references.PATTERN}),
]
"""A track by its id, an older id of it, a Spotify URI or link, an MBID or an ISRC: kit.references has the spellings."""
QueryText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
MAX_BATCH = 500
MAX_OFFSET = 1_000

FEATURES = (
    "danceability",
    "energy",
    "key",
    "loudness",
    "mode",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
    "time_signature",
)
"""The twelve audio features in the order of every feature array; duration_ms stands beside them on the track."""


class InRelease(StrEnum):
    """How the current release knows a track."""

    LEARNED = "learned"
    PLACED = "placed by sound"
    UNKNOWN = "unknown"


class Features(BaseModel):
    """Audio features; null where nobody has measured one. loudness in dBFS, tempo in beats per minute."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    danceability: float | None = Field(None, ge=0, le=1)
    energy: float | None = Field(None, ge=0, le=1)
    key: int | None = Field(None, ge=-1, le=11, description="Pitch class, 0 = C; -1 = no key found.")
    loudness: float | None = Field(None, ge=-100, le=20)
    mode: int | None = Field(None, ge=0, le=1, description="1 major, 0 minor.")
    speechiness: float | None = Field(None, ge=0, le=1)
    acousticness: float | None = Field(None, ge=0, le=1)
    instrumentalness: float | None = Field(None, ge=0, le=1)
    liveness: float | None = Field(None, ge=0, le=1)
    valence: float | None = Field(None, ge=0, le=1)
    tempo: float | None = Field(None, ge=0, le=400)
    time_signature: int | None = Field(None, ge=0, le=12)


class Artist(BaseModel):
    """An artist as a track names it."""

    id: TrackId
    name: str


class Preview(BaseModel):
    """Where a listener can hear the track."""

    provider: str
    url: str | None = None
    embed: str | None = None


class Track(BaseModel):
    """A track as every list shows it."""

    id: TrackId
    title: str
    artists: list[Artist]
    album: str | None = None
    year: int | None = None
    duration_ms: int | None = None
    genres: list[str] = []
    explicit: bool | None = None
    popularity: float | None = Field(None, description="0 to 100: percentile of playlists that hold it.")
    image_url: str | None = None
    preview: Preview | None = None
    external_ids: dict[str, str] = {}
    features: Features | None = None
    in_release: InRelease = InRelease.UNKNOWN
    like: Literal[1, 0, -1] | None = None


class TracksBatch(BaseModel):
    """Ids to look up, at most 500; MBIDs, ISRCs, Spotify URIs and links too."""

    model_config = ConfigDict(extra="forbid")

    ids: list[TrackRef] = Field(min_length=1, max_length=MAX_BATCH)


class TracksFound(BaseModel):
    """The tracks that exist, in the order asked for, and the ids that do not. An older id gives the track of today."""

    items: list[Track]
    unknown: list[TrackRef]


class TrackLookup(BaseModel):
    """A line of POST /v1/tracks:batch in JSON Lines."""

    model_config = ConfigDict(extra="forbid")

    id: TrackRef


class TrackLine(BaseModel):
    """The answer to one line, or to one id of a document, counted from 1: the track, or why there is none."""

    line: int = Field(ge=1)
    status: Literal["found", "unknown", "refused"]
    track: Track | None = None
    detail: str | None = None


class TrackPage(BaseModel):
    """One page of tracks; `next_cursor` is null on the last."""

    items: list[Track]
    next_cursor: str | None = None


class SearchPage(TrackPage):
    """One page of search results; `total` is the number of all matches that were ranked."""

    total: int


class ArtistFound(BaseModel):
    """An artist, how many tracks carry the name, and the most popular of them first (at most 20)."""

    id: TrackId
    name: str
    track_count: int
    top_tracks: list[Track]


MAX_TEXTS = 50
"""Texts of one request: each may cost a search of its own, about 10 ms in a catalogue of 200,000 tracks."""


class MatchedBy(StrEnum):
    """How a text was taken for a track: as an id, link or code; by its exact names; by names with slips of the pen; or
    only for the artist, whose track of that title is not known."""

    ID = "id"
    EXACT = "exact"
    FUZZY = "fuzzy"
    ARTIST = "artist"


class TextMatch(BaseModel):
    """What a text means, and how surely, 0 to 1; `track` is null when only the artist is known."""

    by: MatchedBy
    confidence: float
    track: Track | None = None
    artist: Artist | None = None


class SearchBatch(BaseModel):
    """Several texts at once, each answered by the track that it names (between services)."""

    model_config = ConfigDict(extra="forbid")

    texts: list[QueryText] = Field(min_length=1, max_length=MAX_TEXTS)


class SearchBatchFound(BaseModel):
    """For each text what it means, or null."""

    matches: list[TextMatch | None]
