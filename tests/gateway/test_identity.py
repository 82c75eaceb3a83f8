"""Tests of authentication at the gateway."""

import asyncio
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx2
import jwt
import pytest

from gateway.auth import Auth as Asked
from gateway.callers import Callers, Key, Token, credentials
from gateway.limits import Limits
from gateway.settings import Settings
from kit.errors import BadRequest, NeighbourUnavailable, TokenExpired, Unauthorized
from kit.tokens import KEYS_OLD_S, LIFETIME_S, LONGEST, verifier_of
from tests.gateway.auths import Auth, Clock
from tests.gateway.servers import AWAY, SERVICE_KEY, Upstream, door, raw
from tests.tokens import Issuer

pytestmark = pytest.mark.anyio
PERSON = uuid4()
ECHO = "/v1/search/echo"


def seen(answer: httpx2.Response) -> dict[str, str]:
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["headers"])


def assert_turned_away(answer: httpx2.Response, upstream: Upstream, code: str = "unauthorized") -> None:
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers.get_list("www-authenticate") == ['Bearer error="invalid_token"']
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert not upstream.reached.is_set()


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER   "])
async def test_a_valid_token_is_forwarded_unchanged(signed: httpx2.AsyncClient, auth: Auth, scheme: str) -> None:
    sent = scheme + auth.issuer.token(PERSON)
    for _ in range(2):  # checked, then remembered
        assert seen(await signed.get(ECHO, headers={"authorization": sent}))["authorization"] == sent
    assert auth.keys_looked_up == 1


def expired(auth: Auth) -> str:
    return auth.issuer.token(PERSON, exp=int(time.time()) - 1)


def forged(auth: Auth) -> str:
    return Issuer(auth.issuer.key_id).token(PERSON)


def of_another_key(auth: Auth) -> str:
    return Issuer("elsewhere").token(PERSON)


def for_somebody_else(auth: Auth) -> str:
    return auth.issuer.token(PERSON, aud="another-api")


def unsigned(auth: Auth) -> str:
    return jwt.encode({"sub": str(PERSON)}, None, "none", headers={"kid": auth.issuer.key_id})


def signed_with_the_public_key(auth: Auth) -> str:
    secret = auth.issuer.public["x"].ljust(32, "=")
    return jwt.encode({"sub": str(PERSON)}, secret, "HS256", headers={"kid": auth.issuer.key_id})


BAD = [forged, of_another_key, for_somebody_else, unsigned, signed_with_the_public_key]


@pytest.mark.parametrize("made", BAD)
async def test_an_invalid_token_is_refused_at_the_gateway(
    signed: httpx2.AsyncClient, auth: Auth, upstream: Upstream, made: Callable[[Auth], str]
) -> None:
    answer = await signed.get(ECHO, headers={"authorization": f"Bearer {made(auth)}"})
    assert_turned_away(answer, upstream)


async def test_an_expired_token_has_its_own_code(signed: httpx2.AsyncClient, auth: Auth, upstream: Upstream) -> None:
    answer = await signed.get(ECHO, headers={"authorization": f"Bearer {expired(auth)}"})
    assert_turned_away(answer, upstream, "token_expired")


async def test_a_cached_token_is_refused_once_expired(auth: Auth, clock: Clock) -> None:
    callers = Callers(Asked(auth.call, lambda: SERVICE_KEY), Limits(Settings()), clock)
    token = Token(auth.issuer.token(PERSON))
    await callers.establish(token)
    clock.now += LIFETIME_S - 1
    assert await callers.recall(token)
    clock.now += 2
    assert await callers.recall(token) is None
    with pytest.raises(TokenExpired):
        await callers.establish(token)


async def test_a_cached_token_of_a_withdrawn_key_is_refused(auth: Auth, clock: Clock) -> None:
    callers = Callers(Asked(auth.call, lambda: SERVICE_KEY), Limits(Settings()), clock)
    token = Token(auth.issuer.token(PERSON))
    await callers.establish(token)
    auth.issuer = Issuer("the next one")
    clock.now += KEYS_OLD_S + 1
    await callers.recall(token)  # starts the renewal beside the request
    while auth.keys_looked_up < 2:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.01)
    assert await callers.recall(token) is None
    with pytest.raises(Unauthorized):
        await callers.establish(token)


