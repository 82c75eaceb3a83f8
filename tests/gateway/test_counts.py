"""Tests of rate limits: counted by user, API key and guest address."""

from uuid import uuid4

import httpx2
import pytest

from tests.gateway.auths import Auth
from tests.gateway.servers import Upstream, door
from tests.tokens import Issuer

pytestmark = pytest.mark.anyio
ECHO = "/v1/search/echo"
LOGIN = "/v1/auth/login"
PROXY = "127.0.0.1/32"


async def statuses(client: httpx2.AsyncClient, *requests: dict[str, str], path: str = ECHO) -> list[int]:
    return [(await client.get(path, headers=headers)).status_code for headers in requests]


async def test_a_person_is_counted_over_all_tokens_and_addresses(catalog: str, auth_url: str, auth: Auth) -> None:
    ada, bob = uuid4(), uuid4()
    async with (
        door(catalog, auth_url=auth_url, person_per_minute=2, trusted_proxies=PROXY) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        there = {"x-forwarded-for": "203.0.113.7"}
        of_ada = [auth.issuer.bearer(ada), auth.issuer.bearer(ada) | there, auth.issuer.bearer(ada)]
        assert await statuses(client, *of_ada, auth.issuer.bearer(bob)) == [200, 200, 429, 200]
        refused = await client.get(ECHO, headers=of_ada[0])
    assert "2 requests a minute are allowed to one person" in refused.json()["detail"]
    assert refused.headers["ratelimit-limit"] == "2"


async def test_a_key_is_counted_by_itself(catalog: str, auth_url: str) -> None:
    ada, bob = {"x-api-key": "segue_key_of_ada"}, {"x-api-key": "segue_key_of_bob"}
    async with (
        door(catalog, auth_url=auth_url, key_per_minute=2) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        assert await statuses(client, ada, ada, ada, bob) == [200, 200, 429, 200]
        assert "with one API key" in (await client.get(ECHO, headers=ada)).json()["detail"]


async def test_cached_users_and_keys_are_not_counted_for_the_address(catalog: str, auth_url: str, auth: Auth) -> None:
    ada, key = auth.issuer.bearer(uuid4()), {"x-api-key": "segue_key_of_ada"}
    async with (
        door(catalog, auth_url=auth_url, guest_per_minute=3, person_per_minute=50, key_per_minute=60) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        assert await statuses(client, *[ada] * 5, *[key] * 5, {}) == [200] * 11
        assert await statuses(client, {}, ada, key) == [429, 200, 200]
        reported = [(await client.get(ECHO, headers=who)).headers["ratelimit-limit"] for who in (ada, key)]
        refused = await client.get(ECHO)
    assert reported == ["50", "60"]
    assert "to guests from one address" in refused.json()["detail"]


async def test_invalid_credentials_are_counted_before_verification(catalog: str, auth_url: str, auth: Auth) -> None:
    forged = Issuer(auth.issuer.key_id).bearer(uuid4())
    bad = [forged, {"authorization": "Basic x"}, {"x-api-key": "segue_guessed"}, {"authorization": "Bearer x"}]
    async with (
        door(catalog, auth_url=auth_url, guest_per_minute=4) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        assert await statuses(client, *bad, *bad) == [401] * 4 + [429] * 4
        assert await statuses(client, auth.issuer.bearer(uuid4()), {"x-api-key": "segue_another"}) == [429, 429]
    assert auth.exchanged == ["segue_guessed"]


async def test_a_refused_request_has_rate_limit_headers(catalog: str, auth_url: str) -> None:
    async with (
        door(catalog, auth_url=auth_url, guest_per_minute=4) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        answer = await client.get(ECHO, headers={"authorization": "Bearer x"})
    assert (answer.status_code, answer.headers["ratelimit-remaining"]) == (401, "3")


@pytest.mark.parametrize(
    "path", [LOGIN, "/v1/auth/signup", LOGIN + "/", "/v1/auth/%6cogin", "/v1/auth/forgot", "/v1/auth/reset"]
)
async def test_signing_in_has_a_smaller_limit_of_its_own(catalog: str, upstream: Upstream, path: str) -> None:
    async with (
        door(catalog, guest_per_minute=100, sign_in_per_minute=2) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        assert await statuses(client, {}, {}, path=path) == [200, 200]
        upstream.reached.clear()
        refused = await client.post(path)
        assert not upstream.reached.is_set()
        elsewhere = await client.get(ECHO)
    assert refused.status_code == 429
    assert (
        "2 attempts to sign in or up or to reset a password a minute are allowed from one address"
        in refused.json()["detail"]
    )
    assert (elsewhere.status_code, elsewhere.headers["ratelimit-remaining"]) == (200, "96")


async def test_a_token_does_not_bypass_the_sign_in_limit(catalog: str, auth_url: str, auth: Auth) -> None:
    async with (
        door(catalog, auth_url=auth_url, sign_in_per_minute=1, person_per_minute=100) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        known = auth.issuer.bearer(uuid4())
        await client.get(ECHO, headers=known)
        assert await statuses(client, known, auth.issuer.bearer(uuid4()), known, path=LOGIN) == [200, 429, 429]
