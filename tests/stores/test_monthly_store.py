"""Conformance tests of the monthly mail's tables on every database: one claim a mail, nothing left of the deleted."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from kit.errors import Unauthorized
from services.report.store import Store
from services.report.store.mails import LEASE, LONGEST_REASON, Claim, MailState
from services.report.store.subscriptions import SubscriptionRow
from tests.stores.test_report_store import database_url, deleted, store  # noqa: F401 - fixtures

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
ANN, BEN = uuid4(), uuid4()
MONTH = "2026-10"


async def subscribe(store: Store, person: UUID, voice: str = "plain") -> SubscriptionRow:  # noqa: F811
    row = SubscriptionRow(person, voice, NOON)
    await store.subscriptions.put(row)
    return row


async def claimed(store: Store, person: UUID = ANN, now: datetime = NOON) -> Claim:  # noqa: F811
    found = await store.mails.claim(person, MONTH, now)
    assert found
    return found


async def test_subscriptions_are_read_page_by_page(store: Store) -> None:  # noqa: F811
    rows = sorted([await subscribe(store, uuid4()) for _ in range(5)], key=lambda row: row.person)
    first = await store.subscriptions.page(None, 3)
    rest = await store.subscriptions.page(first[-1].person, 3)
    assert [*first, *rest] == rows
    assert list(await store.subscriptions.page(rest[-1].person, 3)) == []


async def test_a_second_wish_changes_the_voice_and_not_the_date(store: Store) -> None:  # noqa: F811
    await subscribe(store, ANN)
    await store.subscriptions.put(SubscriptionRow(ANN, "playful", NOON + timedelta(days=1)))
    assert await store.subscriptions.of(ANN) == SubscriptionRow(ANN, "playful", NOON)
    await store.subscriptions.remove(ANN)
    assert await store.subscriptions.of(ANN) is None


async def test_a_mail_is_claimed_once_by_many_runs_at_once(store: Store) -> None:  # noqa: F811
    await subscribe(store, ANN)
    claims = await asyncio.gather(*(store.mails.claim(ANN, MONTH, NOON) for _ in range(4)))
    assert [one for one in claims if one] == [Claim(ANN, MONTH, 1)]
    assert await store.mails.claim(ANN, "2026-09", NOON)


@pytest.mark.parametrize("state", MailState)
async def test_only_what_failed_or_was_skipped_is_claimed_again(store: Store, state: MailState) -> None:  # noqa: F811
    await subscribe(store, ANN)
    await store.mails.finish(await claimed(store), state, "why" * LONGEST_REASON, NOON)
    kept = await store.mails.of(ANN, MONTH)
    assert kept
    assert (kept[0], len(kept[1] or "")) == (state, LONGEST_REASON)
    again = await store.mails.claim(ANN, MONTH, NOON)
    assert (again is not None) == (state in (MailState.SKIPPED, MailState.FAILED))


async def test_an_abandoned_claim_is_taken_over_and_its_end_comes_too_late(store: Store) -> None:  # noqa: F811
    await subscribe(store, ANN)
    lost = await claimed(store)
    assert await store.mails.claim(ANN, MONTH, NOON + LEASE) is None
    later = NOON + LEASE + timedelta(seconds=1)
    taken = await claimed(store, now=later)
    assert taken.tries == 2
    await store.mails.finish(lost, MailState.FAILED, "late", later)
    assert await store.mails.of(ANN, MONTH) == (MailState.CLAIMED, None)
    await store.mails.finish(taken, MailState.SENT, None, later)
    assert await store.mails.of(ANN, MONTH) == (MailState.SENT, None)


async def test_nothing_is_claimed_or_issued_without_a_subscription(store: Store) -> None:  # noqa: F811
    assert await store.mails.claim(ANN, MONTH, NOON) is None
    assert not await store.subscriptions.add_token(ANN, b"1" * 32, NOON)
    assert not await store.subscriptions.unsubscribe(b"1" * 32)


async def test_every_mail_s_token_ends_the_subscription_of_its_owner_only(store: Store) -> None:  # noqa: F811
    await subscribe(store, ANN)
    await subscribe(store, BEN)
    for number in (b"1", b"2"):
        assert await store.subscriptions.add_token(ANN, number * 32, NOON)
    assert await store.subscriptions.unsubscribe(b"1" * 32)
    assert await store.subscriptions.of(ANN) is None
    assert await store.subscriptions.of(BEN)
    await subscribe(store, ANN)
    assert await store.subscriptions.unsubscribe(b"2" * 32)
    assert await store.subscriptions.of(ANN) is None


async def test_snapshots_are_one_a_month(store: Store) -> None:  # noqa: F811
    for month, n in (("2026-10", 7), ("2026-09", 5), ("2026-10", 8)):
        await store.snapshots.put(ANN, month, {"n_likes": n, "medians": {"energy": 0.5}}, NOON)
    found = await store.snapshots.of(ANN)
    assert [(month, one["n_likes"]) for month, one in found.items()] == [("2026-09", 5), ("2026-10", 8)]
    assert await store.snapshots.of(BEN) == {}


async def test_a_deleted_person_leaves_nothing_behind(store: Store) -> None:  # noqa: F811
    for person in (ANN, BEN):
        await subscribe(store, person)
        await store.subscriptions.add_token(person, person.bytes, NOON)
        await store.snapshots.put(person, MONTH, {"n_likes": 5}, NOON)
    claim = await claimed(store)
    await store.people.apply([deleted(1, ANN)], 1)
    await store.mails.finish(claim, MailState.SENT, None, NOON)
    assert await store.subscriptions.of(ANN) is None
    assert await store.mails.of(ANN, MONTH) is None
    assert await store.snapshots.of(ANN) == {}
    assert not await store.subscriptions.unsubscribe(ANN.bytes)
    for late in (
        store.mails.claim(ANN, MONTH, NOON),
        store.subscriptions.add_token(ANN, b"3" * 32, NOON),
        store.snapshots.put(ANN, MONTH, {}, NOON),
        subscribe(store, ANN),
    ):
        with pytest.raises(Unauthorized):
            await late
    assert await store.subscriptions.of(BEN)
    assert await store.snapshots.of(BEN)
