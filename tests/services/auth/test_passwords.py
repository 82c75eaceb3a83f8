"""Tests of password hashing: parameters, concurrency, normalisation."""

import threading

import anyio
import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from kit.errors import Malformed, Overloaded
from services.auth.passwords import OWASP, Passwords
from tests.services.auth.conftest import PASSWORD, Hasher, Settings, running

pytestmark = pytest.mark.anyio


class Slow(Hasher):
    """Hashes only when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()
        self.may.set()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        assert self.may.wait(20)
        return super().hash(password, salt=salt)


class Credulous(Hasher):
    """Finds every password right."""

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        return True


@pytest.mark.must("S0-39")
def test_argon2_parameters_are_owasps_first_recommendation() -> None:
    reported = extract_parameters(OWASP.hash("password"))
    assert (reported.type, reported.memory_cost, reported.time_cost, reported.parallelism) == (Type.ID, 19456, 2, 1)


@pytest.mark.must("S0-39")
async def test_a_password_verifies_against_its_own_hash_only() -> None:
    passwords = Passwords(2, 4, Hasher())
    known = await passwords.hash("one password")
    assert known != await passwords.hash("one password")
    assert (await passwords.check("one password", known)).right
    assert not (await passwords.check("another password", known)).right
    passwords.close()


async def test_passwords_are_unicode_normalised() -> None:
    passwords = Passwords(1, 4, Hasher())
    assert (await passwords.check("cafe\u0301 123", await passwords.hash("caf\u00e9 123"))).right
    with pytest.raises(Malformed):
        await passwords.hash("\ud800 is half a character")
    passwords.close()


async def test_without_an_account_no_password_is_right() -> None:
    passwords = Passwords(1, 4, Credulous())
    assert not (await passwords.check("anything", None)).right
    passwords.close()


async def test_a_full_hashing_queue_is_503_with_retry_after() -> None:
    hasher = Slow()
    passwords = Passwords(1, 2, hasher)
    hasher.may.clear()
    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(passwords.hash, PASSWORD)
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(Overloaded) as refused:
            await passwords.hash(PASSWORD)
        assert refused.value.extra["retry_after_s"] > 0
        hasher.may.set()
    assert await passwords.hash(PASSWORD)
    passwords.close()


async def test_an_overloaded_login_is_not_counted_as_an_attempt(settings: Settings) -> None:
    hasher = Slow()
    crowded = settings.model_copy(update={"hash_threads": 1, "hash_waiting": 0})
    async with running(crowded, hasher=hasher) as service:
        await service.sign_up()
        hasher.may.clear()
        async with anyio.create_task_group() as group:
            group.start_soon(service.sign_up, "ben@example.org")
            await anyio.wait_all_tasks_blocked()
            for _ in range(12):
                answer = await service.log_in()
                assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
                assert answer.headers["retry-after"] == "1"
            hasher.may.set()
        assert (await service.log_in()).status_code == 200


async def test_a_hash_with_outdated_parameters_is_renewed_at_login(settings: Settings) -> None:
    async with running(settings, hasher=Hasher(memory_cost=8)) as service:
        await service.sign_up()
    newer = Hasher(memory_cost=16)
    async with running(settings, hasher=newer) as service:
        people = service.app.state.store.people
        assert (await service.log_in("wrong password")).status_code == 401
        assert extract_parameters((await people.by_email("ann@example.org")).password_hash).memory_cost == 8
        assert (await service.log_in()).status_code == 200
        assert extract_parameters((await people.by_email("ann@example.org")).password_hash).memory_cost == 16
        hashed = newer.hashed
        assert (await service.log_in()).status_code == 200
        assert newer.hashed == hashed
