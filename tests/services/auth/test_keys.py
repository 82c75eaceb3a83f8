"""Tests of signing keys: scheduled and emergency rotation, encryption."""

import time
from typing import Any

import anyio
import jwt
import pytest

from kit.errors import Unauthorized
from kit.tokens import LIFETIME_S, Jwks, Verifier
from services.auth.key_encryption import KeyEncryption, WrongSecret
from services.auth.key_schedule import DAY_S, LEAD_S, LINGER_S, SigningKey, next_from, outlived, signing
from services.auth.keyring import READ_S
from services.auth.rotate import rotate
from services.auth.settings import SecretNotSet, Settings
from tests.services.auth.conftest import SECRET, Clock, Service, Somebody, running

pytestmark = pytest.mark.anyio
MONTH_S = 30 * DAY_S
HOUR_S = 3600.0


def keys(*signs_from: float) -> list[SigningKey]:
    return [SigningKey(f"key {moment:g}", b"", b"", moment) for moment in signs_from]


@pytest.mark.parametrize(
    ("begins", "now", "expected"),
    [
        ((), 5.0, 5.0),
        ((0.0,), 1.0, None),
        ((0.0,), -1.0, None),
        ((0.0,), MONTH_S - LEAD_S - 1, None),
        ((0.0,), MONTH_S - LEAD_S, MONTH_S),
        ((0.0,), MONTH_S - 60, MONTH_S - 60 + LEAD_S),
        ((0.0,), 3 * MONTH_S, 3 * MONTH_S + LEAD_S),
        ((0.0, MONTH_S), MONTH_S - 60, None),
        ((0.0, MONTH_S), MONTH_S + 60, None),
    ],
)
def test_the_next_key_is_published_before_it_signs(
    begins: tuple[float, ...], now: float, expected: float | None
) -> None:
    assert next_from(keys(*begins), now, MONTH_S) == expected
    assert LEAD_S >= HOUR_S


def test_the_newest_started_key_signs() -> None:
    both = keys(0.0, 100.0)
    moments = (-1.0, 0.0, 99.0, 100.0, 500.0)
    assert [signing(both, now).signs_from for now in moments] == [0.0, 0.0, 0.0, 100.0, 100.0]


@pytest.mark.parametrize(
    ("now", "expected"),
    [(99.0, []), (100.0, []), (100.0 + LIFETIME_S, []), (100.0 + LINGER_S, ["key 0"]), (1e9, ["key 0"])],
)
def test_a_key_stays_until_its_last_token_has_expired(now: float, expected: list[str]) -> None:
    assert outlived(keys(0.0, 100.0), now) == expected
    assert LINGER_S > LIFETIME_S


def key_id(session: dict[str, Any]) -> str:
    return str(jwt.get_unverified_header(session["access_token"])["kid"])


async def published(service: Service) -> list[str]:
    answer = await service.client.get("/.well-known/jwks.json")
    assert answer.headers["cache-control"] == "public, max-age=60"
    return [key["kid"] for key in answer.json()["keys"]]


