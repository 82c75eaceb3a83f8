"""Resolves the rows of an import to tracks: by code, then by names (matching.py), many rows at a time.

    the person's own correction > Spotify id > MBID > ISRC > names, from exact to fuzzy

A code decides alone, but for an ISRC, or a track that somebody's import added, whose track has other names.
Results are remembered for one import: a history names the same few thousand tracks again and again.
"""

import asyncio
from collections.abc import Collection, Iterable
from hashlib import blake2b
from itertools import product
from uuid import UUID

from kit import ids
from kit.formats.user_exports import TrackNames
from services.catalog.imports.counts import ADDED
from services.catalog.imports.matching import BY_CODE, CatalogueTrack, Resolution, RowKeys, agree, best, keys_of
from services.catalog.name_keys import latin
from services.catalog.store import Store

REMEMBERED = 50_000
ROWS_AT_ONCE = 50
"""Rows whose near tracks are looked up together: bounds the tracks in memory."""


def digest(names: TrackNames) -> str:
    """Identifies a row's names and codes, whatever their case; the key of corrections and of unmatched rows."""
    code = names.spotify or names.mbid or names.isrc
    parts = (code,) if code else (names.title.casefold(), names.artist.casefold(), names.album.casefold())
    return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


class Resolver:
    """The resolver of one import of a person."""

    def __init__(self, store: Store, person: UUID) -> None:
        self._store, self._person = store, person
        self._known: dict[TrackNames, Resolution] = {}

    async def resolve(self, rows: Iterable[TrackNames]) -> dict[TrackNames, Resolution]:
        """The resolution of each of these rows."""
        wanted = list(dict.fromkeys(rows))
        missing = [names for names in wanted if names not in self._known]
        found = {names: self._known[names] for names in wanted if names in self._known}
        if len(self._known) + len(missing) > REMEMBERED:
            self._known.clear()
        if missing:
            resolved = await self._resolve(missing)
            self._known |= resolved
            found |= resolved
        return found

    def forget(self, rows: Iterable[TrackNames]) -> None:
        """Looks these rows up anew when they are asked for next."""
        for names in rows:
            self._known.pop(names, None)

    def added(self, names: TrackNames, track: UUID) -> None:
        """Remembers the track that was added to the catalogue for a row."""
        self._known[names] = Resolution(track, 1.0, ADDED)

    async def _resolve(self, rows: list[TrackNames]) -> dict[TrackNames, Resolution]:
        keys = {names: keys_of(names.title, names.artist, names.album, names.year, names.duration_ms) for names in rows}
        found = await self._corrected(rows)
        found |= await self._coded([names for names in rows if names not in found], keys)
        found |= await self._named({names: keys[names] for names in rows if names not in found})
        return found

    async def _corrected(self, rows: Collection[TrackNames]) -> dict[TrackNames, Resolution]:
        by_key: dict[str, list[TrackNames]] = {}
        for names in rows:
            by_key.setdefault(digest(names), []).append(names)
        held = await self._store.candidates.corrected(self._person, by_key)
        return {names: Resolution(track, 1.0, "correction") for key, track in held.items() for names in by_key[key]}

    async def _coded(
        self, rows: Collection[TrackNames], keys: dict[TrackNames, RowKeys]
    ) -> dict[TrackNames, Resolution]:
        references = {ref for names in rows for kind in BY_CODE for ref in _references(names, kind)}
        tracks = await self._store.tracks.resolve(references) if references else {}
        by_isrc = {tracks[ref] for names in rows for ref in _references(names, "isrc") if ref in tracks}
        named: dict[UUID, list[CatalogueTrack]] = {}
        for track in await self._store.candidates.of_ids(by_isrc):
            named.setdefault(track.id, []).append(track)
        added = await self._store.candidates.imported(set(tracks.values()))
        found = {}
        for names in rows:
            for kind, confidence in BY_CODE.items():
                number = next((tracks[ref] for ref in _references(names, kind) if ref in tracks), None)
                if number is None or (kind == "isrc" and not _may_be(keys[names], named.get(number, []))):
                    continue
                if number in added and not agree(keys[names], added[number]):
                    continue
                found[names] = Resolution(number, confidence, kind)
                break
        return found

    async def _named(self, rows: dict[TrackNames, RowKeys]) -> dict[TrackNames, Resolution]:
        unnamed = {names: Resolution() for names, row in rows.items() if not (row.plain and row.artist)}
        rows = {names: row for names, row in rows.items() if names not in unnamed}
        index = self._store.candidates
        artists = {artist for row in rows.values() for artist in row.artists}
        titles = {title for row in rows.values() for title in (row.title, row.plain)}
        found = await asyncio.to_thread(_matched, rows, await index.with_names(artists, titles))
        rest = [(names, row) for names, row in rows.items() if not found[names].confident]
        for start in range(0, len(rest), ROWS_AT_ONCE):
            found |= await self._near(dict(rest[start : start + ROWS_AT_ONCE]))
        return unnamed | found

    async def _near(self, rest: dict[TrackNames, RowKeys]) -> dict[TrackNames, Resolution]:
        """The best of the tracks that have the artist or the title alone, or both in Latin letters."""
        index = self._store.candidates
        latin_artists = {artist for row in rest.values() for artist in row.latin_artists}
        latin_titles = {row.latin_title for row in rest.values()}
        near = await index.in_latin(latin_artists, latin_titles)
        near += await index.with_names(latin_artists, latin_titles)
        near += await index.by_artist({artist for row in rest.values() for artist in row.artists})
        near += await index.by_title({row.plain for row in rest.values()})
        return await asyncio.to_thread(_matched, rest, near)


def _references(names: TrackNames, kind: str) -> tuple[str, ...]:
    """References of kit.references for a code of the row: the code, and the id that a track without another has."""
    code: str = getattr(names, kind)
    if not code or kind == "spotify":
        return (code,) if code else ()
    return code, ids.derive(mbid=code) if kind == "mbid" else ids.derive(isrc=code)


def _may_be(row: RowKeys, tracks: Collection[CatalogueTrack]) -> bool:
    return not tracks or any(agree(row, track) for track in tracks)


def _matched(rows: dict[TrackNames, RowKeys], tracks: Iterable[CatalogueTrack]) -> dict[TrackNames, Resolution]:
    """The best track of each row, among those that `best` may accept: computed in a thread."""
    by_artist: dict[tuple[str, str], dict[CatalogueTrack, None]] = {}
    by_title: dict[str, dict[CatalogueTrack, None]] = {}
    by_latin: dict[str, dict[CatalogueTrack, None]] = {}
    for track in tracks:
        for shape in _shapes(track.plain, track.title):
            by_artist.setdefault((track.artist, shape), {})[track] = None
        by_title.setdefault(track.plain, {})[track] = None
        by_latin.setdefault(latin(track.plain), {})[track] = None
    return {
        names: best(
            row,
            list(
                {track: None for key in product(row.artists, shapes) for track in by_artist.get(key, {})}
                | by_title.get(row.plain, {})
                | by_latin.get(row.latin_title, {})
            ),
        )
        for names, row in rows.items()
        for shapes in [_shapes(row.plain, row.title)]
    }


def _shapes(plain: str, title: str) -> set[str]:
    """Two titles that are equal, or one a misspelling of the other (readings.slips), have one of these in common: the
    title, its letters without blanks, its number of words with the first letter."""
    return {title, plain.replace(" ", ""), f"{len(plain.split())} {plain[:1]}"}
