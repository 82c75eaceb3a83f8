"""Matching rules from a text to a track or artist, tuned for precision over recall. Pure.

exact    title and artist equal a reading of the text (except for edition labels and featured artists)
fuzzy    the same with one or two misspelled letters
title    the whole text is a title of one artist only, or of one artist who is far more popular than the others
artist   the text is an artist, or begins or ends with one whose track of that title is unknown
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from kit.wire.catalog import MatchedBy, Track
from services.catalog.name_keys import key
from services.catalog.plain_titles import plain_key, unlabelled
from services.catalog.readings import MOST_SLIPS, Reading, slips, without_article

TO_THE_LETTER, LABELLED, FIRST_OF_SEVERAL = 1.0, 0.98, 0.95
SLIPPED, A_SLIP = 0.95, 0.05
TITLE_ONLY, ARTIST_NAMED, ARTIST_ONLY = 0.7, 0.8, 0.7
SOLE, FIRST, FAR = 97.0, 99.0, 40.0
"""Minimum popularity (a percentile) of a title of one artist only; of a title that other artists have too; and by how
much those must be less popular. In a random half of 201,453 real tracks the precision is .97, if people name tracks as
often as playlists contain them; with 80 and 15 it is .83, at twice the recall (.56)."""
KNOWN_ARTIST = 95.0
VERSIONS = frozenset({"live", "acoustic", "instrumental", "remix", "demo", "karaoke", "original", "remastered", "edit"})
"""Words that are also artist names, but at the end of a text denote the version of a track."""


class Credited(NamedTuple):
    """A track and one of its artists, as keys."""

    id: str
    title: str
    plain_title: str
    artist: str
    popularity: float
    in_release: bool


class KnownArtist(NamedTuple):
    """An artist with tracks in the release: their number, and the popularity of the most popular one."""

    id: str
    name: str
    key: str
    tracks: int
    popularity: float


@dataclass(frozen=True, slots=True)
class Match:
    """A matched track or artist, the rule that matched, and the confidence."""

    by: MatchedBy
    confidence: float
    track: str | None = None
    artist: KnownArtist | None = None


def exact(readings: Iterable[Reading], rows: Sequence[Credited]) -> Match | None:
    """The best track whose title and artist equal a reading; tracks of the release are preferred."""
    found = [
        (row.in_release, confidence, row.popularity, row.id)
        for reading in readings
        for row in rows
        if (confidence := _confidence(reading, row))
    ]
    if not found:
        return None
    best = max(found)
    return Match(MatchedBy.EXACT, best[1], best[3])


def _confidence(reading: Reading, row: Credited) -> float:
    if row.artist not in reading.artists:
        return 0.0
    certain = TO_THE_LETTER if row.artist == reading.artist else FIRST_OF_SEVERAL
    if row.title == reading.title:
        return certain
    return min(certain, LABELLED) if row.plain_title == unlabelled(reading.title) else 0.0


def fuzzy(readings: Sequence[Reading], tracks: Iterable[Track]) -> Match | None:
    """The track with the fewest misspelled letters in title and artist together."""
    found = [
        (slipped, -(track.popularity or 0.0), track.id)
        for track in tracks
        if (slipped := _slips(readings, track)) is not None
    ]
    if not found:
        return None
    slipped, _, track_id = min(found)
    return Match(MatchedBy.FUZZY, round(SLIPPED - A_SLIP * slipped, 2), track_id)


def _slips(readings: Sequence[Reading], track: Track) -> int | None:
    titles = {key(track.title), plain_key(track.title)}
    names = [artist.name for artist in track.artists]
    artists = {key(name) for name in (*names, " ".join(names))}
    totals = [
        of_title + of_artist
        for reading in readings
        if (of_title := _fewest(reading.titles, titles)) is not None
        and (of_artist := _fewest(reading.artists, artists)) is not None
    ]
    fewest = min(totals, default=MOST_SLIPS + 1)
    return fewest if fewest <= MOST_SLIPS else None


def _fewest(written: Iterable[str], names: Iterable[str]) -> int | None:
    pairs = ((one, other) for one in set(written) for other in names)
    return min((count for one, other in pairs if (count := _slips_of(one, other)) is not None), default=None)


def _slips_of(written: str, name: str) -> int | None:
    if (count := slips(written, name)) is not None:
        return count
    bare, other = without_article(written), without_article(name)
    return 1 if bare == other and (bare, other) != (written, name) else None


def title_only(text: str, rows: Sequence[Credited]) -> Match | None:
    """Matches a title alone, where it is very popular and no other artist's track of that title comes near it."""
    rows = [row for row in rows if row.in_release and text in (row.title, row.plain_title)]
    if not rows:
        return None
    best = max(rows, key=lambda row: (row.popularity, row.id))
    others = [row.popularity for row in rows if row.artist != best.artist]
    far = best.popularity >= FIRST and best.popularity - max(others, default=0.0) >= FAR
    return Match(MatchedBy.EXACT, TITLE_ONLY, best.id) if far or (best.popularity >= SOLE and not others) else None


def artist_only(
    text: str, readings: Sequence[Reading], known: Sequence[KnownArtist], titles: Mapping[str, float]
) -> Match | None:
    """Matches an artist alone: the whole text, or the only artist at its beginning or end beside a title.

    `titles` has the popularity of every title that equals the text or a part of it, because words of a title are often
    artist names. So a whole text is the more popular of artist and title; and a part of one word without a separator
    is an artist only where that artist is well known, the rest is a title, and the whole text is none.
    """
    by_key = {artist.key: artist for artist in sorted(known, key=attrgetter("tracks", "popularity"))}
    if whole := by_key.get(text):
        clear = whole.popularity > titles.get(text, -1.0)
        return Match(MatchedBy.ARTIST, ARTIST_NAMED, artist=whole) if clear else None
    separated = any(reading.separated for reading in readings)
    if text in titles and not separated:
        return None
    named = {
        reading.artist_first: by_key[reading.artist]  # the longest of each end comes last
        for reading in readings
        if reading.separated is separated
        and reading.artist in by_key
        and _names_an_artist(reading, by_key[reading.artist], titles)
    }
    found = {artist.id: artist for artist in named.values()}
    if len(found) != 1:
        return None
    return Match(MatchedBy.ARTIST, ARTIST_ONLY, artist=next(iter(found.values())))


def _names_an_artist(reading: Reading, artist: KnownArtist, titles: Mapping[str, float]) -> bool:
    if reading.artist in VERSIONS:
        return False
    if " " in without_article(reading.artist):
        return True
    well_known = artist.popularity >= KNOWN_ARTIST
    beside_title = any(title in titles for title in reading.titles)
    return well_known or beside_title if reading.separated else well_known and beside_title
