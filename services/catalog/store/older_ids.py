"""SQL expressions that map older track ids to current ones, so that feedback under an older id counts for the track."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from services.catalog.store.schema import id_aliases, tracks


def today(track: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any] | sa.ColumnElement[Any]:
    """The current track id for a column of possibly older track ids."""
    alias = id_aliases.alias()
    now = sa.select(alias.c.track_id).where(alias.c.id == track).correlate_except(alias).scalar_subquery()
    return sa.func.coalesce(now, track, type_=sa.Uuid())


def every_id_of(wanted: sa.BindParameter[Any]) -> sa.CompoundSelect[Any]:
    """All ids of these tracks, older ones included."""
    own = sa.select(tracks.c.id).where(tracks.c.id.in_(wanted))
    return sa.union_all(own, sa.select(id_aliases.c.id).where(id_aliases.c.track_id.in_(wanted)))


def replaced(track: sa.ColumnElement[Any]) -> sa.Exists:
    """True for a track whose id is now an older id of another track."""
    alias = id_aliases.alias()
    return sa.select(alias.c.id).where(alias.c.id == track).correlate_except(alias).exists()


async def settle(connection: AsyncConnection, version: str) -> None:
    """Cleans up after an import: deletes aliases whose id is a track of the release, and resolves alias chains."""
    living = sa.select(tracks.c.id).where(tracks.c.id == id_aliases.c.id, tracks.c.release == version).exists()
    await connection.execute(sa.delete(id_aliases).where(living))
    further = id_aliases.alias()
    onward = sa.select(further.c.track_id).where(further.c.id == id_aliases.c.track_id)
    led_on = sa.update(id_aliases).values(track_id=onward.scalar_subquery()).where(onward.exists())
    await connection.execute(led_on)


def rows(pairs: Sequence[tuple[UUID, UUID]]) -> list[dict[str, Any]]:
    """Table rows of (older id, track) pairs, without identical pairs."""
    return [{"id": older, "track_id": track} for older, track in pairs if older != track]
