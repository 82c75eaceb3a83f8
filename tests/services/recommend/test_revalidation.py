"""Whether profiles are current is asked for several people in one call, and each hears what it would alone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from uuid import UUID

import pytest

from kit.errors import NeighbourSilent, NeighbourUnavailable
from services.recommend.profile.revalidation import Revalidation
from tests.services.recommend.people import House, house, tracks
from tests.services.recommend.test_person import AMBER, BASALT, ids

pytestmark = pytest.mark.anyio
ADA, BEN, CEM = (UUID(int=number) for number in (1, 2, 3))


class Catalog:
    """Versions by person, None of a deleted one; keeps who was asked about in each call."""

    def __init__(self, **failure: Exception) -> None:
        self.now: dict[UUID, int | None] = {ADA: 1, BEN: 2, CEM: None}
        self.calls: list[list[UUID]] = []
        self._failure = failure.get("failure")

    async def versions(self, people: Sequence[UUID]) -> list[int | None]:
        self.calls.append(list(people))
        await asyncio.sleep(0)
        if self._failure:
            raise self._failure
        return [self.now[person] for person in people]


async def test_requests_of_one_turn_are_asked_about_together() -> None:
    catalog = Catalog()
    current = Revalidation(catalog.versions)
    found = await asyncio.gather(
        current.still(ADA, 1), current.still(BEN, 1), current.still(CEM, 3), current.still(ADA, 1)
    )
    assert found == [True, False, False, True]
    assert catalog.calls == [[ADA, BEN, CEM, ADA]]


async def test_a_request_of_a_turn_later_is_asked_about_in_the_same_call() -> None:
    catalog = Catalog()
    current = Revalidation(catalog.versions)
    first = asyncio.create_task(current.still(ADA, 1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert await current.still(BEN, 2)
    assert await first
    assert catalog.calls == [[ADA, BEN]]


async def test_one_that_is_alone_asks_by_itself() -> None:
    catalog = Catalog()
    assert not await Revalidation(catalog.versions).still(ADA, 1)
    assert catalog.calls == []


@pytest.mark.parametrize("failure", [NeighbourUnavailable("away"), RuntimeError("no such route")])
async def test_where_nothing_is_answered_each_asks_by_itself(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    current = Revalidation(Catalog(failure=failure).versions)
    found = await asyncio.wait_for(asyncio.gather(current.still(ADA, 1), current.still(BEN, 2)), 5)
    assert found == [False, False]


async def test_a_catalog_that_does_not_answer_is_not_asked_again_by_each() -> None:
    catalog = Catalog(failure=NeighbourSilent("nothing for 0.5 s"))
    current = Revalidation(catalog.versions)
    found = await asyncio.gather(current.still(ADA, 1), current.still(BEN, 2), return_exceptions=True)
    assert [type(one) for one in found] == [NeighbourSilent, NeighbourSilent]
    assert found[0] is not found[1]
    assert len(catalog.calls) == 1


async def test_a_request_that_was_cancelled_holds_up_nobody() -> None:
    catalog = Catalog()
    current = Revalidation(catalog.versions)
    first, gone, last = (asyncio.create_task(current.still(person, 1)) for person in (ADA, BEN, ADA))
    await asyncio.sleep(0)
    gone.cancel()
    assert await first
    assert await last
    with pytest.raises(asyncio.CancelledError):
        await gone


@pytest.fixture
async def home(published: Path, tmp_path: Path) -> AsyncIterator[House]:
    async with house(published, tmp_path) as opened:
        yield opened


async def test_people_who_come_together_get_their_own_lists_and_every_change_at_once(home: House) -> None:
    people = [home.person() for _ in range(6)]
    for number, person in enumerate(people):
        await person.record("like", *(AMBER if number % 2 else BASALT))
    alone = [tracks(await person.gets(mode="similar")) for person in people]
    before = len(home.wire.statuses)
    together = await asyncio.gather(*(person.gets(mode="similar") for person in people))
    assert [tracks(one) for one in together] == alone
    assert ("/internal/taste:versions", 200) in home.wire.statuses[before:]
    await people[0].record("like", *AMBER)
    changed, *others = await asyncio.gather(*(person.gets(mode="similar") for person in people))
    assert tracks(changed) != alone[0]
    assert ids(*AMBER).isdisjoint(tracks(changed))
    assert [tracks(one) for one in others] == alone[1:]