async def test_only_established_credentials_are_recalled(auth: Auth) -> None:
    callers = Callers(Asked(auth.call, lambda: SERVICE_KEY), Limits(Settings()))
    assert await callers.recall(Token(auth.issuer.token(PERSON))) is None
    assert await callers.recall(Key("segue_key_of_ada")) is None
    assert auth.exchanged == []
    assert auth.keys_looked_up == 0


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer not.a.token",
        "Bearer " + "x" * (LONGEST + 1),
        "Bearer\tx",
        "Basic c2VndWU6c2VndWU=",
        f"Segue-Service {SERVICE_KEY}",
        f"segue-service {SERVICE_KEY}",
        f"Bearer x, Segue-Service {SERVICE_KEY}",
        f"Bearer Segue-Service {SERVICE_KEY}",
        "Negotiate x",
    ],
)
@pytest.mark.parametrize("auth_is_there", [True, False])
async def test_other_authorization_schemes_are_refused(
    catalog: str, auth_url: str, upstream: Upstream, value: str, auth_is_there: bool
) -> None:
    async with (
        door(catalog, auth_url=auth_url if auth_is_there else AWAY) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        answer = await client.get(ECHO, headers={"authorization": value})
    assert_turned_away(answer, upstream)


async def test_the_service_key_is_refused_at_the_gateway(signed: httpx2.AsyncClient, upstream: Upstream) -> None:
    for path in (ECHO, "/v1/me", "/internal/keys:exchange"):
        answer = await signed.post(path, headers={"authorization": f"Segue-Service {SERVICE_KEY}"})
        assert_turned_away(answer, upstream)


async def test_two_credentials_are_a_bad_request(gateway: str, auth: Auth, upstream: Upstream) -> None:
    token = f"Authorization: Bearer {auth.issuer.token(PERSON)}\r\n"
    key = "X-API-Key: segue_key_of_ada\r\n"
    for shown in (token + token, token + key, key + token, key + key, token + "AUTHORIZATION: Bearer x\r\n"):
        request = f"GET {ECHO} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{shown}\r\n"
        answer = await raw(gateway, request.encode())
        assert answer.startswith(b"HTTP/1.1 400 "), answer
        assert b"not both" in answer
    assert not upstream.reached.is_set()


async def test_the_connection_header_cannot_remove_authorization(signed: httpx2.AsyncClient, auth: Auth) -> None:
    reported = auth.issuer.bearer(PERSON) | {"connection": "authorization"}
    assert seen(await signed.get(ECHO, headers=reported))["authorization"] == reported["authorization"]
    reported = {"x-api-key": "segue_key_of_ada", "connection": "x-api-key, authorization"}
    assert seen(await signed.get(ECHO, headers=reported))["authorization"].startswith("Bearer ")


@pytest.mark.parametrize("name", ["x_api_key", "X_API-Key", "x-api_key", "X_Segue_Person", "x_forwarded_for"])
async def test_identity_headers_with_underscores_are_dropped(signed: httpx2.AsyncClient, name: str) -> None:
    passed = seen(await signed.get(ECHO, headers={name: "somebody", "harm_less": "something"})).values()
    assert "somebody" not in passed
    assert "something" in passed


async def test_a_guest_has_no_authorization(signed: httpx2.AsyncClient) -> None:
    assert {"authorization", "x-api-key"}.isdisjoint(seen(await signed.get(ECHO)))


async def test_while_auth_is_away_the_service_decides_about_a_token(catalog: str, auth: Auth) -> None:
    reported = auth.issuer.bearer(PERSON)
    async with (
        door(catalog, auth_url=AWAY, guest_per_minute=7) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        answer = await client.get(ECHO, headers=reported)
    assert seen(answer)["authorization"] == reported["authorization"]
    assert answer.headers["ratelimit-limit"] == "7"


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": [1]}', b"\xff"])
async def test_an_invalid_jwks_counts_as_auth_unavailable(catalog: str, auth: Auth, document: bytes) -> None:
    async def call(*_: Any, **__: Any) -> tuple[int, bytes]:
        return 200, document

    verifier = verifier_of(Asked(call, lambda: SERVICE_KEY))
    with pytest.raises(NeighbourUnavailable):
        await verifier.verify(auth.issuer.token(PERSON))


async def test_known_keys_remain_valid_when_auth_is_unavailable(signed: httpx2.AsyncClient, auth: Auth) -> None:
    assert (await signed.get(ECHO, headers=auth.issuer.bearer(PERSON))).status_code == 200
    auth.broken = True
    assert (await signed.get(ECHO, headers=auth.issuer.bearer(uuid4()))).status_code == 200


def test_credentials_are_parsed_from_headers() -> None:
    assert credentials([(b"accept", b"*/*")]) is None
    assert credentials([(b"authorization", b"Bearer  a.b.c ")]) == Token("a.b.c")
    assert credentials([(b"x-api-key", b"k")]) == Key("k")
    assert isinstance(credentials([(b"authorization", b"Basic x")]), Unauthorized)
    assert isinstance(credentials([(b"x-api-key", b"k"), (b"authorization", b"Basic x")]), BadRequest)
