"""Rows of imports that were not matched: kept for their person, with what is recorded once the track is known."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from kit import ids
from kit.errors import Conflict, NotFound
from kit.sql import Database
from services.catalog.store import people
from services.catalog.store.older_ids import every_id_of, today
from services.catalog.store.schema import corrections, feedback, tracks, unmatched

MOST_EVENTS = 1_000
MOST_ROWS = 20_000
NO_ROW = "no unmatched row of this import has this number: GET .../unmatched lists them"
_c = unmatched.c


class Unmatched(NamedTuple):
    """Rows of a file with the same names. `events` are [kind, seconds since 1970 or null, milliseconds or null], with
    the source where it is a scrobbler, or ["playlist", id, name]."""

    number: int
    key: str
    names: dict[str, Any]
    reason: str
    candidates: list[str]
    events: list[list[Any]]
    row_count: int
    track: UUID | None


class RowCounts(NamedTuple):
    """How many rows of a file, of those that its import did not match, have no track, are left out of those, have one
    of the catalogue, and one of the person's own."""

    waiting: int = 0
    left_out: int = 0
    named: int = 0
    own: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.waiting + self.named + self.own


class UnmatchedTable:
    """Reads and writes unmatched rows, the person's corrections, and plays near a moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, import_id: UUID, person: UUID, rows: Sequence[Unmatched]) -> int:
        """Adds rows; those with the key of an earlier one are joined with it. Returns how many events were not kept:
        those of rows beyond MOST_ROWS, and those of one row beyond MOST_EVENTS."""
        lost = 0
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            same = sa.select(unmatched).where(_c.import_id == import_id, _c.key.in_([row.key for row in rows]))
            held = {row.key: row for row in await connection.execute(same)}
            total = sa.select(sa.func.count()).where(_c.import_id == import_id)
            room = MOST_ROWS - (await connection.scalar(total) or 0)
            new = [row for row in rows if row.key not in held][: max(room, 0)]
            for row in rows:
                if before := held.get(row.key):
                    fresh = _fresh(before.events, row.events)
                    events = (before.events + fresh)[:MOST_EVENTS]
                    lost += len(before.events) + len(fresh) - len(events)
                    values = {"events": events, "row_count": before.row_count + len(fresh)}
                    await connection.execute(sa.update(unmatched).where(_c.number == before.number).values(values))
            added = [_columns(row) | {"import_id": import_id, "person": person} for row in new]
            if added:
                await connection.execute(sa.insert(unmatched), added)
            lost += sum(len(row.events[MOST_EVENTS:]) for row in new)
            kept = held.keys() | {row.key for row in new}
            return lost + sum(len(row.events) for row in rows if row.key not in kept)

    async def page(
        self, import_id: UUID, person: UUID, after: int, most: int, *, left_out: bool = False
    ) -> tuple[list[Unmatched], int]:
        """Rows with a number above `after`, and how many there are in all; only those left out, or only the others."""
        mine = sa.and_(_c.import_id == import_id, _c.person == person, _c.left_out.is_(left_out))
        columns = tuple(_c[name] for name in Unmatched._fields)
        page = sa.select(*columns).where(mine, _c.number > after).order_by(_c.number).limit(most)
        async with self._database.read() as connection:
            total = await connection.scalar(sa.select(sa.func.count()).where(mine)) or 0
            return [Unmatched(*row) for row in await connection.execute(page)], total

    async def find(self, import_id: UUID, person: UUID, number: int) -> Unmatched:
        """One row; NotFound when it is not of this import and person."""
        columns = tuple(_c[name] for name in Unmatched._fields)
        mine = sa.and_(_c.import_id == import_id, _c.person == person, _c.number == number)
        async with self._database.read() as connection:
            row = (await connection.execute(sa.select(*columns).where(mine))).first()
        if row is None:
            raise NotFound(NO_ROW)
        return Unmatched(*row)

    async def leave_out(self, import_id: UUID, person: UUID, number: int, *, left_out: bool) -> None:
        """Leaves a row out of the list, or brings it back; NotFound."""
        mine = sa.and_(_c.import_id == import_id, _c.person == person, _c.number == number)
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            if not (await connection.execute(sa.update(unmatched).where(mine).values(left_out=left_out))).rowcount:
                raise NotFound(NO_ROW)

    async def count_left_out(self, import_id: UUID, person: UUID) -> int:
        """How many rows are left out."""
        mine = sa.and_(_c.import_id == import_id, _c.person == person, _c.left_out.is_(True))
        async with self._database.read() as connection:
            return await connection.scalar(sa.select(sa.func.count()).where(mine)) or 0

    async def counts(self, person: UUID, imports: Collection[UUID]) -> dict[UUID, RowCounts]:
        """The counts of these imports, as far as they have such rows."""
        own = sa.exists().where(tracks.c.id == _c.track, tracks.c.owner == person)
        waiting = _c.track.is_(None)
        parts = (waiting, waiting & _c.left_out, ~waiting & ~own, ~waiting & own)
        sums = [sa.func.sum(sa.case((part, _c.row_count), else_=0)) for part in parts]
        mine = sa.and_(_c.import_id.in_(imports), _c.person == person)
        counted = sa.select(_c.import_id, *sums).where(mine).group_by(_c.import_id)
        async with self._database.read() as connection:
            return {row[0]: RowCounts(*map(int, row[1:])) for row in await connection.execute(counted)}

    async def correct(self, person: UUID, row: Unmatched, track: UUID) -> None:
        """Stores the track that the person named, for this row and for later imports. Conflict when the row was
        corrected to another track, where its events are recorded."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            before = await connection.scalar(sa.select(_c.track).where(_c.number == row.number))
            if before is not None and before != track:
                named = ids.encode(before)
                raise Conflict(f"this row was corrected to the track {named}: its plays and likes are recorded there")
            await connection.execute(sa.update(unmatched).where(_c.number == row.number).values(track=track))
        await self.remember(person, row.key, track)

    async def waiting(self, import_id: UUID, person: UUID, reason: str, after: int, most: int) -> list[Unmatched]:
        """The next rows with this reason that have no track and are not left out."""
        columns = tuple(_c[name] for name in Unmatched._fields)
        mine = (_c.import_id == import_id, _c.person == person, _c.left_out.is_(False), _c.track.is_(None))
        found = sa.select(*columns).where(*mine, _c.reason == reason, _c.number > after)
        async with self._database.read() as connection:
            return [Unmatched(*row) for row in await connection.execute(found.order_by(_c.number).limit(most))]

    async def name(self, person: UUID, rows: Sequence[tuple[Unmatched, UUID]]) -> None:
        """Stores the tracks of these rows, also for later imports; rows that have one keep it."""
        if not rows:
            return
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            for row, track in rows:
                unnamed = sa.and_(_c.number == row.number, _c.person == person, _c.track.is_(None))
                await connection.execute(sa.update(unmatched).where(unnamed).values(track=track))
            new = people.insert_for(connection, corrections).on_conflict_do_nothing()
            keys = [{"person": person, "key": row.key, "track": track} for row, track in rows]
            await connection.execute(new, keys)

    async def remember(self, person: UUID, key: str, track: UUID) -> None:
        """Stores the track of rows with this key for the person's later imports."""
        async with self._database.write() as connection:
            await people.hold_one(connection, person)
            new = people.insert_for(connection, corrections).values(person=person, key=key, track=track)
            changed = new.on_conflict_do_update(index_elements=["person", "key"], set_={"track": track})
            await connection.execute(changed)

    async def plays(self, person: UUID, of: Collection[UUID], first: Any, last: Any) -> list[tuple[UUID, Any, UUID]]:
        """(track, moment, id) of the person's plays of these tracks between two moments."""
        log = feedback.c
        these = log.track.in_(every_id_of(sa.bindparam("of", list(of), expanding=True)))
        played = sa.and_(log.person == person, sa.text("feedback.kind IN ('play', 'skip', 'impression')"))
        between = sa.and_(log.kind == "play", log.at >= first, log.at <= last)
        wanted = sa.select(today(log.track).label("track"), log.at, log.id).where(played, these, between)
        async with self._database.read() as connection:
            return [(row.track, row.at, row.id) for row in await connection.execute(wanted)]


def _columns(row: Unmatched) -> dict[str, Any]:
    values = row._asdict() | {"events": row.events[:MOST_EVENTS]}
    del values["number"]
    return values


def _fresh(before: list[list[Any]], more: list[list[Any]]) -> list[list[Any]]:
    """Events of `more` that are not among those before: a batch may be read twice."""
    seen = {tuple(event) for event in before}
    return [event for event in more if tuple(event) not in seen]
