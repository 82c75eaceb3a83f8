"""Exports one playlist of a person as a file."""

from typing import NamedTuple
from uuid import UUID

from kit import ids
from kit.wire.playlists import ExportFormat
from services.catalog.playlists.collection import whole
from services.catalog.playlists.file_names import file_name
from services.catalog.playlists.formats import ExportedPlaylist, exported
from services.catalog.store import Store


class ExportedFile(NamedTuple):
    """A file's name and bytes."""

    name: str
    content: bytes


async def as_file(store: Store, person: UUID, playlist: UUID, form: ExportFormat) -> ExportedFile:
    """The playlist in a format, under a name that no other of the person's playlists has; NotFound when it is not
    this user's."""
    summary, entries = await whole(store, person, playlist)
    tracks = await store.tracks.find(list(dict.fromkeys(ids.encode(entry.track) for entry in entries)), person)
    held = [(tracks[ids.encode(entry.track)], entry.added_at) for entry in entries if ids.encode(entry.track) in tracks]
    found = ExportedPlaylist(str(playlist), summary.name, summary.description, summary.created_at, held)
    return ExportedFile(file_name(await store.playlists.names(person), playlist, form.value), exported(found, form))
