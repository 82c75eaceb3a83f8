"""Stores the playlists of an import as the person's own.

A playlist is known again by its name in the file (the second of one name as the second), so that a file imported
again, or a later export of it, adds to it what it lacks and nothing twice.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from kit.errors import Conflict
from kit.formats.user_exports import PlaylistEntry
from kit.wire.playlists import MAX_PLAYLIST_NAME
from services.catalog.imports.counts import Counts
from services.catalog.playlists import edits
from services.catalog.store import Store

UNNAMED = "Imported playlist"


class NamedPlaylist(NamedTuple):
    """A playlist of a file, whether it is stored yet or not."""

    id: UUID
    name: str


class ResolvedEntry(NamedTuple):
    """An entry of a playlist and its track; `file` and `line` are its place in the upload."""

    playlist: NamedPlaylist
    track: UUID
    file: str
    line: int


def playlist_of(person: UUID, file: str, record: PlaylistEntry, counts: Counts) -> NamedPlaylist:
    """The playlist of an entry. `counts` remembers which of several playlists of one name it is."""
    name = " ".join(record.name.split())[:MAX_PLAYLIST_NAME] or UNNAMED
    number = counts.playlist(name, f"{file}/{record.playlist}")
    return NamedPlaylist(uuid5(person, f"imported playlist {number}:{name}"), name)


async def record(store: Store, person: UUID, import_id: UUID, entries: Sequence[ResolvedEntry], counts: Counts) -> None:
    """Adds the entries to their playlists, in order; counts them as new, repeated or, without room, skipped."""
    by_playlist: dict[NamedPlaylist, list[ResolvedEntry]] = {}
    for entry in entries:
        by_playlist.setdefault(entry.playlist, []).append(entry)
    for playlist, rows in by_playlist.items():
        try:
            added = await add(store, person, import_id, playlist, [row.track for row in rows])
        except Conflict as full:
            for row in rows:
                counts.skip(full.detail, row.file, row.line, playlist.name)
        else:
            counts.new += added
            counts.repeated += len(rows) - added


async def add(store: Store, person: UUID, import_id: UUID, playlist: NamedPlaylist, tracks: Collection[UUID]) -> int:
    """Adds tracks at the end, those already there excepted; creates the playlist. How many were added; Conflict."""
    async with store.playlists.change(person) as change:
        if await change.find(playlist.id) is None:
            await change.create(playlist.id, playlist.name, "")
        before = await change.entries(playlist.id)
        now = datetime.now(UTC)
        after = edits.added(before, list(tracks), None, now, allow_repeats=False)
        if after is not before:
            await change.write(playlist.id, before, after)
            await change.touch(playlist.id)
        new = {entry.track for entry in after[len(before) :]}
        await change.note_import(import_id, playlist.id, {track: now if track in new else None for track in tracks})
    return len(after) - len(before)
