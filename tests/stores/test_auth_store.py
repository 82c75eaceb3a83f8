"""Conformance tests of auth's store on SQLite and, where available, PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from uuid_utils.compat import uuid7

from services.auth.key_schedule import SigningKey
from services.auth.problems import EmailTaken
from services.auth.store import Store
from services.auth.store.api_keys import ApiKeyRow
from services.auth.store.keys import KeyChange
from services.auth.store.password_attempts import PasswordAttempts
from services.auth.store.rows import Account, SessionRow
from services.auth.throttle import WINDOW_S, Counter
from services.auth.token_secrets import Digests

pytestmark = pytest.mark.anyio
GRACE_S = 10.0
NOW, LATER = 1_000_000.5, 1_000_900.25


def account(email: str = "ann@example.org") -> Account:
    return Account(uuid7(), "Ann", email.title(), email, "hash 1", NOW)


def session(person: UUID, name: bytes = b"family", at: float = NOW, until: float = LATER) -> SessionRow:
    return SessionRow(uuid7(), person, name, name + b" token", at, at, until)


def key(person: UUID, at: float = NOW) -> ApiKeyRow:
    return ApiKeyRow(uuid7(), person, "a key", "catalog:read report:read", "segue_abcd", at)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new folder/auth.db"
    url: str = request.getfixturevalue("auth_postgres")
    return url


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    store = Store(database_url)
    await store.migrate()
    yield store
    await store.close()


@pytest.fixture
async def other(database_url: str, store: Store) -> AsyncIterator[Store]:
    """The same database, opened by another process."""
    other = Store(database_url)
    yield other
    await other.close()


async def add(store: Store, email: str = "ann@example.org") -> tuple[Account, SessionRow]:
    person = account(email)
    first = session(person.id, email.encode())
    await store.people.add(person, first)
    return person, first


def counter(key: bytes, account: bytes | None = None, allowed: int = 100) -> Counter:
    return Counter(key, account, allowed)


async def count(store: Store, key: bytes, account: bytes | None = None, now: float = NOW) -> PasswordAttempts:
    (counted,) = await store.tries.count([counter(key, account)], now)
    return counted


def used(row: SessionRow) -> Digests:
    return Digests(row.family, row.token)


async def test_an_account_is_read_back_unchanged(store: Store) -> None:
    ann, first = await add(store)
    assert await store.people.by_email("ann@example.org") == ann
    assert await store.people.by_email("ben@example.org") is None
    assert await store.sessions.of(ann.id, NOW) == [first]
    assert await store.sessions.account(ann.id, first.id, NOW) == ann


async def test_concurrent_signups_with_one_address_add_one_account(store: Store) -> None:
    await add(store)
    second = account()
    with pytest.raises(EmailTaken):
        await store.people.add(second, session(second.id, b"other"))
    assert await store.sessions.of(second.id, NOW) == []


async def test_a_change_needs_the_password_hash_that_was_verified(store: Store) -> None:
    ann, _ = await add(store)
    assert await store.people.change(ann, name="Anna")
    stale = replace(ann, password_hash="hash 0")
    assert not await store.people.change(stale, name="Somebody")
    assert not await store.people.delete(stale, b"digest")
    assert not await store.sessions.begin(stale, session(ann.id, b"other"), 50, None)
    assert not await store.sessions.begin_anew(stale, session(ann.id, b"other"), "hash 2")
    found = await store.people.by_email("ann@example.org")
    assert found is not None
    assert (found.name, found.password_hash) == ("Anna", "hash 1")


async def test_a_change_to_a_taken_address_changes_nothing(store: Store) -> None:
    await add(store, "ben@example.org")
    ann, _ = await add(store)
    with pytest.raises(EmailTaken):
        await store.people.change(ann, name="Anna", email_key="ben@example.org")
    assert await store.people.by_email("ann@example.org") == ann


async def test_deleting_an_account_deletes_its_rows_only(store: Store) -> None:
    (ann, _), (ben, of_ben) = await add(store), await add(store, "ben@example.org")
    for person in (ann, ben):
        assert await store.api_keys.add(key(person.id), person.id.bytes, 20)
        await count(store, person.id.bytes, person.email_key.encode())
    assert await store.people.delete(ann, ann.email_key.encode())
    assert await store.people.by_email("ann@example.org") is None
    assert await store.sessions.of(ann.id, NOW) == []
    assert await store.api_keys.by_digest(ann.id.bytes) is None
    assert await count(store, ann.id.bytes) == PasswordAttempts(1, NOW)
    assert [(event.kind.value, event.subject) for event in (await store.events(0)).items] == [
        ("person_deleted", ann.id)
    ]
    assert await store.sessions.of(ben.id, NOW) == [of_ben]
    assert await store.api_keys.by_digest(ben.id.bytes) is not None
    assert await count(store, ben.id.bytes) == PasswordAttempts(2, NOW)
    assert not await store.people.delete(ann, b"")
    assert len((await store.events(0)).items) == 1


async def test_a_refresh_replaces_the_token_of_the_session(store: Store) -> None:
    ann, first = await add(store)
    moved = await store.sessions.refresh(used(first), b"second", NOW + 1, LATER + 1, GRACE_S)
    assert moved == (first.id, ann)
    (row,) = await store.sessions.of(ann.id, NOW)
    assert row == replace(first, token=b"second", previous=first.token, last_used_at=NOW + 1, expires_at=LATER + 1)


async def test_a_used_token_ends_the_session_and_an_unknown_family_none(store: Store) -> None:
    ann, first = await add(store)
    await store.sessions.refresh(used(first), b"second", NOW, LATER, GRACE_S)
    assert await store.sessions.refresh(Digests(b"unknown", first.token), b"x", NOW, LATER, GRACE_S) is None
    assert len(await store.sessions.of(ann.id, NOW)) == 1
    assert await store.sessions.refresh(used(first), b"third", NOW, LATER, GRACE_S) == (first.id, None)
    assert await store.sessions.of(ann.id, NOW) == []
    assert await store.sessions.refresh(Digests(first.family, b"second"), b"third", NOW, LATER, GRACE_S) is None


async def test_concurrent_refreshes_in_two_processes_give_the_same_result(store: Store, other: Store) -> None:
    ann, first = await add(store)
    both = [store.sessions, other.sessions] * 4
    moved = await asyncio.gather(*(table.refresh(used(first), b"second", NOW, LATER, GRACE_S) for table in both))
    assert moved == [(first.id, ann)] * 8
    assert [row.token for row in await store.sessions.of(ann.id, NOW)] == [b"second"]


async def test_refreshes_with_different_successors_end_the_session(store: Store, other: Store) -> None:
    ann, first = await add(store)
    both = [store.sessions, other.sessions] * 4
    moved = await asyncio.gather(
        *(table.refresh(used(first), b"following %d" % n, NOW, LATER, GRACE_S) for n, table in enumerate(both))
    )
    assert [found.account for found in moved if found and found.account] == [ann]
    assert await store.sessions.of(ann.id, NOW) == []


async def test_a_used_token_is_accepted_during_its_grace_period(store: Store) -> None:
    ann, first = await add(store)
    await store.sessions.refresh(used(first), b"second", NOW, LATER, GRACE_S)
    later = await store.sessions.refresh(used(first), b"second", NOW + GRACE_S - 1, LATER, GRACE_S)
    assert later == (first.id, ann)
    assert await store.sessions.refresh(used(first), b"second", NOW + GRACE_S, LATER, GRACE_S) == (first.id, None)
    assert await store.sessions.of(ann.id, NOW) == []


async def test_an_expired_session_is_not_found(store: Store) -> None:
    ann, first = await add(store)
    assert await store.sessions.account(ann.id, first.id, LATER) is None
    assert await store.sessions.of(ann.id, LATER) == []
    assert (await store.sessions.refresh(used(first), b"x", LATER, LATER + 1, GRACE_S)) == (first.id, None)


async def test_a_new_session_ends_the_least_recent_and_purges_expired_ones(store: Store) -> None:
    ann, first = await add(store)
    _, of_ben = await add(store, "ben@example.org")
    for n in range(3):
        assert await store.sessions.begin(ann, session(ann.id, b"%d" % n, NOW + n + 1, LATER + 9), 3, None)
    names = [row.family for row in await store.sessions.of(ann.id, NOW)]
    assert names == [b"2", b"1", b"0"]
    assert await store.sessions.account(of_ben.person_id, of_ben.id, NOW) is not None
    assert await store.sessions.begin(ann, session(ann.id, b"late", LATER, LATER + 9), 3, "hash 2")
    assert await store.sessions.account(of_ben.person_id, of_ben.id, NOW) is None
    assert first.family not in names
    renewed = await store.people.by_email("ann@example.org")
    assert renewed is not None
    assert renewed.password_hash == "hash 2"


async def test_concurrent_logins_respect_the_session_limit(store: Store, other: Store) -> None:
    ann, _ = await add(store)
    both = [store.sessions, other.sessions] * 4
    await asyncio.gather(
        *(table.begin(ann, session(ann.id, b"%d" % n, NOW + n), 3, None) for n, table in enumerate(both))
    )
    assert len(await store.sessions.of(ann.id, NOW)) == 3


async def test_a_session_is_ended_by_its_person_or_its_family(store: Store) -> None:
    (ann, first), (ben, _) = await add(store), await add(store, "ben@example.org")
    assert not await store.sessions.end(ben.id, first.id)
    assert await store.sessions.end(ann.id, first.id)
    assert not await store.sessions.end(ann.id, first.id)
    await store.sessions.end_family(b"unknown")
    assert len(await store.sessions.of(ben.id, NOW)) == 1
    await store.sessions.end_family(b"ben@example.org")
    assert await store.sessions.of(ben.id, NOW) == []


async def test_another_password_leaves_the_new_session_only(store: Store) -> None:
    ann, _ = await add(store)
    fresh = session(ann.id, b"fresh")
    assert await store.sessions.begin_anew(ann, fresh, "hash 2") == 0
    assert await store.sessions.of(ann.id, NOW) == [fresh]
    assert await store.sessions.begin_anew(ann, session(ann.id, b"again"), "hash 3") is None


async def test_another_password_revokes_the_persons_keys_unless_they_are_kept(store: Store) -> None:
    (ann, _), (ben, _) = await add(store), await add(store, "ben@example.org")
    for person in (ann, ben):
        assert await store.api_keys.add(key(person.id), person.id.bytes, 20)
    kept = await store.sessions.begin_anew(ann, session(ann.id, b"1"), "hash 2", keep_api_keys=True)
    assert (kept, len(await store.api_keys.of(ann.id))) == (0, 1)
    changed = replace(ann, password_hash="hash 2")
    assert await store.sessions.begin_anew(changed, session(ann.id, b"2"), "hash 3") == 1
    assert await store.api_keys.of(ann.id) == []
    assert len(await store.api_keys.of(ben.id)) == 1


async def test_keys_are_listed_newest_first_without_their_digest(store: Store) -> None:
    ann, _ = await add(store)
    older, newer = key(ann.id), key(ann.id, NOW + 1)
    for made in (older, newer):
        assert await store.api_keys.add(made, made.id.bytes, 20)
    assert await store.api_keys.of(ann.id) == [newer, older]
    assert await store.api_keys.by_digest(older.id.bytes) == older
    await store.api_keys.used(older.id, LATER)
    assert await store.api_keys.by_digest(older.id.bytes) == replace(older, last_used_at=LATER)
    assert not await store.api_keys.remove(uuid4(), older.id)
    assert await store.api_keys.remove(ann.id, older.id)
    assert await store.api_keys.by_digest(older.id.bytes) is None


async def test_concurrent_key_creation_respects_the_limit(store: Store, other: Store) -> None:
    ann, _ = await add(store)
    made = [key(ann.id) for _ in range(8)]
    both = [store.api_keys, other.api_keys] * 4
    added = await asyncio.gather(*(table.add(one, one.id.bytes, 3) for table, one in zip(both, made, strict=True)))
    assert sum(added) == len(await store.api_keys.of(ann.id)) == 3
    assert not await store.api_keys.add(key(uuid4()), b"digest", 3)


async def test_concurrent_attempts_get_distinct_counts(store: Store, other: Store) -> None:
    counted = await asyncio.gather(*(count(one, b"key", b"ann") for one in [store, other] * 5))
    assert sorted(one.tries for one in counted) == list(range(1, 11))
    assert {one.since for one in counted} == {NOW}


async def test_concurrent_counters_do_not_deadlock(store: Store, other: Store) -> None:
    shared = counter(b"address")
    for n, one in enumerate([store, other]):
        await one.tries.count([counter(b"old %d" % n), counter(b"old address %d" % n)], NOW - 2 * WINDOW_S)

    async def churn(table: Store, n: int) -> None:
        mine = counter(b"%d" % n)
        await table.tries.count([mine, shared], NOW)
        await table.tries.take_back([mine, shared])
        await table.tries.count([mine, shared], NOW)
        await table.tries.forgive(mine, shared)

    await asyncio.gather(*(churn(table, n % 3) for n, table in enumerate([store, other] * 6)))
    assert await count(store, b"address") == PasswordAttempts(1, NOW)


async def test_counting_stops_at_the_first_exceeded_counter(store: Store) -> None:
    both = [counter(b"one", allowed=1), counter(b"other")]
    assert await store.tries.count(both, NOW) == [PasswordAttempts(1, NOW), PasswordAttempts(1, NOW)]
    assert await store.tries.count(both, NOW) == [PasswordAttempts(2, NOW)]
    assert await count(store, b"other") == PasswordAttempts(2, NOW)


async def test_a_counter_restarts_after_its_window(store: Store) -> None:
    await count(store, b"key")
    assert await count(store, b"key", now=NOW + WINDOW_S - 1) == PasswordAttempts(2, NOW)
    assert await count(store, b"key", now=NOW + WINDOW_S) == PasswordAttempts(1, NOW + WINDOW_S)


async def test_taking_back_an_attempt_does_not_go_below_zero(store: Store) -> None:
    for _ in range(2):
        await count(store, b"one")
    await count(store, b"other")
    for _ in range(2):
        await store.tries.take_back([counter(b"one"), counter(b"other"), counter(b"unknown")])
    assert await count(store, b"one") == await count(store, b"other") == PasswordAttempts(1, NOW)


async def test_a_right_password_deletes_one_counter_and_decrements_the_other(store: Store) -> None:
    for _ in range(3):
        await store.tries.count([counter(b"one"), counter(b"other")], NOW)
    await store.tries.forgive(counter(b"one"), counter(b"other"))
    assert await count(store, b"one", now=NOW + 5) == PasswordAttempts(1, NOW + 5)
    assert await count(store, b"other", now=NOW + 5) == PasswordAttempts(3, NOW)


async def test_keys_are_changed_by_one_process_at_a_time(store: Store, other: Store) -> None:
    def first_only(keys: object) -> KeyChange:
        return KeyChange([] if keys else [SigningKey(uuid4().hex, b"public", b"sealed", NOW)], [])

    found = await asyncio.gather(*(table.change(first_only) for table in [store.keys, other.keys] * 3))
    assert len({tuple(keys) for keys in found}) == 1
    assert len(await store.keys.all()) == 1


async def test_keys_are_added_and_removed_in_one_step(store: Store) -> None:
    older, newer = SigningKey("a", b"1", b"2", NOW), SigningKey("b", b"3", b"4", LATER)
    assert await store.keys.change(lambda _: KeyChange([newer, older], [])) == [older, newer]
    assert await store.keys.change(lambda _: KeyChange([], ["a", "unknown"])) == [newer]


async def test_migrations_are_idempotent_and_safe_concurrently(store: Store, other: Store) -> None:
    ann, _ = await add(store)
    await asyncio.gather(store.migrate(), other.migrate())
    assert await store.people.by_email("ann@example.org") == ann
    assert await store.ping() == "ok"
