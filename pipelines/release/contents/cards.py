"""Checks the cards of a release: each is a valid track of the API and consistent with the columns of its row."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from kit.arrays import mapped
from kit.manifest import BrokenRelease
from kit.release import STATE_LEARNED, STATE_PLACED, STATE_UNKNOWN, Release, Rows
from kit.wire.catalog import InRelease, Track
from pipelines.release.contents.arrays import broken
from pipelines.release.contents.kept_cards import kept_from, one_of_each_artist

FILE = "cards.jsonl"
CARD_BYTES = 64 << 10  # bytes; the longest of 200,000 real ones has 2,700
ARTISTS_MOST, GENRES_MOST, TEXT_MOST = 500, 500, 5_000
CARD_FIELDS = frozenset(
    {"id", "title", "artists", "year", "duration_ms", "genres", "explicit", "popularity", "features"}
)
"""Fields that the index and serving read from a card without checking that they exist; in_release too."""
WORDS = {STATE_LEARNED: InRelease.LEARNED, STATE_PLACED: InRelease.PLACED, STATE_UNKNOWN: InRelease.UNKNOWN}
WEB = ("https://", "http://")


def check_cards(release: Release, base: Release | None = None) -> None:
    """BrokenRelease names the first row whose card is invalid or belongs to another track.

    base: a release that was checked, whose cards are not parsed again where the release has the same
    (kept_cards.py).
    """
    longest = int(np.diff(mapped(release.path / "cards.offsets.npy")).max())
    if longest > CARD_BYTES:
        raise broken(release, FILE, f"has a card of {longest:,} bytes, {CARD_BYTES:,} is the most")
    kept = np.full(release.size, -1, np.int64) if base is None else kept_from(release, base)
    rows = np.flatnonzero(kept < 0)
    firsts = np.fromiter(_first_artists(release, rows), dtype="S22", count=len(rows))
    if base and len(rows) < release.size:
        more, theirs = one_of_each_artist(release, base, kept)
        rows, firsts = np.concatenate([rows, more]), np.concatenate([firsts, theirs])
    _check_artists(release, rows, firsts)


def _first_artists(release: Release, rows: Rows) -> Iterator[str]:
    """The id of each row's first artist, "" where it has none, after checking its card."""
    ids, states, years, durations = (
        np.asarray(one)[rows].tolist() for one in (release.ids, *map(release.column, ("state", "year", "duration_ms")))
    )
    for at, row in enumerate(rows.tolist()):
        track = _read(release, row)
        if track.id.encode() != ids[at] or track.in_release != WORDS[states[at]]:
            raise _wrong(release, row, "belongs to another track, or says another state, than the columns")
        if _or_unknown(track.year) != years[at] or _or_unknown(track.duration_ms) != durations[at]:
            raise _wrong(release, row, "says another year or duration than the columns")
        yield track.artists[0].id if track.artists else ""


def _read(release: Release, row: int) -> Track:
    card = release.card(row)
    if card.count(b"\n") != 1 or not card.endswith(b"\n"):
        raise _wrong(release, row, "is not one line")
    try:
        track = Track.model_validate_json(card)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part)[:40] for part in details["loc"])
        raise _wrong(release, row, f"is no track as the API shows it ({where}: {details['msg'][:200]})") from None
    if missing := (CARD_FIELDS | {"in_release"}) - track.model_fields_set:
        raise _wrong(release, row, f"does not say {', '.join(sorted(missing))}")
    _check_sizes(release, row, track)
    return track


def _check_sizes(release: Release, row: int, track: Track) -> None:
    texts = [track.title, track.album or "", *(artist.name for artist in track.artists), *track.genres]
    if len(track.artists) > ARTISTS_MOST or len(track.genres) > GENRES_MOST or max(map(len, texts)) > TEXT_MOST:
        raise _wrong(release, row, "has more artists, genres or letters than a track has")
    if not track.title.strip():
        raise _wrong(release, row, "has no title")
    shown = [track.image_url, *((track.preview.url, track.preview.embed) if track.preview else ())]
    if any(url is not None and not url.startswith(WEB) for url in shown):
        raise _wrong(release, row, "links to something that is no web address")


def _or_unknown(value: int | None) -> int:
    return -1 if value is None else value


def _check_artists(release: Release, at: Rows, firsts: npt.NDArray[np.bytes_]) -> None:
    """Checks that numbers rise as the ids do, one for each: serving finds an artist by bisection. firsts (r,): the ids
    of the first artists of the rows `at`."""
    artist = np.asarray(release.column("artist"))[at]
    if ((artist >= 0) & (firsts == b"")).any():
        raise broken(release, "columns/artist.npy", "has an artist where the card has none")
    rows = np.flatnonzero(artist >= 0)
    rows = rows[np.argsort(artist[rows], kind="stable")]
    same, rises = np.diff(artist[rows]) == 0, firsts[rows[:-1]] < firsts[rows[1:]]
    if ((firsts[rows[:-1]] == firsts[rows[1:]]) != same).any() or (rises == same).any():
        raise broken(release, "columns/artist.npy", "does not number artists in the order of their ids")


def _wrong(release: Release, row: int, what: str) -> BrokenRelease:
    return broken(release, FILE, f"row {row} {what}")
