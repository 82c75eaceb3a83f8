"""Tests of plays that scrobblers send, and of what plays now, on every database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from kit import ids
from kit.errors import Unauthorized
from kit.wire.catalog import Artist, Track
from kit.wire.events import Event, EventType
from kit.wire.plays import NamedTrack, NewPlay, PlayResults
from services.catalog.plays import playing_now, scrobbles
from services.catalog.store import Store
from services.catalog.store.plays import PlayPeriod
from services.catalog.store.schema import imports, unmatched
from services.catalog.store.schema import playing_now as playing_now_table
from services.catalog.store.uploads import KEPT

pytestmark = pytest.mark.anyio
ADA, BEN, ME = uuid4(), uuid4(), uuid4()
TITLES = [f"Lantern Number {number}" for number in range(8)]
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    found: str = (
        f"sqlite:///{tmp_path}/c.db" if request.param == "sqlite" else request.getfixturevalue("catalog_postgres")
    )
    return found


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    opened = Store(url)
    await opened.migrate()
    artist = Artist(id=ids.artist_id("Vessel Park"), name="Vessel Park")
    tracks = [Track(id=ids.derive(mbid=title), title=title, artists=[artist]) for title in TITLES]
    assert await opened.imports.claim(ME, "v1", 60) == 0
    await opened.imports.put(ME, "v1", tracks, len(tracks), 60)
    await opened.imports.finish(ME, "v1")
    yield opened
    await opened.close()


@pytest.fixture
async def second(store: Store, url: str) -> AsyncIterator[Store]:
    """Another replica."""
    opened = Store(url)
    yield opened
    await opened.close()


def plays(count: int, title: str = "", **more: Any) -> list[NewPlay]:
    """A play every five minutes."""
    return [
        NewPlay(
            title=title or TITLES[number % len(TITLES)],
            artist="Vessel Park",
            played_at=NOON + timedelta(minutes=5 * number),
            source="mpd",
            **more,
        )
        for number in range(count)
    ]


def statuses(found: PlayResults) -> list[str]:
    return [result.status for result in found.results]


async def count_of(store: Store, table: sa.Table, person: UUID = ADA) -> int:
    async with store._database.read() as connection:
        count = sa.select(sa.func.count()).select_from(table).where(table.c.person == person)
        return await connection.scalar(count) or 0


async def test_the_same_plays_of_two_replicas_are_recorded_once(store: Store, second: Store) -> None:
    await asyncio.gather(*(scrobbles.record(one, ADA, plays(20)) for one in (store, second)))
    assert await store.plays.count(ADA) == 20
    assert statuses(await scrobbles.record(second, ADA, plays(20))) == ["repeated"] * 20
    assert await store.people.version(ADA) <= 2


async def test_periods_and_orders(store: Store) -> None:
    await scrobbles.record(store, ADA, plays(12))
    since, until = NOON + timedelta(minutes=10), NOON + timedelta(minutes=40)
    latest = await store.plays.page(ADA, None, 50, PlayPeriod(since, until))
    earliest = await store.plays.page(ADA, None, 50, PlayPeriod(since, until, latest=False))
    assert latest is not None
    assert earliest == latest[::-1]
    assert [play.at for play in latest] == [NOON + timedelta(minutes=5 * number) for number in range(7, 1, -1)]
    rest = await store.plays.page(ADA, latest[1].number, 50, PlayPeriod(since, until))
    assert rest == latest[2:]
    assert await store.plays.page(BEN, None, 50) == []


async def test_unmatched_plays_are_kept_while_more_come_and_thirty_days_longer(store: Store) -> None:
    found = await scrobbles.record(store, ADA, plays(3, "Nothing Like It"))
    assert statuses(found) == ["unmatched"] * 3
    assert found.unmatched_in is not None
    await store.uploads.sweep()
    [row], total = await store.unmatched.page(found.unmatched_in, ADA, 0, 10)
    assert (total, row.row_count, row.events[0][0], row.events[0][3]) == (1, 3, "play", "mpd")
    assert (await store.unmatched.page(found.unmatched_in, BEN, 0, 10))[1] == 0
    old = sa.update(imports).values(created_at=datetime.now(UTC) - KEPT - timedelta(days=1))
    async with store._database.write() as connection:
        await connection.execute(old)
    await scrobbles.record(store, ADA, plays(4, "Nothing Like It"))
    await store.uploads.sweep()
    assert await count_of(store, unmatched) == 1
    async with store._database.write() as connection:
        await connection.execute(old)
    await store.uploads.sweep()
    assert await count_of(store, unmatched) == 0


async def test_one_row_of_what_plays_now_and_nothing_after_the_account(store: Store) -> None:
    for title in TITLES[:2]:
        await playing_now.put(store, ADA, NamedTrack(title=title, artist="Vessel Park"))
    await scrobbles.record(store, ADA, plays(2, "Nothing Like It"))
    shown = await playing_now.of(store, ADA)
    assert shown is not None
    assert (shown.title, shown.track and shown.track.title) == (TITLES[1], TITLES[1])
    assert await count_of(store, playing_now_table) == 1
    deleted = Event(number=1, kind=EventType.PERSON_DELETED, subject=ADA, at=datetime.now(UTC))
    await store.people.apply([deleted], 1)
    assert [await count_of(store, table) for table in (playing_now_table, unmatched, imports)] == [0, 0, 0]
    with pytest.raises(Unauthorized):
        await scrobbles.record(store, ADA, plays(1))
    with pytest.raises(Unauthorized):
        await playing_now.put(store, ADA, NamedTrack(title=TITLES[0], artist="Vessel Park"))
