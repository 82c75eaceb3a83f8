"""Which track a text means, by rules that would rather say nothing than name another track. Pure.

exact    title and artist are a reading of the text to the letter (labels of an edition and guests aside)
fuzzy    the same with one or two slips of the pen
title    the whole text is a title that one artist bears, or one artist is far better known for
artist   the text is an artist, or begins or ends with one whose track of that title is not known
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kit.wire.catalog import MatchedBy, Track
from services.catalog.name_keys import key
from services.catalog.plain_titles import plain_key, unlabelled
from services.catalog.readings import MOST_SLIPS, Reading, slips, without_article

TO_THE_LETTER, LABELLED, FIRST_OF_SEVERAL = 1.0, 0.98, 0.95
SLIPPED, A_SLIP = 0.95, 0.05
TITLE_ONLY, ARTIST_NAMED, ARTIST_ONLY = 0.7, 0.8, 0.7
SOLE, FIRST, FAR = 97.0, 99.0, 40.0
"""Popularity (a percentile) of a title that one artist bears, of one that others bear too, and how far behind these
are. In a random half of 201,453 real tracks .97 of the titles so taken are the ones meant, if people name tracks as
often as playlists hold them; it is .83 with 80 and 15, at twice the recall (.56)."""
KNOWN_ARTIST = 95.0
VERSIONS = frozenset({"live", "acoustic", "instrumental", "remix", "demo", "karaoke", "original", "remastered", "edit"})
"""Names of artists too, but at the end of a text they say which version of a track is meant."""


class Credited(NamedTuple):
    """A track and one artist of it, as keys."""

    id: str
    title: str
    plain_title: str
    artist: str
    popularity: float
    in_release: bool


class KnownArtist(NamedTuple):
    """An artist with tracks in the release: how many, and the popularity of the best known."""

    id: str
    name: str
    key: str
    tracks: int
    popularity: float


@dataclass(frozen=True, slots=True)
class Match:
    """A track (or an artist), by which rule, and how surely."""

    by: MatchedBy
    confidence: float
    track: str | None = None
    artist: KnownArtist | None = None


def exact(readings: Iterable[Reading], rows: Sequence[Credited]) -> Match | None:
    """The best of the tracks whose title and artist are a reading; tracks of the release before others."""
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
    """The track with the fewest slips in title and artist together."""
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
    """The bearer of a title, where it is very well known and no other artist comes near it."""
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
    """The artist that the whole text names, or the only one that stands at its beginning or end beside a title.

    `titles` has the popularity of every title that a part of the text is, or the whole: words of a title are often the
    names of artists. So a whole text is the better known of the two; and a part of one word, where nothing separates
    it, is a well-known artist's beside the title of some track, the whole being none.
    """
    by_key = {artist.key: artist for artist in sorted(known, key=lambda one: (one.tracks, one.popularity))}
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
