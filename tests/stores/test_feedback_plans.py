"""The queries over a person's events find their rows by an index, on every database: EXPLAIN of what the views send."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from uuid_utils.compat import uuid7

from kit import ids
from services.catalog.library.retention import Retention
from services.catalog.store import Store, retention
from services.catalog.store.schema import feedback
from tests.stores.test_imports_store import TITLES, store, url  # noqa: F401 - fixtures

pytestmark = pytest.mark.anyio
PEOPLE = [uuid4() for _ in range(20)]
TRACK = ids.decode(ids.derive(mbid=TITLES[0]))
START = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture
async def filled(store: Store) -> Store:  # noqa: F811
    kinds = ("play", "like", "skip", "impression")
    common = {"track": TRACK, "source": "api", "recorded_at": START}
    rows = [
        common | {"id": uuid7(), "person": person, "kind": kinds[at % 4], "at": START + timedelta(minutes=at)}
        for at in range(60)
        for person in PEOPLE
    ]
    async with store._database.write() as connection:
        await connection.execute(sa.insert(feedback), rows)
        await connection.execute(sa.text("ANALYZE"))
    return store


@contextmanager
def sent(of: Store) -> Iterator[dict[str, Any]]:
    """The statements that read the log meanwhile, each text once, with its values."""
    seen: dict[str, Any] = {}

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        if "feedback" in statement and statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.setdefault(statement, values)

    event.listen(of._database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(of._database.engine.sync_engine, "before_cursor_execute", note)


async def read_everything(of: Store, person: UUID) -> None:
    await of.opinions.user_feedback(person, 1)
    await of.opinions.likes(person, 2**60, 20)
    await of.opinions.current(person, [TRACK])
    await of.plays.page(person, None, 20)
    await of.plays.count(person)
    await of.unmatched.plays(person, [TRACK], START, START + timedelta(days=1))
    await of.undo.delete_events(uuid4(), person, 0)
    await of.personal_data.page("feedback", person, None)
    async with of._database.write() as connection:
        await retention.room(connection, person, Retention(), {"like", "play"})


async def plan(of: Store, statement: str, values: Any) -> list[str]:
    sqlite = of._database.is_sqlite
    async with of._database.write() as connection:
        if not sqlite:  # of 1,200 rows it would read all rather than an index: ask whether one serves
            await connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        rows = await connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' if sqlite else ''}{statement}", values)
        return [str(row[-1] if sqlite else row[0]) for row in rows]


async def test_a_persons_events_are_read_by_an_index(filled: Store) -> None:
    with sent(filled) as seen:
        await read_everything(filled, PEOPLE[0])
    assert len(seen) >= 8
    plans = {statement: await plan(filled, statement, values) for statement, values in seen.items()}
    walks = [(step, text) for text, steps in plans.items() for step in steps if _walks(step)]
    assert walks == []
    assert any("feedback" in step for steps in plans.values() for step in steps)


def _walks(step: str) -> bool:
    """Whether a step of a plan reads the whole log, or an index without a condition."""
    return "Seq Scan on feedback" in step or ("SCAN feedback" in step and "USING" not in step)
