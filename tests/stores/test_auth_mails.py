"""Conformance tests of auth's queue of mails and of mailed tokens, on SQLite and, where available, PostgreSQL."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from services.auth.mail_types import MailType
from services.auth.problems import EmailTaken
from services.auth.store import Store
from services.auth.store.rows import MailRow
from services.auth.store.schema import mailed_tokens
from tests.stores.test_auth_store import LATER, NOW, add, database_url, other, session, store  # noqa: F401

pytestmark = pytest.mark.anyio
ANN, NEW = "ann@example.org", "new@example.org"
DIGEST, OTHER = b"digest", b"other digest"


def mail(
    kind: MailType = MailType.RESET, email: str = ANN, person: UUID | None = None, at: float = NOW, due_at: float = NOW
) -> MailRow:
    return MailRow(uuid7(), kind, person, email, email, at, LATER, due_at)


async def test_a_mail_is_claimed_by_one_and_due_again_after_its_lease(store: Store, other: Store) -> None:  # noqa: F811
    first = mail()
    assert await store.mails.add(first, 10)
    claimed = await asyncio.gather(store.mails.claim(NOW, NOW + 60), other.mails.claim(NOW, NOW + 60))
    assert sorted(one is not None for one in claimed) == [False, True]
    assert next(one for one in claimed if one) == replace(first, due_at=NOW + 60, tries=1)
    assert await store.mails.claim(NOW + 59, NOW + 120) is None
    again = await store.mails.claim(NOW + 60, NOW + 120)
    assert again is not None
    assert again.tries == 2


async def test_mails_are_claimed_in_the_order_in_which_they_are_due(store: Store) -> None:  # noqa: F811
    later, sooner = mail(due_at=NOW - 1), mail(due_at=NOW - 2)
    for one in (later, sooner):
        await store.mails.add(one, 10)
    claimed = [await store.mails.claim(NOW, NOW + 60) for _ in range(3)]
    assert [one and one.id for one in claimed] == [sooner.id, later.id, None]


async def test_a_mail_that_failed_is_due_when_it_was_put_off_to_and_a_removed_one_never(store: Store) -> None:  # noqa: F811
    failed, sent = mail(), mail()
    for one in (failed, sent):
        await store.mails.add(one, 10)
        await store.mails.claim(NOW, NOW + 60)
    await store.mails.again(failed.id, NOW + 5)
    await store.mails.remove(sent.id)
    found = await store.mails.claim(NOW + 100, NOW + 200)
    assert found is not None
    assert found.id == failed.id
    assert await store.mails.claim(NOW + 100, NOW + 200) is None


async def test_the_queue_is_bounded(store: Store) -> None:  # noqa: F811
    assert [await store.mails.add(mail(), 2) for _ in range(3)] == [True, True, False]


async def test_a_deleted_account_takes_its_mails_and_tokens_along(store: Store) -> None:  # noqa: F811
    ann, _ = await add(store)
    await add(store, "ben@example.org")
    await store.mailed_tokens.issue(mail(), DIGEST)
    for one in (mail(), mail(MailType.NOTICE, person=ann.id), mail(email="ben@example.org")):
        await store.mails.add(one, 10)
    assert await store.people.delete(ann, b"digest")
    left = [await store.mails.claim(NOW, NOW + 60) for _ in range(2)]
    assert [one and one.email for one in left] == ["ben@example.org", None]
    assert await store.mailed_tokens.account_to_reset(DIGEST, NOW) is None


async def test_a_reset_token_is_issued_to_the_stored_address_only(store: Store) -> None:  # noqa: F811
    ann, _ = await add(store)
    assert await store.mailed_tokens.issue(mail(email="nobody@example.org"), OTHER) is None
    assert await store.mailed_tokens.issue(mail(), DIGEST) == ann.email
    assert await store.mailed_tokens.account_to_reset(DIGEST, NOW) == ann
    assert await store.mailed_tokens.account_to_reset(DIGEST, LATER) is None
    assert await store.mailed_tokens.account_to_reset(OTHER, NOW) is None


async def test_the_token_of_the_newer_mail_holds_in_whatever_order_they_are_sent(store: Store) -> None:  # noqa: F811
    ann, _ = await add(store)
    older, newer = mail(), mail(at=NOW + 1)
    assert await store.mailed_tokens.issue(newer, OTHER) == ann.email
    assert await store.mailed_tokens.issue(older, DIGEST) is None
    assert await store.mailed_tokens.issue(newer, OTHER) == ann.email
    assert await store.mailed_tokens.account_to_reset(DIGEST, NOW) is None
    assert await store.mailed_tokens.account_to_reset(OTHER, NOW) == ann


async def test_a_used_token_stays_used(store: Store, other: Store) -> None:  # noqa: F811
    ann, _ = await add(store)
    one = mail()
    await store.mailed_tokens.issue(one, DIGEST)
    starts = [session(ann.id, name, NOW + 1) for name in (b"one", b"two")]
    done = await asyncio.gather(
        store.sessions.begin_anew(ann, starts[0], "hash 2", reset_token=DIGEST),
        other.sessions.begin_anew(ann, starts[1], "hash 3", reset_token=DIGEST),
    )
    assert sorted(done, key=str) == [0, None]
    assert await store.mailed_tokens.issue(one, DIGEST) is None
    found = await store.people.by_email(ANN)
    assert found is not None
    assert found.verified_at == NOW + 1
    assert await store.sessions.begin_anew(found, session(ann.id, b"three"), "hash 4", reset_token=DIGEST) is None
    assert len(await store.sessions.of(ann.id, NOW)) == 1


async def test_a_new_password_ends_tokens_and_drops_links_but_no_notice(store: Store) -> None:  # noqa: F811
    ann, _ = await add(store)
    await store.mailed_tokens.issue(mail(MailType.CHANGE, NEW, ann.id), DIGEST)
    notice = mail(MailType.NOTICE, person=ann.id)
    for one in (mail(), mail(MailType.CHANGE, NEW, ann.id), notice):
        await store.mails.add(one, 10)
    assert await store.sessions.begin_anew(ann, session(ann.id, b"new"), "hash 2") == 0
    assert await store.mailed_tokens.verify(DIGEST, NOW) is None
    left = [await store.mails.claim(NOW, NOW + 60) for _ in range(2)]
    assert [one and one.id for one in left] == [notice.id, None]


async def test_an_address_is_changed_once_and_ends_the_other_tokens(store: Store) -> None:  # noqa: F811
    ann, _ = await add(store)
    await store.mailed_tokens.issue(mail(), OTHER)
    assert await store.mailed_tokens.issue(mail(MailType.CHANGE, NEW, ann.id), DIGEST) == NEW
    done = await store.mailed_tokens.verify(DIGEST, NOW)
    assert done == (ann.id, NEW)
    assert await store.mailed_tokens.verify(DIGEST, NOW) is None
    assert await store.mailed_tokens.account_to_reset(OTHER, NOW) is None
    found = await store.people.by_email(NEW)
    assert found is not None
    assert (found.id, found.verified_at) == (ann.id, NOW)
    assert await store.people.by_email(ANN) is None


async def test_an_address_that_another_account_has_is_not_taken(store: Store) -> None:  # noqa: F811
    ann, _ = await add(store)
    assert await store.mailed_tokens.issue(mail(MailType.CHANGE, NEW, ann.id), DIGEST) == NEW
    await add(store, NEW)
    assert await store.mailed_tokens.issue(mail(MailType.CHANGE, NEW, ann.id, at=NOW + 1), OTHER) is None
    with pytest.raises(EmailTaken):
        await store.mailed_tokens.verify(DIGEST, NOW)
    assert await store.people.by_email(ANN) == ann


async def test_a_verification_is_for_the_present_address_that_is_not_verified(store: Store) -> None:  # noqa: F811
    ann, _ = await add(store)
    assert await store.mailed_tokens.issue(mail(MailType.VERIFY, "other@example.org", ann.id), OTHER) is None
    assert await store.mailed_tokens.issue(mail(MailType.VERIFY, person=ann.id), DIGEST) == ann.email
    assert await store.mailed_tokens.verify(DIGEST, LATER) is None
    assert await store.mailed_tokens.verify(DIGEST, NOW) == (ann.id, ann.email)
    assert await store.mailed_tokens.issue(mail(MailType.VERIFY, person=ann.id, at=NOW + 1), OTHER) is None


async def test_expired_tokens_are_deleted_by_the_next_one(store: Store) -> None:  # noqa: F811
    await add(store)
    await add(store, "ben@example.org")
    await store.mailed_tokens.issue(mail(), DIGEST)
    await store.mailed_tokens.issue(mail(email="ben@example.org", at=LATER), OTHER)
    assert await store.mailed_tokens.account_to_reset(DIGEST, NOW) is None


async def test_expired_tokens_are_purged_when_another_is_issued(store: Store) -> None:  # noqa: F811
    for number, email in enumerate((ANN, "ben@example.org")):
        await add(store, email)
        await store.mailed_tokens.issue(replace(mail(email=email), expires_at=NOW + 1), b"old %d" % number)
    assert await store.mailed_tokens.issue(mail(at=NOW + 2), DIGEST)
    async with store._database.read() as connection:
        assert (await connection.execute(sa.select(mailed_tokens.c.digest))).scalars().all() == [DIGEST]


async def test_a_purge_waits_for_no_row_that_another_transaction_holds(auth_postgres: str) -> None:
    """Two transactions, each of which replaces a token that the other purges, would wait for each other."""
    first, second = Store(auth_postgres), Store(auth_postgres)
    await first.migrate()
    for number, email in enumerate((ANN, "ben@example.org")):
        await add(first, email)
        await first.mailed_tokens.issue(replace(mail(email=email), expires_at=NOW + 1), b"old %d" % number)
    held = sa.select(mailed_tokens.c.digest).where(mailed_tokens.c.digest == b"old 1").with_for_update()
    async with second._database.write() as connection:
        await connection.execute(held)
        async with asyncio.timeout(10):
            assert await first.mailed_tokens.issue(mail(at=NOW + 2), DIGEST)
    await first.close()
    await second.close()
