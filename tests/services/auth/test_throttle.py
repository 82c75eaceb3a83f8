"""Tests of throttling failed password attempts per account and address."""

import anyio
import pytest

from services.auth import throttle
from tests.services.auth.conftest import PASSWORD, Service

pytestmark = pytest.mark.anyio
WRONG = "wrong password"


@pytest.mark.parametrize(
    ("tries", "age_s", "expected"),
    [(1, 0.0, 0), (10, 0.0, 0), (11, 0.0, 901), (11, 600.0, 301), (500, 899.5, 1), (11, 900.0, 1)],
)
def test_the_wait_lasts_until_the_window_ends(tries: int, age_s: float, expected: int) -> None:
    assert throttle.wait_s(tries, 1000.0, throttle.OF_ACCOUNT, 1000.0 + age_s) == expected


def test_addresses_of_one_ipv6_network_share_the_counts_of_tries() -> None:
    one, other = (throttle.counters("ann@example.org", address) for address in ("2001:db8::1", "2001:db8::ffff"))
    assert one == other
    assert one != throttle.counters("ann@example.org", "2001:db8:0:1::1")


def test_attempt_counters_store_digests_only() -> None:
    for counter in throttle.counters("ann@example.org", "203.0.113.7"):
        assert b"ann" not in counter.key + (counter.account or b"")
        assert len(counter.key) == 32


async def test_after_ten_failures_only_that_address_is_throttled(service: Service) -> None:
    await service.sign_up()
    for _ in range(10):
        assert (await service.log_in(WRONG)).status_code == 401
    compared = service.hasher.verified
    refused = await service.log_in(PASSWORD)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(refused.headers["retry-after"]) <= 901
    assert service.hasher.verified == compared
    assert (await service.log_in(PASSWORD, address="198.51.100.9")).status_code == 200
    assert (await service.log_in(PASSWORD)).status_code == 429
    service.clock.now += int(refused.headers["retry-after"])
    assert (await service.log_in(PASSWORD)).status_code == 200


async def test_an_unknown_email_is_throttled_like_a_known_one(service: Service) -> None:
    statuses = [(await service.log_in(WRONG, "nobody@example.org")).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]


async def test_a_right_password_resets_the_account_counter(service: Service) -> None:
    await service.sign_up()
    for _ in range(3):
        for _ in range(9):
            assert (await service.log_in(WRONG)).status_code == 401
        assert (await service.log_in()).status_code == 200


async def test_concurrent_guesses_are_limited_like_sequential_ones(service: Service) -> None:
    await service.sign_up()
    codes: list[int] = []

    async def guess() -> None:
        codes.append((await service.log_in(WRONG)).status_code)

    async with anyio.create_task_group() as group:
        for _ in range(15):
            group.start_soon(guess)
    assert sorted(codes) == [401] * 10 + [429] * 5


async def test_two_processes_share_the_attempt_counters(two: tuple[Service, Service]) -> None:
    one, other = two
    await one.sign_up()
    for _ in range(5):
        assert (await one.log_in(WRONG)).status_code == 401
        assert (await other.log_in(WRONG)).status_code == 401
    assert [(await each.log_in()).status_code for each in two] == [429, 429]


async def test_password_spraying_is_throttled(service: Service) -> None:
    await service.sign_up()
    codes = [(await service.log_in(WRONG, f"{n}@example.org")).status_code for n in range(throttle.OF_ADDRESS)]
    assert set(codes) == {401}
    assert (await service.log_in()).status_code == 429
    assert (await service.log_in(address="198.51.100.9")).status_code == 200


async def test_right_passwords_from_one_address_are_not_throttled(service: Service) -> None:
    await service.sign_up()
    for _ in range(throttle.OF_ADDRESS + 5):
        assert (await service.log_in()).status_code == 200


async def test_password_checks_with_an_access_token_are_throttled_too(service: Service) -> None:
    ann = await service.sign_up()
    queried = [
        ("PUT", "/v1/me/password", {"old_password": WRONG, "new_password": "another password"}),
        ("DELETE", "/v1/me", {"password": WRONG}),
        ("PATCH", "/v1/me", {"email": "new@example.org", "password": WRONG}),
    ]
    codes = [(await ann.request(*queried[n % 3])).status_code for n in range(11)]
    assert codes == [401] * 10 + [429]


async def test_counts_whose_window_is_over_are_deleted(service: Service) -> None:
    tries = service.app.state.store.tries
    begun, counters = service.clock.now, throttle.counters("old@example.org", "203.0.113.7")[:1]
    for _ in range(3):
        await tries.count(counters, begun)
    service.clock.now += throttle.WINDOW_S + 1
    await service.log_in(WRONG, "new@example.org")
    assert (await tries.count(counters, begun))[0].tries == 1
