"""Deletes a track that only one person sees, with everything of theirs that names it."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalog.store.imported_tracks import delete_names
from services.catalog.store.playlists import PlaylistChanges
from services.catalog.store.schema import (
    corrections,
    exclusions,
    feedback,
    import_entries,
    interest_answers,
    playing_now,
    playlist_tracks,
    tracks,
    unmatched,
)

NAMING = (import_entries, corrections, exclusions, interest_answers, playing_now)
"""Tables whose rows go with the track; unmatched rows stay, without a track."""


async def delete_own(connection: AsyncConnection, person: UUID, track: UUID) -> None:
    """Deletes the track; the caller holds the person's row and has checked the owner."""
    log, held = feedback.c, playlist_tracks.c
    lists = sa.select(held.playlist).where(held.person == person, held.track == track).distinct()
    changes = PlaylistChanges(connection, person)
    for playlist in list(await connection.scalars(lists)):
        before = await changes.entries(playlist)
        await changes.write(playlist, before, [entry for entry in before if entry.track != track])
        await changes.touch(playlist)
    events = sa.select(log.number).where(log.person == person, log.track == track)
    await connection.execute(sa.delete(feedback).where(log.person == person, log.undoes.in_(events)))
    await connection.execute(sa.delete(feedback).where(log.person == person, log.track == track))
    for table in NAMING:
        await connection.execute(sa.delete(table).where(table.c.person == person, table.c.track == track))
    named = sa.and_(unmatched.c.person == person, unmatched.c.track == track)
    await connection.execute(sa.update(unmatched).where(named).values(track=None))
    await delete_names(connection, tracks.c.id == track)
    await connection.execute(sa.delete(tracks).where(tracks.c.id == track, tracks.c.owner == person))