class Elsewhere:
    """Another service: its verifier, and a clock that decides when it asks for the keys again."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.now = time.time()
        self.queried = 0
        self.verifier = Verifier(self.fetch, lambda: self.now)

    async def fetch(self) -> Jwks:
        self.queried += 1
        document: Jwks = (await self.service.client.get("/.well-known/jwks.json")).json()
        return document

    async def believes(self, token: str) -> None:
        """Returns never: goes on for as long as the token is accepted."""
        with anyio.fail_after(20):
            while True:
                await self.verifier.verify(token)
                await anyio.sleep(0.01)


async def test_the_published_keys_hold_no_private_part(service: Service) -> None:
    (key,) = (await service.client.get("/.well-known/jwks.json")).json()["keys"]
    assert sorted(key) == ["alg", "crv", "kid", "kty", "use", "x"]


async def test_verifiers_know_every_key_over_a_month_of_rotations(settings: Settings) -> None:
    clock = Clock()
    turn = clock.now
    clock.now -= MONTH_S
    async with running(settings, clock) as service:
        await service.sign_up()
        (first,) = await published(service)
        clock.now = turn - LEAD_S - 60
        assert await published(service) == [first]
        clock.now = turn - LEAD_S + 60
        assert (await published(service))[0] == first
        clock.now = turn - HOUR_S
        elsewhere = Elsewhere(service)
        with pytest.raises(Unauthorized):
            await elsewhere.verifier.verify("any token makes it ask for the keys")
        clock.now = turn + 50
        last = (await service.signed_in()).session
        assert key_id(last) == first
        await elsewhere.verifier.verify(last["access_token"])
        clock.now = turn + 70
        following = (await service.signed_in()).session
        assert key_id(following) == (await published(service))[1] != first
        for session in (following, last):
            await elsewhere.verifier.verify(session["access_token"])
        assert elsewhere.queried == 1
        clock.now = turn + LINGER_S + 70
        assert await published(service) == [key_id(following)]


async def test_emergency_rotation_invalidates_old_tokens(service: Service) -> None:
    elsewhere, ann = Elsewhere(service), await service.sign_up()
    await elsewhere.verifier.verify(ann.session["access_token"])
    await rotate(service.settings, service.clock)
    service.clock.now += READ_S
    elsewhere.now += 6
    renewed = (await ann.refresh()).json()
    assert key_id(renewed) != key_id(ann.session)
    assert await published(service) == [key_id(renewed)]
    await elsewhere.verifier.verify(renewed["access_token"])
    with pytest.raises(Unauthorized):
        await elsewhere.verifier.verify(ann.session["access_token"])


async def test_services_refuse_a_leaked_key_within_five_minutes(service: Service) -> None:
    service.clock.now = time.time() - 60
    elsewhere, ann = Elsewhere(service), await service.sign_up()
    await elsewhere.verifier.verify(ann.session["access_token"])
    await rotate(service.settings, service.clock)
    service.clock.now += READ_S
    elsewhere.now += 301
    await elsewhere.verifier.verify(ann.session["access_token"])  # this one makes it ask, beside the request
    with pytest.raises(Unauthorized):
        await elsewhere.believes(ann.session["access_token"])
    assert elsewhere.queried == 2


async def test_two_processes_that_start_at_once_sign_with_one_key(two: tuple[Service, Service]) -> None:
    one, other = two
    ann = await one.sign_up()
    assert await published(one) == await published(other)
    assert (await Somebody(other, ann.session).request("GET", "/v1/me")).status_code == 200
    assert key_id((await other.log_in()).json()) == key_id(ann.session)


async def test_processes_that_find_a_key_due_make_one(settings: Settings) -> None:
    clock = Clock()
    async with running(settings, clock) as one, running(settings, clock) as other:
        clock.now += MONTH_S - 60
        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(published, one)
                group.start_soon(published, other)
        assert len(await published(one)) == 2
        assert await published(one) == await published(other)


async def test_a_restart_keeps_keys_and_sessions(settings: Settings) -> None:
    async with running(settings) as service:
        ann, before = await service.sign_up(), await published(service)
    async with running(settings) as service:
        assert await published(service) == before
        assert (await Somebody(service, ann.session).refresh()).status_code == 200


async def test_private_keys_are_encrypted_in_the_database(service: Service) -> None:
    (key,) = await service.app.state.store.keys.all()
    private = KeyEncryption(SECRET).open(key.sealed, key.id)
    assert len(private) == 32
    assert private not in key.sealed
    with pytest.raises(WrongSecret):
        KeyEncryption(SECRET + "!").open(key.sealed, key.id)
    with pytest.raises(WrongSecret):
        KeyEncryption(SECRET).open(key.sealed, "another key")
    with pytest.raises(WrongSecret):
        KeyEncryption(SECRET).open(key.sealed[:-1] + bytes([key.sealed[-1] ^ 1]), key.id)


async def test_a_wrong_secret_is_an_error_that_rotation_resolves(settings: Settings) -> None:
    async with running(settings) as service:
        ann = await service.sign_up()
    other = Settings(
        data=settings.data,
        database_url=settings.database_url,
        service_key=settings.service_key,
        secret="another secret of forty characters or so",
    )
    with pytest.raises(WrongSecret, match=r"services\.auth\.rotate"):
        async with running(other):
            pass
    await rotate(other)
    async with running(other) as service:
        assert (await Somebody(service, ann.session).request("GET", "/v1/me")).status_code == 401
        assert (await Somebody(service, ann.session).refresh()).status_code == 200


async def test_outside_the_embedded_mode_a_secret_has_to_be_set(postgres_url: str, tmp_path: Any) -> None:
    with pytest.raises(SecretNotSet, match="SEGUE_AUTH_SECRET"):
        async with running(Settings(data=tmp_path, database_url=postgres_url)):
            pass
    assert list(tmp_path.iterdir()) == []


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32"):
        Settings(secret="x" * 31)


async def test_the_embedded_secret_is_created_once_with_mode_0600(tmp_path: Any) -> None:
    settings = Settings(data=tmp_path)
    async with running(settings) as service:
        ann = await service.sign_up()
    made = tmp_path / "auth.key"
    assert len(made.read_text()) >= 32
    assert made.stat().st_mode & 0o077 == 0
    async with running(settings) as service:
        assert (await Somebody(service, ann.session).request("GET", "/v1/me")).status_code == 200
