"""Tests of outbox and event consumer: order, exactly once, retries after failures."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import anyio
import httpx2
import pytest
import sqlalchemy as sa
from fastapi import APIRouter, FastAPI, Request

from kit import outbox
from kit.app import create_service
from kit.errors import Unavailable
from kit.event_consumer import PATIENCE, EventConsumer
from kit.http import ServiceClient
from kit.identity import FromService
from kit.sql import Database
from kit.wire.events import MAX_EVENTS, Event, EventPage, EventType
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio
KEY = "k" * 40
router = APIRouter(prefix="/internal")


@router.get("/events", dependencies=[FromService])
async def events(after: int, request: Request) -> EventPage:
    if request.app.state.away:
        raise Unavailable("a moment, please")
    page: EventPage = await outbox.read(request.app.state.database, after)
    return page


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/feed.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    async with opened.write() as connection:
        await connection.run_sync(outbox.events.metadata.create_all)
    yield opened
    await opened.close()


@pytest.fixture
async def app(database: Database) -> AsyncIterator[FastAPI]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.database, app.state.service_key, app.state.away = database, KEY, False
        yield

    made = create_service("test", routers=[router], lifespan=lifespan)
    async with made.router.lifespan_context(made):
        yield made


class Reader:
    """Applies by remembering; fails on demand."""

    def __init__(self, app: FastAPI, after: int = 0, key: str = KEY) -> None:
        self.seen: list[UUID] = []
        self.after = after
        self.broken = False
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        self.consumer = EventConsumer(
            ServiceClient("auth", "http://auth", TransportWire(transport)), key, after, self.apply
        )

    async def apply(self, items: Sequence[Event], after: int) -> None:
        if self.broken:
            raise OSError("the disk is full")
        self.seen += [event.subject for event in items]
        self.after = after


async def happen(database: Database, *subjects: UUID) -> None:
    async with database.write() as connection:
        await outbox.append(connection, EventType.PERSON_DELETED, subjects)


async def test_events_arrive_in_order_and_once(app: FastAPI, database: Database) -> None:
    people = [uuid4() for _ in range(5)]
    reader = Reader(app)
    await happen(database, *people[:3])
    await reader.consumer.step()
    await happen(database, *people[3:])
    await reader.consumer.step()
    await reader.consumer.step()
    assert reader.seen == people


async def test_catching_up_applies_what_was_stored_before_and_ends_in_time(app: FastAPI, database: Database) -> None:
    """The consumer's next poll is an hour away."""
    person, reader = uuid4(), Reader(app)
    reader.consumer._poll_s = 3600
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(reader.consumer.run)
        await reader.consumer.catch_up()
        await happen(database, person)
        await reader.consumer.catch_up(30)
        assert reader.seen == [person]
        reader.broken = True
        await happen(database, uuid4())
        await reader.consumer.catch_up(0.05)
        assert reader.seen == [person]
        tasks.cancel_scope.cancel()


async def test_a_long_outbox_is_read_in_pages(app: FastAPI, database: Database) -> None:
    people = [uuid4() for _ in range(MAX_EVENTS + 7)]
    await happen(database, *people)
    reader = Reader(app)
    assert await reader.consumer.step() is True
    assert await reader.consumer.step() is False
    assert reader.seen == people


async def test_a_new_consumer_starts_at_the_end_of_the_outbox(app: FastAPI, database: Database) -> None:
    await happen(database, uuid4(), uuid4())
    reader = Reader(app, after=-1)
    await reader.consumer.step()
    later = uuid4()
    await happen(database, later)
    await reader.consumer.step()
    assert reader.seen == [later]


async def test_a_page_that_could_not_be_applied_is_retried(app: FastAPI, database: Database) -> None:
    person = uuid4()
    await happen(database, person)
    reader = Reader(app)
    reader.broken = True
    with pytest.raises(OSError, match="disk"):
        await reader.consumer.step()
    reader.broken = False
    await reader.consumer.step()
    assert reader.seen == [person]


