"""Reads and changes the playlists of one person."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from uuid_utils.compat import uuid7

from kit import ids
from kit.errors import NotFound, PreconditionFailed
from kit.wire.playlists import (
    AddedTracks,
    MovedTracks,
    NewPlaylist,
    Playlist,
    PlaylistChange,
    PlaylistDetails,
    PlaylistItem,
    PlaylistPage,
    PlaylistRow,
    PlaylistSummary,
    RemovedTracks,
    StoredPlaylist,
)
from services.catalog import cursor
from services.catalog.library.likes import add_ratings
from services.catalog.playlists import edits
from services.catalog.playlists.edits import Entries
from services.catalog.store import Store
from services.catalog.store.playlists import PlaylistChanges, StoredSummary

Edit = Callable[[Entries], Entries]


async def page(store: Store, person: UUID, limit: int, after: str | None) -> PlaylistPage:
    """One page of playlists, the latest created first."""
    query = ("playlists", person.hex)
    start = cursor.read(after, *query) if after is not None else 0
    found = await store.playlists.page(person, start, limit + 1)
    more = cursor.write(start + limit, *query) if len(found) > limit else None
    return PlaylistPage(items=[_summary(one) for one in found[:limit]], next_cursor=more)


async def read(store: Store, person: UUID, playlist: UUID, limit: int, after: str | None) -> Playlist:
    """A playlist and one page of its tracks. NotFound when it is not this user's; Malformed for a cursor from before a
    change."""
    summary = await _own(store, person, playlist)
    query = ("playlist", playlist.hex, str(summary.version))
    start = cursor.read(after, *query) if after is not None else 0
    summary, entries = await whole(store, person, playlist, start, limit)
    tracks = await store.tracks.find(list(dict.fromkeys(ids.encode(entry.track) for entry in entries)), person)
    await add_ratings(store, person, tracks.values())
    items = [
        PlaylistItem(position=at, track=tracks[ids.encode(entry.track)], added_at=entry.added_at)
        for at, entry in enumerate(entries, start)
        if ids.encode(entry.track) in tracks
    ]
    more = cursor.write(start + limit, *query) if start + limit < summary.tracks else None
    return Playlist(**_summary(summary).model_dump(), items=items, next_cursor=more)


async def whole(
    store: Store, person: UUID, playlist: UUID, start: int = 0, most: int = 2**31
) -> tuple[StoredSummary, Entries]:
    """A playlist and its entries; NotFound when it is not this user's."""
    if (found := await store.playlists.read(person, playlist, start, most)) is None:
        raise _missing(playlist)
    return found


async def stored(store: Store, person: UUID, playlist: UUID) -> StoredPlaylist | None:
    """A playlist as recommend continues it; None when it is not this user's."""
    if (found := await store.playlists.read(person, playlist)) is None:
        return None
    summary, entries = found
    tracks = [ids.encode(entry.track) for entry in entries]
    return StoredPlaylist(id=playlist, name=summary.name, version=summary.version, tracks=tracks)


async def create(store: Store, person: UUID, new: NewPlaylist, key: str | None) -> PlaylistChange:
    """Creates a playlist; with the same idempotency key once. Unknown tracks are left out and listed."""
    known = await store.tracks.resolve(set(new.tracks), person)
    made = uuid5(person, f"playlist:{key}") if key else uuid7()
    async with store.playlists.change(person) as change:
        if (summary := await change.find(made)) is None:
            summary = await change.create(made, new.name, new.description)
            entries = edits.replaced([], [known[track] for track in new.tracks if track in known], datetime.now(UTC))
            if entries:
                await change.write(made, [], entries)
                summary = summary._replace(tracks=len(entries))
    return PlaylistChange(playlist=_summary(summary), results=_rows(new.tracks, known, "added"))


async def replace(store: Store, person: UUID, playlist: UUID, new: NewPlaylist, expected: int | None) -> PlaylistChange:
    """Replaces name, description and tracks."""
    known = await store.tracks.resolve(set(new.tracks), person)
    tracks = [known[track] for track in new.tracks if track in known]
    details = {"name": new.name, "description": new.description}
    summary, _ = await _changed(
        store, person, playlist, expected, lambda held: edits.replaced(held, tracks, datetime.now(UTC)), details
    )
    return PlaylistChange(playlist=summary, results=_rows(new.tracks, known, "added"))


