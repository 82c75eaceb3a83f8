"""Matches the names of a file's row with tracks of the catalogue, and states a confidence. Pure.

    rule          confidence   what is equal
    exact         .97          title and artist, as search keys; .99 when the album or the duration agrees as well
    labelled      .95          the same without the labels of an edition ("2009 Remaster") and without guests
    latin         .93          the same in Latin letters ("Кино" and "Kino"; anyascii)
    fuzzy         .92          the artist to the letter and the title with one slip (readings.slips), or the reverse
                  .85          two slips

A title alone is never matched: a rule always compares an artist. Labels of another recording (live, remix, acoustic)
are part of a title and are never removed, so a row without them does not match a live recording. Below SERVED_FROM a
match is shown to the person as a candidate and not recorded: durations that contradict each other, and several
recordings of one artist and title, or several artists of one name, that album, year and duration do not tell apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from services.catalog.name_keys import latin
from services.catalog.plain_titles import plain_key
from services.catalog.readings import reading_of, slips

SERVED_FROM = 0.9
BY_CODE = {"spotify": 1.0, "mbid": 0.99, "isrc": 0.98}
EXACT, LABELLED, LATIN, ONE_SLIP, TWO_SLIPS = 0.97, 0.95, 0.93, 0.92, 0.85
AGREES = 0.02
CONTRADICTED, UNDECIDED = 0.75, 0.6
LEAST_DIFFERENCE_MS, DIFFERENCE = 10_000, 0.1
CANDIDATES = 5


class CatalogueTrack(NamedTuple):
    """A track and one of its artists, with search keys."""

    id: UUID
    title: str
    plain: str
    artist: str
    artist_id: UUID | None
    album: str
    year: int | None
    duration_ms: int | None
    popularity: float
    in_release: bool


@dataclass(frozen=True, slots=True)
class RowKeys:
    """The search keys of a row of a file."""

    title: str
    plain: str
    artists: frozenset[str]
    artist: str
    album: str
    year: int | None
    duration_ms: int | None
    latin_title: str
    latin_artists: frozenset[str]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a row was taken for. Without a track, or below SERVED_FROM, it is unmatched, with candidates."""

    track: UUID | None = None
    confidence: float = 0.0
    rule: str = ""
    candidates: tuple[UUID, ...] = ()

    @property
    def confident(self) -> bool:
        """True when the row is recorded."""
        return self.track is not None and self.confidence >= SERVED_FROM


def keys_of(
    title: str, artist: str, album: str = "", year: int | None = None, duration_ms: int | None = None
) -> RowKeys:
    """The search keys of a row; `artists` also has the first of several, and spellings with and without "the"."""
    reading = reading_of(title, artist)
    plain, artists = plain_key(title), frozenset(name for name in reading.artists if name)
    latins = frozenset(latin(name) for name in artists)
    return RowKeys(
        reading.title, plain, artists, reading.artist, plain_key(album), year, duration_ms, latin(plain), latins
    )


def best(row: RowKeys, tracks: Sequence[CatalogueTrack]) -> Resolution:
    """The resolution of a row among tracks that come near by artist or by title."""
    scored = [(score, rule, track) for track in tracks if (found := _score(row, track)) for score, rule in [found]]
    if not scored:
        return Resolution()
    ranked = sorted(scored, key=lambda one: _order(row, one), reverse=True)
    confidence, rule, track = ranked[0]
    rivals = [other for score, _, other in ranked[1:] if score >= confidence and other.id != track.id]
    if _contradicts(row, track) and not _same_album(row, track):
        confidence = min(confidence, CONTRADICTED)
    elif not _decided(row, track, rivals):
        confidence = min(confidence, UNDECIDED)
    elif rule == "exact" and (_same_album(row, track) or _same_length(row, track)):
        confidence += AGREES
    candidates = tuple(dict.fromkeys(other.id for _, _, other in ranked))[:CANDIDATES]
    return Resolution(track.id, round(confidence, 2), rule, candidates)


def agree(row: RowKeys, track: CatalogueTrack) -> bool:
    """Whether a row and the track of its ISRC may be the same: one code is given to several works by mistake. True
    when title or artist is equal, or the row has no names."""
    if not row.title:
        return True
    title = row.plain == track.plain or row.title in track.title or track.title in row.title
    return title or (track.artist in row.artists and slips(row.plain, track.plain) is not None)


def _score(row: RowKeys, track: CatalogueTrack) -> tuple[float, str] | None:
    artist = track.artist in row.artists
    if artist and track.title == row.title:
        return EXACT, "exact"
    if artist and track.plain == row.plain and row.plain:
        return LABELLED, "labelled"
    if _in_latin(row, track):
        return LATIN, "latin"
    if artist:
        count = None if _plural(row.plain, track.plain) else slips(row.plain, track.plain)
    else:
        count = _fewest(row.artists, track.artist) if track.plain == row.plain else None
    if count is None:
        return None
    return (ONE_SLIP if count <= 1 else TWO_SLIPS), "fuzzy"


def _plural(one: str, other: str) -> bool:
    """True for "night" and "nights", which are two titles and no slip."""
    return f"{one}s" == other or one == f"{other}s"


def _in_latin(row: RowKeys, track: CatalogueTrack) -> bool:
    if not row.latin_title or (_ascii(row) and track.title.isascii() and track.artist.isascii()):
        return False
    return latin(track.artist) in row.latin_artists and latin(track.plain) == row.latin_title


def _ascii(row: RowKeys) -> bool:
    return row.plain.isascii() and row.artist.isascii()


def _fewest(written: Iterable[str], name: str) -> int | None:
    return min((count for one in written if (count := slips(one, name)) is not None), default=None)


def _order(row: RowKeys, one: tuple[float, str, CatalogueTrack]) -> tuple[float, bool, bool, bool, bool, bool, float]:
    """By score; then album, duration and year that agree; then what the release has and people play."""
    score, _, track = one
    year = row.year is not None and track.year is not None and abs(row.year - track.year) <= 1
    same = (_same_album(row, track), _same_length(row, track), year, track.title == row.title)
    return (score, *same, track.in_release, track.popularity)


def _same_album(row: RowKeys, track: CatalogueTrack) -> bool:
    return bool(row.album) and row.album == track.album


def _same_length(row: RowKeys, track: CatalogueTrack) -> bool:
    return bool(row.duration_ms and track.duration_ms) and abs(row.duration_ms - track.duration_ms) <= 3_000  # type: ignore[operator]


def _differ(one: int | None, other: int | None) -> bool:
    if not one or not other:
        return False
    return abs(one - other) > max(LEAST_DIFFERENCE_MS, DIFFERENCE * max(one, other))


def _contradicts(row: RowKeys, track: CatalogueTrack) -> bool:
    return _differ(row.duration_ms, track.duration_ms)


def _decided(row: RowKeys, track: CatalogueTrack, rivals: Sequence[CatalogueTrack]) -> bool:
    """False when another track matches as well, is another recording, and nothing in the row decides for this one."""
    others = [one for one in rivals if one.artist_id != track.artist_id or _differ(one.duration_ms, track.duration_ms)]
    if not others:
        return True
    year = row.year is not None and track.year is not None and abs(row.year - track.year) <= 1
    for agrees in (_same_album, _same_length):
        if agrees(row, track) and not any(agrees(row, other) for other in others):
            return True
    return year and not any(other.year is not None and abs((row.year or 0) - other.year) <= 1 for other in others)
