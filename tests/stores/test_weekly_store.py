"""Conformance tests of weekly lists on every database: the first of a week stay, one worker claims each person."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from kit import ids
from kit.errors import Unauthorized
from kit.wire.events import Event, EventType
from services.catalog.store import Store
from services.catalog.store.schema import people
from services.catalog.store.weekly_schema import weekly_lists

pytestmark = pytest.mark.anyio
MONDAY, NEXT = date(2026, 11, 23), date(2026, 11, 30)
ANN, BEN = uuid4(), uuid4()


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
    yield opened
    await opened.close()


def lists(title: str) -> dict[str, Any]:
    return {"discover": [{"track": ids.derive(mbid=title), "reason": {"text": title, "seeds": []}}], "deep_cuts": []}


async def with_taste(store: Store, *who: UUID) -> None:
    """People whose taste has a version."""
    async with store.people._database.write() as connection:
        await connection.execute(sa.insert(people), [{"person": person, "version": 1} for person in who])


async def test_the_first_lists_of_a_week_stay_and_the_next_week_replaces_them(store: Store) -> None:
    assert await store.weekly.of(ANN) is None
    assert await store.weekly.put(ANN, MONDAY, "r1", lists("first"))
    assert not await store.weekly.put(ANN, MONDAY, "r1", lists("late"))
    found = await store.weekly.of(ANN)
    assert found
    assert (found.week, found.release, found.lists) == (MONDAY, "r1", lists("first"))
    assert await store.weekly.put(ANN, NEXT, "r2", lists("second"))
    assert not await store.weekly.put(ANN, MONDAY, "r1", lists("of last week, late"))
    found = await store.weekly.of(ANN)
    assert found
    assert (found.week, found.lists) == (NEXT, lists("second"))
    assert [week for week, _ in await store.weekly.earlier(ANN)] == [MONDAY]
    before = await store.weekly.of_week(ANN, MONDAY)
    assert before
    assert (before.lists, before.release) == (lists("first"), "r1")
    assert await store.weekly.of_week(BEN, MONDAY) is None


async def test_the_lists_of_four_weeks_before_are_kept_and_empty_ones_are_not(store: Store) -> None:
    weeks = [MONDAY + timedelta(days=7 * at) for at in range(7)]
    for at, week in enumerate(weeks):
        assert await store.weekly.put(ANN, week, "r", {"discover": []} if at == 4 else lists(f"week {at}"))
    assert [week for week, _ in await store.weekly.earlier(ANN)] == [weeks[at] for at in (5, 3, 2, 1)]
    deleted = Event(number=1, kind=EventType.PERSON_DELETED, subject=ANN, at=datetime.now(UTC))
    await store.people.apply([deleted], 1)
    assert await store.weekly.earlier(ANN) == []
    assert await store.weekly.of(BEN) is None


async def test_empty_lists_are_replaced_within_the_week(store: Store) -> None:
    assert await store.weekly.put(ANN, MONDAY, "r1", {"discover": []})
    assert await store.weekly.put(ANN, MONDAY, "r1", lists("now there is a taste"))


async def test_each_person_is_claimed_once_by_workers_at_the_same_time(store: Store, url: str) -> None:
    everybody = [uuid4() for _ in range(9)]
    await with_taste(store, *everybody)
    other = Store(url)
    claims = await asyncio.gather(*(one.weekly.claim(MONDAY, 3) for one in (store, other, store, other)))
    await other.close()
    claimed = [person for claim in claims for person in claim]
    assert sorted(claimed) == sorted(everybody)
    assert await store.weekly.claim(MONDAY, 3) == []


async def test_a_claim_ends_and_who_has_the_lists_is_claimed_no_more(store: Store) -> None:
    await with_taste(store, ANN, BEN)
    assert len(await store.weekly.claim(MONDAY, 5)) == 2
    await store.weekly.put(ANN, MONDAY, "r1", lists("made"))
    async with store.weekly._database.write() as connection:
        await connection.execute(sa.update(weekly_lists).values(claimed_until=1.0))
    assert await store.weekly.claim(MONDAY, 5) == [BEN]
    assert ANN in await store.weekly.claim(NEXT, 5)


async def test_a_deleted_account_has_no_lists_and_gets_none(store: Store) -> None:
    await with_taste(store, ANN)
    await store.weekly.put(ANN, MONDAY, "r1", lists("made"))
    gone = Event(number=1, kind=EventType.PERSON_DELETED, subject=ANN, at=datetime.now(UTC))
    await store.people.apply([gone], 1)
    assert await store.weekly.of(ANN) is None
    assert await store.weekly.claim(NEXT, 5) == []
    with pytest.raises(Unauthorized):
        await store.weekly.put(ANN, NEXT, "r1", lists("late"))
