"""Adds tracks that an import named and the catalogue lacks, for their person alone, and records their rows.

The events of a row are recorded before the row names its track: recording is idempotent, so that an interruption in
between loses nothing and repeats nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from kit import ids
from kit.errors import Conflict
from kit.formats.user_exports import TrackNames
from services.catalog.imports import playlists
from services.catalog.imports.corrections import PLAYLIST, resolved_event
from services.catalog.imports.counts import Counts
from services.catalog.imports.new_tracks import NewTrack, own_track
from services.catalog.imports.playlists import NamedPlaylist
from services.catalog.imports.recording import Recorder
from services.catalog.imports.unmatched_rows import NOT_FOUND
from services.catalog.store import Store
from services.catalog.store.unmatched import Unmatched

ROWS_AT_ONCE = 200
EVENTS_AT_ONCE = 500
UNNAMED = "this row has no title and artist, so that no track can be added: name one of the catalogue"
FULL = "you have added as many tracks as are kept: have SEGUE_CATALOG_ADDED_TRACKS_MOST raised"


class Adding(NamedTuple):
    """What was added: `tracks` are new ones, `rows` those of the file that have a track now; `last` is the number of
    the last row that was looked at."""

    tracks: int
    rows: int
    last: int


async def add_one(store: Store, person: UUID, import_id: UUID, number: int, counts: Counts) -> tuple[UUID, Adding]:
    """Adds the track of one row, also where others come near. NotFound; Conflict without names, or without room."""
    row = await store.unmatched.find(import_id, person, number)
    if (track := own_track(person, names_of(row))) is None:
        raise Conflict(UNNAMED)
    if row.track not in (None, track.id):
        raise Conflict(f"this row was corrected to the track {ids.encode(row.track)}: its plays and likes are there")
    tracks, done = await _add(store, person, import_id, [(row, track)], counts)
    stored = (await store.tracks.resolve([ids.encode(track.id)], person)).get(ids.encode(track.id))
    if stored is None:
        raise Conflict(FULL)
    return stored, Adding(tracks, done, number)


async def add_next(store: Store, person: UUID, import_id: UUID, after: int, counts: Counts) -> Adding | None:
    """Adds the tracks of the next rows that no track comes near, those with a number above `after`; None when no row is
    left. Rows without names stay, and so do those for whose track there is no room."""
    rows = await store.unmatched.waiting(import_id, person, NOT_FOUND, after, ROWS_AT_ONCE)
    if not rows:
        return None
    named = [(row, track) for row in rows if (track := own_track(person, names_of(row)))]
    tracks, done = await _add(store, person, import_id, named, counts)
    return Adding(tracks, done, rows[-1].number)


async def _add(
    store: Store, person: UUID, import_id: UUID, rows: Sequence[tuple[Unmatched, NewTrack]], counts: Counts
) -> tuple[int, int]:
    """How many tracks are new, and how many rows of the file have a track now."""
    new = await store.added.add(person, list({track.id: track for _, track in rows}.values()))
    stored = await store.tracks.resolve({ids.encode(track.id) for _, track in rows}, person)
    found = [(row, stored[ids.encode(track.id)]) for row, track in rows if ids.encode(track.id) in stored]
    recorder = Recorder(store, person, import_id)
    events = [resolved_event(event, track) for row, track in found for event in row.events if event[0] != PLAYLIST]
    for start in range(0, len(events), EVENTS_AT_ONCE):
        await recorder.record(events[start : start + EVENTS_AT_ONCE], counts)
    await _to_playlists(store, person, import_id, found, counts)
    await store.unmatched.name(person, [(row, track) for row, track in found])
    return len(new), sum(row.row_count for row, _ in found)


async def _to_playlists(
    store: Store, person: UUID, import_id: UUID, rows: Sequence[tuple[Unmatched, UUID]], counts: Counts
) -> None:
    held: dict[NamedPlaylist, list[UUID]] = {}
    for row, track in rows:
        for kind, playlist, name, *_ in row.events:
            if kind == PLAYLIST:
                held.setdefault(NamedPlaylist(UUID(playlist), name), []).append(track)
    for playlist, tracks in held.items():
        try:
            added = await playlists.add(store, person, import_id, playlist, tracks)
        except Conflict as full:
            counts.skip(full.detail, "", 0, playlist.name)
        else:
            counts.new, counts.repeated = counts.new + added, counts.repeated + len(tracks) - added


def is_own(person: UUID, row: Unmatched) -> bool:
    """Whether the track of a row is the one that was added for it."""
    track = own_track(person, names_of(row))
    return track is not None and row.track == track.id


def names_of(row: Unmatched) -> TrackNames:
    """The names of a row as the file has them."""
    names = TrackNames(**row.names)
    return names._replace(features=tuple(names.features) if names.features else None)