async def describe(
    store: Store, person: UUID, playlist: UUID, details: PlaylistDetails, expected: int | None
) -> PlaylistChange:
    """Changes name or description."""
    given = details.model_dump(exclude_none=True)
    summary, _ = await _changed(store, person, playlist, expected, lambda held: held, given)
    return PlaylistChange(playlist=summary)


async def add(store: Store, person: UUID, playlist: UUID, wanted: AddedTracks, expected: int | None) -> PlaylistChange:
    """Adds tracks; those already there are repeated, unknown ones are listed."""
    known = await store.tracks.resolve(set(wanted.tracks), person)
    tracks = [known[track] for track in wanted.tracks if track in known]

    def edit(held: Entries) -> Entries:
        return edits.added(held, tracks, wanted.position, datetime.now(UTC), allow_repeats=wanted.allow_repeats)

    summary, before = await _changed(store, person, playlist, expected, edit)
    held = set() if wanted.allow_repeats else {entry.track for entry in before}
    return PlaylistChange(playlist=summary, results=_rows(wanted.tracks, known, "added", held, "repeated"))


async def remove(
    store: Store, person: UUID, playlist: UUID, wanted: RemovedTracks, expected: int | None
) -> PlaylistChange:
    """Removes tracks wherever they stand."""
    known = await store.tracks.resolve(set(wanted.tracks), person)
    gone = set(known.values())
    summary, before = await _changed(store, person, playlist, expected, lambda held: edits.removed(held, gone))
    absent = gone - {entry.track for entry in before}
    return PlaylistChange(playlist=summary, results=_rows(wanted.tracks, known, "removed", absent, "absent"))


async def move(store: Store, person: UUID, playlist: UUID, wanted: MovedTracks, expected: int | None) -> PlaylistChange:
    """Moves a block of tracks; BadRequest outside of the playlist."""
    summary, _ = await _changed(
        store, person, playlist, expected, lambda held: edits.moved(held, wanted.start, wanted.count, wanted.to)
    )
    return PlaylistChange(playlist=summary)


async def delete(store: Store, person: UUID, playlist: UUID, expected: int | None) -> None:
    """Deletes a playlist; NotFound when it is not this user's."""
    async with store.playlists.change(person) as change:
        await _expected(change, playlist, expected)
        await change.delete(playlist)


async def _changed(
    store: Store,
    person: UUID,
    playlist: UUID,
    expected: int | None,
    edit: Edit,
    details: dict[str, Any] | None = None,
) -> tuple[PlaylistSummary, Entries]:
    """Applies an edit in one transaction; returns the playlist after and its entries before. What changes nothing
    leaves the version."""
    async with store.playlists.change(person) as change:
        summary = await _expected(change, playlist, expected)
        before = await change.entries(playlist)
        after = edit(before)
        new = {name: value for name, value in (details or {}).items() if getattr(summary, name) != value}
        if new:
            await change.describe(playlist, new)
        if after is not before:
            await change.write(playlist, before, after)
        if new or after is not before:
            summary = await change.touch(playlist)
        return _summary(summary), before


async def _expected(change: PlaylistChanges, playlist: UUID, expected: int | None) -> StoredSummary:
    if (summary := await change.find(playlist)) is None:
        raise _missing(playlist)
    if expected is not None and expected != summary.version:
        raise PreconditionFailed(
            f"the playlist is at version {summary.version}, not {expected}: read it again, then repeat the change"
        )
    return summary


async def _own(store: Store, person: UUID, playlist: UUID) -> StoredSummary:
    if (summary := await store.playlists.find(person, playlist)) is None:
        raise _missing(playlist)
    return summary


def _missing(playlist: UUID) -> NotFound:
    return NotFound(f"no playlist of yours has the id {str(playlist)!r}: GET /v1/me/playlists lists them")


def _rows(
    wanted: Sequence[str], known: dict[str, UUID], done: str, others: set[UUID] | None = None, other: str = ""
) -> list[PlaylistRow]:
    def status(track: str) -> str:
        if track not in known:
            return "unknown"
        return other if others and known[track] in others else done

    return [PlaylistRow.model_validate({"track": track, "status": status(track)}) for track in wanted]


def _summary(found: StoredSummary) -> PlaylistSummary:
    return PlaylistSummary(
        id=found.id,
        name=found.name,
        description=found.description,
        track_count=found.tracks,
        version=found.version,
        created_at=found.created_at,
        changed_at=found.changed_at,
    )
