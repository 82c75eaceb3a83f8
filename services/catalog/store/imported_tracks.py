"""Tracks that imports brought, when the account of the person who brought them is deleted.

Their titles are a text of that person's file. So they go with the account unless somebody else has the track too, or a
release has it.
"""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalog.store.added_schema import added_tracks
from services.catalog.store.schema import (
    IMPORTED,
    corrections,
    exclusions,
    feedback,
    id_aliases,
    interest_answers,
    playlist_tracks,
    tracks,
    unmatched,
)

HOLDERS = (feedback, playlist_tracks, corrections, unmatched, exclusions, interest_answers)
"""Tables whose column `track` names a track for the person of the row."""
BATCH = 500


async def brought_by(connection: AsyncConnection, people: Sequence[UUID]) -> list[UUID]:
    """Imported tracks that these people have, before their rows are deleted."""
    theirs = sa.union(
        *(sa.select(table.c.track).where(table.c.person.in_(people)) for table in (*HOLDERS, added_tracks))
    )
    found = sa.select(tracks.c.id).where(tracks.c.provenance == IMPORTED, tracks.c.id.in_(theirs))
    return list(await connection.scalars(found))


async def delete_unheld(connection: AsyncConnection, candidates: Sequence[UUID]) -> None:
    """Deletes those of the tracks that no row names any more, with their search keys."""
    for start in range(0, len(candidates), BATCH):
        batch = candidates[start : start + BATCH]
        held: set[UUID] = set()
        for table in HOLDERS:
            held.update(await connection.scalars(sa.select(table.c.track).where(table.c.track.in_(batch)).distinct()))
        free = [track for track in batch if track not in held]
        await delete_names(connection, sa.and_(tracks.c.id.in_(free), tracks.c.owner.is_not(None)))
        await connection.execute(sa.delete(tracks).where(tracks.c.id.in_(free), tracks.c.provenance == IMPORTED))


async def delete_unused(connection: AsyncConnection, person: UUID, candidates: Sequence[UUID]) -> None:
    """Deletes those of the person's own tracks that nothing but their corrections names, with the corrections."""
    for start in range(0, len(candidates), BATCH):
        batch = candidates[start : start + BATCH]
        own = sa.select(tracks.c.id).where(tracks.c.id.in_(batch), tracks.c.owner == person)
        free = set(await connection.scalars(own))
        for table in HOLDERS:
            if table is not corrections and free:
                used = sa.select(table.c.track).where(table.c.track.in_(free)).distinct()
                free -= set(await connection.scalars(used))
        mine = sa.and_(corrections.c.person == person, corrections.c.track.in_(free))
        await connection.execute(sa.delete(corrections).where(mine))
        await delete_names(connection, tracks.c.id.in_(free))
        await connection.execute(sa.delete(tracks).where(tracks.c.id.in_(free)))


async def delete_names(connection: AsyncConnection, own: sa.ColumnElement[bool]) -> None:
    """Forgets of which tracks of the catalogue these own ones are another name: their ids tell a person and a name."""
    await connection.execute(sa.delete(id_aliases).where(id_aliases.c.id.in_(sa.select(tracks.c.id).where(own))))
