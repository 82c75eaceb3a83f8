"""Tests of the exchange of API keys for access tokens at the gateway."""

import asyncio

import httpx2
import pytest

from gateway.api_keys import MOST_EXCHANGES, REFUSED_S, ApiKeyRefused, ApiKeys
from gateway.auth import Auth as Asked
from kit.errors import NeighbourUnavailable, Overloaded
from kit.tokens import Jwks, Verifier
from tests.gateway.auths import Auth, Clock
from tests.gateway.servers import AWAY, SERVICE_KEY, Upstream, door, logged

pytestmark = pytest.mark.anyio
ECHO = "/v1/search/echo"
ADA, BOB = "segue_key_of_ada", "segue_key_of_bob"


async def test_a_service_sees_a_token_of_the_person_and_never_the_key(signed: httpx2.AsyncClient, auth: Auth) -> None:
    async def fetch() -> Jwks:
        return auth.issuer.jwks

    answer = await signed.get(ECHO, headers={"x-api-key": ADA})
    headers = dict(answer.json()["headers"])
    caller = await Verifier(fetch).verify(headers["authorization"].removeprefix("Bearer "))
    assert caller.person == auth.people[ADA]
    assert ADA not in answer.text


async def test_an_api_key_is_exchanged_once_for_many_requests(signed: httpx2.AsyncClient, auth: Auth) -> None:
    for key in (ADA, ADA, BOB, ADA, BOB):
        assert (await signed.get(ECHO, headers={"x-api-key": key})).status_code == 200
    assert auth.exchanged == [ADA, BOB]


async def test_concurrent_requests_share_one_exchange(signed: httpx2.AsyncClient, auth: Auth) -> None:
    auth.go_on.clear()
    pending = [asyncio.create_task(signed.get(ECHO, headers={"x-api-key": ADA})) for _ in range(5)]
    while not auth.exchanged:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    auth.go_on.set()
    assert [answer.status_code for answer in await asyncio.gather(*pending)] == [200] * 5
    assert auth.exchanged == [ADA]


async def test_a_disconnect_does_not_cancel_the_shared_exchange(auth: Auth) -> None:
    keys = ApiKeys(Asked(auth.call, lambda: SERVICE_KEY))
    auth.go_on.clear()
    one, other = (asyncio.create_task(keys.establish(ADA)) for _ in range(2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    one.cancel()
    auth.go_on.set()
    assert (await other).authorization.startswith("Bearer ")
    assert one.cancelled()


async def test_an_unknown_key_is_401_and_exchanged_once(
    signed: httpx2.AsyncClient, auth: Auth, upstream: Upstream
) -> None:
    for _ in range(3):
        answer = await signed.get(ECHO, headers={"x-api-key": "segue_guessed"})
        assert (answer.status_code, answer.json()["code"]) == (401, "api_key_refused")
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert "segue_guessed" not in answer.text
    assert auth.exchanged == ["segue_guessed"]
    assert not upstream.reached.is_set()


@pytest.mark.parametrize("key", ["", "x" * 201, "schl\u00fcssel"])
async def test_text_that_cannot_be_a_key_is_refused_without_an_exchange(
    signed: httpx2.AsyncClient, auth: Auth, key: str
) -> None:
    answer = await signed.get(ECHO, headers={"x-api-key": key.encode("latin-1").decode("latin-1").encode()})
    assert answer.status_code == 401
    assert auth.exchanged == []


async def test_an_api_key_is_503_while_auth_is_unavailable(catalog: str, upstream: Upstream) -> None:
    async with door(catalog, auth_url=AWAY) as url, httpx2.AsyncClient(base_url=url) as client:
        answer = await client.get(ECHO, headers={"x-api-key": ADA})
    assert (answer.status_code, answer.json()["code"]) == (503, "neighbour_unavailable")
    assert not upstream.reached.is_set()


async def test_a_wrong_service_key_is_503_not_a_refused_api_key(catalog: str, auth_url: str, auth: Auth) -> None:
    another = "another service key, of thirty-two characters or more"
    with logged() as lines:
        async with (
            door(catalog, auth_url=auth_url, service_key=another) as url,
            httpx2.AsyncClient(base_url=url) as client,
        ):
            answer = await client.get(ECHO, headers={"x-api-key": ADA})
    assert (answer.status_code, answer.json()["code"]) == (503, "neighbour_unavailable")
    assert any("SEGUE_SERVICE_KEY" in line for line in lines)


async def test_no_log_line_holds_a_key_or_a_token(catalog: str, auth_url: str, auth: Auth) -> None:
    token = auth.issuer.token(auth.people[ADA])
    with logged() as lines:
        async with (
            door(catalog, auth_url=auth_url, log_level="debug") as url,
            httpx2.AsyncClient(base_url=url) as client,
        ):
            await client.get(ECHO, headers={"x-api-key": ADA})
            await client.get(ECHO, headers={"x-api-key": "segue_guessed"})
            auth.broken = True
            await client.get(ECHO, headers={"x-api-key": BOB})
            await client.get(ECHO, headers={"authorization": f"Bearer {token}"})
            await client.get(ECHO, headers={"authorization": f"Bearer {token}x"})
    written = "\n".join(lines)
    assert written.count('"event":"request"') == 5
    for secret in (ADA, BOB, "segue_guessed", token, SERVICE_KEY):
        assert secret not in written


@pytest.fixture
def keys(auth: Auth, clock: Clock) -> ApiKeys:
    return ApiKeys(Asked(auth.call, lambda: SERVICE_KEY), clock)


async def test_a_deleted_key_is_refused_once_its_cache_entry_expires(auth: Auth, keys: ApiKeys, clock: Clock) -> None:
    await keys.establish(ADA)
    del auth.people[ADA]
    clock.now += auth.expires_in - 1
    assert await keys.recall(ADA)
    clock.now += 2
    assert await keys.recall(ADA) is None
    with pytest.raises(ApiKeyRefused):
        await keys.establish(ADA)
    assert auth.exchanged == [ADA, ADA]


async def test_a_valid_key_is_renewed_by_recall(auth: Auth, keys: ApiKeys, clock: Clock) -> None:
    first = await keys.establish(ADA)
    clock.now += auth.expires_in + 1
    again = await keys.recall(ADA)
    assert again
    assert again.digest == first.digest
    assert auth.exchanged == [ADA, ADA]


async def test_a_refused_key_is_tried_again_after_a_short_time(auth: Auth, keys: ApiKeys, clock: Clock) -> None:
    person = auth.people.pop(ADA)
    with pytest.raises(ApiKeyRefused):
        await keys.establish(ADA)
    auth.people[ADA] = person
    with pytest.raises(ApiKeyRefused):
        await keys.establish(ADA)
    clock.now += REFUSED_S + 1
    assert await keys.establish(ADA)


async def test_an_unavailable_auth_does_not_cache_a_refusal(auth: Auth, keys: ApiKeys) -> None:
    auth.broken = True
    with pytest.raises(NeighbourUnavailable):
        await keys.establish(ADA)
    auth.broken = False
    assert await keys.establish(ADA)


async def test_concurrent_exchanges_are_limited(auth: Auth, keys: ApiKeys) -> None:
    auth.go_on.clear()
    pending = [asyncio.create_task(keys.establish(f"segue_{number}")) for number in range(MOST_EXCHANGES)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await keys.establish(ADA)
    auth.go_on.set()
    answers = await asyncio.gather(*pending, return_exceptions=True)
    assert {type(answer) for answer in answers} == {ApiKeyRefused}
    assert await keys.establish(ADA)
