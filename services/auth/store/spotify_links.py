"""The tables of Spotify links: tokens (encrypted), pending authorizations and saved playlists of each person."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import outbox
from kit.sql import Database
from kit.wire.events import EventType
from services.auth.store.schema import people, spotify_links, spotify_saved, spotify_states

MOST_PENDING = 5  # authorizations of a person under way; beyond it the oldest ends
UNKNOWN = -1  # how many tracks of a saved playlist are at Spotify, after a call without an answer
_link, _state, _saved = spotify_links.c, spotify_states.c, spotify_saved.c


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A row of `spotify_links`. Times are seconds since 1970; without `sealed` there are no tokens."""

    person_id: UUID
    account: str
    name: str
    sealed: bytes | None = field(repr=False)
    scopes: str
    renewable: bool
    expires_at: float
    status: str
    connected_at: float
    changed_at: float
    version: int = 1
    refreshing_until: float = 0.0


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A playlist that is saved at Spotify: its id there (None while it is created), and how many tracks it has."""

    spotify_id: str | None
    written: int


class SpotifyLinkTable:
    """Reads and writes links. Every change of tokens names the version that it was made from."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert: Any = sqlite.insert if database.is_sqlite else postgresql.insert

    async def find(self, person: UUID) -> LinkRow | None:
        """The link of a person."""
        async with self._database.read() as connection:
            return await _found(connection, person)

    async def put(self, row: LinkRow, *, connected: bool) -> bool:
        """Stores a link in place of another and appends the events for catalog; False when the account is gone.

        What came by a link to another Spotify account is deleted: the event says so before the new one.
        """
        values = asdict(row)
        new = self._insert(spotify_links).values(**values)
        replaced = {name: new.excluded[name] for name in values} | {"version": _link.version + 1}
        async with self._database.write() as connection:
            if not await _hold(connection, row.person_id):
                return False
            before = await _found(connection, row.person_id)
            await connection.execute(new.on_conflict_do_update(index_elements=["person_id"], set_=replaced))
            if before and before.account != row.account:
                await connection.execute(sa.delete(spotify_saved).where(_saved.person_id == row.person_id))
                await outbox.append(connection, EventType.SPOTIFY_DISCONNECTED, [row.person_id])
            if connected:
                await outbox.append(connection, EventType.SPOTIFY_CONNECTED, [row.person_id])
        return True

    async def claim_refresh(self, link: LinkRow, now: float, lease_s: float) -> bool:
        """Whether this process may refresh the tokens now: a refresh token is good once."""
        free = sa.and_(_same(link), _link.refreshing_until <= now)
        async with self._database.write() as connection:
            claim = sa.update(spotify_links).where(free).values(refreshing_until=now + lease_s)
            return bool((await connection.execute(claim)).rowcount)

    async def renew(self, link: LinkRow, sealed: bytes, expires_at: float, scopes: str) -> bool:
        """Stores refreshed tokens; False when the link was changed or deleted meanwhile."""
        values = {"sealed": sealed, "expires_at": expires_at, "scopes": scopes, "version": link.version + 1}
        async with self._database.write() as connection:
            renewed = sa.update(spotify_links).where(_same(link)).values(refreshing_until=0.0, **values)
            return bool((await connection.execute(renewed)).rowcount)

    async def release(self, link: LinkRow) -> None:
        """Ends the claim of a refresh that did not come about."""
        async with self._database.write() as connection:
            await connection.execute(sa.update(spotify_links).where(_same(link)).values(refreshing_until=0.0))

    async def set_status(self, link: LinkRow, status: str, now: float, *, drop_tokens: bool = False) -> None:
        """Sets the status, unless the tokens were changed meanwhile."""
        values: dict[str, Any] = {"status": status, "changed_at": now, "refreshing_until": 0.0}
        if drop_tokens:
            values |= {"sealed": None, "version": link.version + 1}
        async with self._database.write() as connection:
            await connection.execute(sa.update(spotify_links).where(_same(link)).values(**values))

    async def delete(self, person: UUID) -> bool:
        """Deletes everything of a person's link and appends the event for catalog; False without a link."""
        async with self._database.write() as connection:
            gone = (await connection.execute(sa.delete(spotify_links).where(_link.person_id == person))).rowcount
            await connection.execute(sa.delete(spotify_states).where(_state.person_id == person))
            await connection.execute(sa.delete(spotify_saved).where(_saved.person_id == person))
            await outbox.append(connection, EventType.SPOTIFY_DISCONNECTED, [person] if gone else [])
        await self._database.forget()
        return bool(gone)

    async def add_state(
        self, digest: bytes, person: UUID, session: UUID, sealed: bytes, now: float, expires_at: float
    ) -> None:
        """Stores a pending authorization; the oldest of the person beyond MOST_PENDING end, and all expired ones."""
        row = {"digest": digest, "person_id": person, "session": session, "sealed": sealed, "expires_at": expires_at}
        newest = sa.select(_state.digest).where(_state.person_id == person)
        newest = newest.order_by(_state.expires_at.desc()).limit(MOST_PENDING)
        mine = sa.and_(_state.person_id == person, _state.digest.not_in(newest))
        async with self._database.write() as connection:
            if not await _hold(connection, person):
                return
            await connection.execute(sa.insert(spotify_states).values(**row))
            await connection.execute(sa.delete(spotify_states).where(mine))
            await connection.execute(
                sa.delete(spotify_states).where(_state.person_id == person, _state.expires_at <= now)
            )

    async def use_state(self, digest: bytes, person: UUID, session: UUID, now: float) -> bytes | None:
        """Takes a pending authorization of this person and session, once; None for every other. Returns the verifier,
        encrypted."""
        mine = sa.and_(_state.digest == digest, _state.person_id == person, _state.session == session)
        used = sa.delete(spotify_states).where(mine, _state.expires_at > now).returning(_state.sealed)
        async with self._database.write() as connection:
            sealed: bytes | None = await connection.scalar(used)
        return sealed

    async def saved(self, person: UUID, playlist: UUID) -> SavedRow | None:
        """The playlist at Spotify that this one was saved as."""
        mine = sa.select(_saved.spotify_id, _saved.written).where(_saved.person_id == person)
        async with self._database.read() as connection:
            row = (await connection.execute(mine.where(_saved.playlist == playlist))).first()
        return SavedRow(*row) if row else None

    async def set_saved(self, person: UUID, playlist: UUID, saved: SavedRow) -> None:
        """Stores what is known of a saved playlist."""
        values = {"spotify_id": saved.spotify_id, "written": saved.written}
        new = self._insert(spotify_saved).values(person_id=person, playlist=playlist, **values)
        async with self._database.write() as connection:
            if await _hold(connection, person):
                put = new.on_conflict_do_update(index_elements=["person_id", "playlist"], set_=values)
                await connection.execute(put)

    async def reseal(self, renew: Callable[[bytes], bytes]) -> int:
        """Encrypts the tokens of every link anew; how many. Pending authorizations end by themselves."""
        async with self._database.write() as connection:
            held = sa.select(_link.person_id, _link.sealed).where(_link.sealed.is_not(None)).with_for_update()
            rows = (await connection.execute(held)).all()
            for person, sealed in rows:
                mine = sa.update(spotify_links).where(_link.person_id == person)
                await connection.execute(mine.values(sealed=renew(sealed), version=_link.version + 1))
        return len(rows)


async def _found(connection: AsyncConnection, person: UUID) -> LinkRow | None:
    row = (await connection.execute(sa.select(spotify_links).where(_link.person_id == person))).first()
    return LinkRow(**row._mapping) if row else None


async def _hold(connection: AsyncConnection, person: UUID) -> bool:
    """Locks the account's row; False when the account was deleted."""
    account = sa.select(people.c.id).where(people.c.id == person).with_for_update()
    return (await connection.execute(account)).first() is not None


def _same(link: LinkRow) -> sa.ColumnElement[bool]:
    return sa.and_(_link.person_id == link.person_id, _link.version == link.version)
