"""Corrections of a person: the track of a row that was not matched."""

from typing import Any
from uuid import UUID

from kit import ids
from kit.errors import NotFound
from kit.formats.user_exports import Listen, Rating, TrackNames
from kit.wire.imports import Corrected
from services.catalog.imports import playlists
from services.catalog.imports.counts import Counts
from services.catalog.imports.playlists import NamedPlaylist
from services.catalog.imports.recording import Recorder, Resolved
from services.catalog.imports.undoing import refuse_during_undo
from services.catalog.store import Store

BATCH = 500
PLAYLIST = "playlist"
_VALUES = {"like": 1, "dislike": -1, "never": -2}


async def correct(store: Store, person: UUID, import_id: UUID, number: int, reference: str) -> Corrected:
    """Records the events of an unmatched row for a track and remembers the track. NotFound; Conflict when the row
    was corrected to another."""
    await store.uploads.find(import_id, person)
    await refuse_during_undo(store, import_id)
    row = await store.unmatched.find(import_id, person, number)
    if (track := (await store.tracks.resolve([reference], person)).get(reference)) is None:
        raise NotFound(f"no track has the id {reference!r}: search for it by name")
    await store.unmatched.correct(person, row, track)
    counts, recorder = Counts(), Recorder(store, person, import_id)
    rows = [resolved_event(event, track) for event in row.events if event[0] != PLAYLIST]
    for start in range(0, len(rows), BATCH):
        await recorder.record(rows[start : start + BATCH], counts)
    for kind, playlist, name, *_ in row.events:
        if kind == PLAYLIST:
            added = await playlists.add(store, person, import_id, NamedPlaylist(UUID(playlist), name), [track])
            counts.new, counts.repeated = counts.new + added, counts.repeated + 1 - added
    repeated = counts.repeated if row.track is None else 0  # a correction sent again counted them before
    await store.uploads.count_later(import_id, person, counts.new, repeated)
    return Corrected(track=ids.encode(track), new=counts.new, repeated=counts.repeated)


def resolved_event(event: list[Any], track: UUID) -> Resolved:
    """The event of an unmatched row as a row of a file; the play of a scrobbler has its source as a fourth part."""
    kind, at, ms, *source = event
    record = Listen(1, TrackNames(), at, ms) if kind == "play" else Rating(1, TrackNames(), _VALUES[kind], at)
    return Resolved("", record, track, source[0]) if source else Resolved("", record, track)
