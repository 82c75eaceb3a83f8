"""The `shares` table: share links, looked up by the digest of their token, with the report as it was when shared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kit.errors import Conflict
from kit.sql import Database
from services.report.store.people import hold
from services.report.store.schema import shares

LISTED = (shares.c.id, shares.c.person, shares.c.period, shares.c.name, shares.c.created_at)


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A share link without its digest and its report."""

    id: UUID
    person: UUID
    period: str
    name: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is behind a link: the name to show, and the report in the form of a version of shared_schema."""

    id: UUID
    name: str | None
    report: dict[str, Any]
    schema_version: int


class ShareTable:
    """Adds, lists, removes and opens share links."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, row: ShareRow, digest: bytes, report: dict[str, Any], version: int, most: int) -> None:
        """Adds a link; Conflict when the person has `most`, Unauthorized when the account was deleted."""
        count = sa.select(sa.func.count()).select_from(shares).where(shares.c.person == row.person)
        values = {column.name: getattr(row, column.name) for column in LISTED}
        async with self._database.write() as connection:
            await hold(connection, row.person)
            if (await connection.scalar(count) or 0) >= most:
                raise Conflict(f"you have {most} share links: revoke one at /v1/me/report/share, then make this one")
            await connection.execute(
                sa.insert(shares).values(digest=digest, report=report, schema_version=version, **values)
            )

    async def of(self, person: UUID) -> Sequence[ShareRow]:
        """A person's links, newest first."""
        order = (shares.c.created_at.desc(), shares.c.id.desc())
        async with self._database.read() as connection:
            rows = await connection.execute(sa.select(*LISTED).where(shares.c.person == person).order_by(*order))
            return [ShareRow(**row._mapping) for row in rows]

    async def remove(self, person: UUID, share: UUID) -> bool:
        """Deletes a link and its report; False when the person has none with this id."""
        mine = sa.and_(shares.c.id == share, shares.c.person == person)
        async with self._database.write() as connection:
            removed = (await connection.execute(sa.delete(shares).where(mine))).rowcount > 0
        if removed:
            await self._database.forget()
        return removed

    async def open(self, digest: bytes) -> Snapshot | None:
        """What is behind a token's digest; None when there is no such link."""
        columns = (shares.c.id, shares.c.name, shares.c.report, shares.c.schema_version)
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(*columns).where(shares.c.digest == digest))).first()
        return Snapshot(**row._mapping) if row else None