async def test_no_event_is_lost_while_the_outbox_is_unavailable(app: FastAPI, database: Database) -> None:
    person, reader = uuid4(), Reader(app)
    app.state.away = True
    with pytest.raises(Unavailable):
        await reader.consumer.step()
    await happen(database, person)
    app.state.away = False
    await reader.consumer.step()
    assert reader.seen == [person]


async def test_reading_the_outbox_needs_the_service_key(app: FastAPI) -> None:
    with pytest.raises(Exception, match="SEGUE_SERVICE_KEY"):
        await Reader(app, key="wrong" * 10).consumer.step()


async def test_an_event_of_a_rolled_back_transaction_is_not_published(database: Database) -> None:
    async def change_and_fail() -> None:
        async with database.write() as connection:
            await outbox.append(connection, EventType.TASTE_CHANGED, [uuid4()])
            raise RuntimeError("not after all")

    with pytest.raises(RuntimeError, match="after all"):
        await change_and_fail()
    assert (await outbox.read(database, 0)).items == []


async def test_pruning_deletes_old_events_of_one_type_only(app: FastAPI, database: Database) -> None:
    person = uuid4()
    await happen(database, person)
    async with database.write() as connection:
        await outbox.append(connection, EventType.TASTE_CHANGED, [uuid4()])
        await outbox.prune(connection, EventType.TASTE_CHANGED, datetime.now(UTC) + timedelta(seconds=1))
    reader = Reader(app)
    await reader.consumer.step()
    assert reader.seen == [person]


async def test_event_numbers_are_never_reused(database: Database) -> None:
    await happen(database, uuid4(), uuid4())
    last = (await outbox.read(database, 0)).after
    async with database.write() as connection:
        await connection.execute(sa.delete(outbox.events))
    await happen(database, uuid4())
    [event] = (await outbox.read(database, 0)).items
    assert event.number > last
    assert event.at.tzinfo is not None


async def test_a_consumer_misses_no_event_of_concurrent_writers(database: Database) -> None:
    people, seen, after = [uuid4() for _ in range(30)], list[UUID](), 0

    async def write(person: UUID, dawdle_s: float) -> None:
        async with database.write() as connection:
            await outbox.append(connection, EventType.PERSON_DELETED, [person])
            await anyio.sleep(dawdle_s)  # the number is taken, the transaction is still open

    async with anyio.create_task_group() as tasks:
        for number, person in enumerate(people):
            tasks.start_soon(write, person, 0.01 * (number % 3))
        while len(seen) < len(people):
            page = await outbox.read(database, after)
            seen, after = seen + [event.subject for event in page.items], page.after
            await anyio.sleep(0.001)
    assert sorted(seen) == sorted(people)


async def test_only_a_neighbour_that_stays_unavailable_is_logged() -> None:
    looks, away_for, reported = 0, 0, list[str]()

    def answer(_: httpx2.Request) -> httpx2.Response:
        nonlocal looks
        looks += 1
        return httpx2.Response(500) if looks <= away_for else httpx2.Response(200, json={"items": [], "after": 0})

    class Log:
        def warning(self, text: str, **_: object) -> None:
            reported.append(text)

    async def nothing(items: Sequence[Event], after: int) -> None: ...

    async def looked(times: int, away: int) -> list[str]:
        nonlocal looks, away_for
        looks, away_for = 0, away
        reported.clear()
        neighbour = ServiceClient("feed", "http://feed", TransportWire(httpx2.MockTransport(answer)))
        consumer = EventConsumer(neighbour, KEY, 0, nothing, poll_s=0.001)
        consumer._log = Log()
        with anyio.move_on_after(5):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(consumer.run)
                while looks < times:  # noqa: ASYNC110
                    await anyio.sleep(0.001)
                tasks.cancel_scope.cancel()
        return list(reported)

    assert await looked(times=8, away=PATIENCE - 1) == []
    assert len(await looked(times=3 * PATIENCE, away=PATIENCE)) == 1
