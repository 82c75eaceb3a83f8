"""Tests of the sign-in by an OpenID Connect provider, which answers over HTTP, on SQLite and PostgreSQL."""

import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from httpx2 import Response
from pydantic import ValidationError

from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider, serving
from tests.services.auth.conftest import PASSWORD, Service, Settings, running

pytestmark = pytest.mark.anyio
ANN: dict[str, Any] = {"email": "ann@example.org", "email_verified": True, "name": "Ann\n of the provider"}


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with serving(OidcProvider(people={"1": ANN, "2": ANN | {"email": "ben@example.org"}})) as provider:
        yield provider


def with_provider(settings: Settings, provider: OidcProvider, **more: Any) -> Settings:
    known = {"oidc_issuer": provider.url, "oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET}
    return Settings(**settings.model_dump() | known | {"oidc_timeout_s": 0.5} | more)


@pytest.fixture
async def signing_in(settings: Settings, provider: OidcProvider) -> AsyncIterator[Service]:
    async with running(with_provider(settings, provider)) as service:
        yield service


async def agreed(service: Service, provider: OidcProvider, subject: str = "1") -> dict[str, str]:
    begun = (await service.client.post("/v1/auth/oidc/start")).json()
    sent_back = provider.agree(begun["url"], subject)
    assert sent_back["state"] == begun["state"]
    return sent_back


async def finish(service: Service, provider: OidcProvider, subject: str = "1") -> Response:
    return await service.client.post("/v1/auth/oidc/finish", json=await agreed(service, provider, subject))


async def me(service: Service, session: dict[str, Any], method: str, path: str, json: Any = None) -> Response:
    headers = {"authorization": f"Bearer {session['access_token']}"}
    return await service.client.request(method, path, json=json, headers=headers)


async def test_the_first_sign_in_makes_an_account_and_the_next_finds_it(
    signing_in: Service, provider: OidcProvider
) -> None:
    assert (await signing_in.client.get("/v1/auth/oidc")).json()["provider"] == "SSO"
    first = (await finish(signing_in, provider)).json()
    assert (first["user"]["name"], first["user"]["email_verified"]) == ("Ann of the provider", True)
    provider.people["1"] = ANN | {"email": "moved@example.org"}
    again = (await finish(signing_in, provider)).json()
    assert again["user"] == first["user"], "an identity is its subject, not its address"
    assert (await finish(signing_in, provider, "2")).json()["user"]["id"] != first["user"]["id"]
    assert (await signing_in.log_in()).status_code == 401, "no password was set"
    known = (await me(signing_in, again, "GET", "/v1/me/oidc")).json()
    assert known["connected"] is True


async def test_claims_that_are_only_in_userinfo_are_read_there(signing_in: Service, provider: OidcProvider) -> None:
    provider.userinfo_only = True
    assert (await finish(signing_in, provider)).json()["user"]["email"] == "ann@example.org"


async def test_a_code_and_a_state_hold_once_and_for_ten_minutes(signing_in: Service, provider: OidcProvider) -> None:
    given = await agreed(signing_in, provider)
    later = await agreed(signing_in, provider)
    crossed = {"code": later["code"], "state": given["state"]}
    assert (await signing_in.client.post("/v1/auth/oidc/finish", json=crossed)).json()["code"] == "oidc_refused"
    assert (await signing_in.client.post("/v1/auth/oidc/finish", json=given)).status_code == 200
    assert (await signing_in.client.post("/v1/auth/oidc/finish", json=given)).status_code == 400
    expired = await agreed(signing_in, provider)
    signing_in.clock.now += 700
    assert (await signing_in.client.post("/v1/auth/oidc/finish", json=expired)).status_code == 400
    forged = {"code": "x", "state": "x" * 200}
    assert (await signing_in.client.post("/v1/auth/oidc/finish", json=forged)).status_code == 400


def _unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, None, "none")


def _by_a_stranger(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, rsa.generate_private_key(65537, 2048), "RS256")


def _by_the_clients_secret(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, CLIENT_SECRET + "x" * 32, "HS256")


WRONG_CLAIMS: list[dict[str, Any]] = [
    {"iss": "https://elsewhere.example"},
    {"aud": "another client"},
    {"aud": ["another client", CLIENT_ID], "azp": "another client"},
    {"nonce": "of another sign-in"},
    {"exp": int(time.time()) - 600},
    {"sub": ""},
    {"sub": "x" * 256},
    {"email": "no address"},
    {"iat": "yesterday"},
]


async def test_an_id_token_without_signature_or_with_a_wrong_claim_is_refused(
    signing_in: Service, provider: OidcProvider
) -> None:
    for signer in (_unsigned, _by_a_stranger, _by_the_clients_secret):
        provider.signer = signer
        assert (await finish(signing_in, provider)).json()["code"] == "oidc_refused", signer
    provider.signer = None
    for wrong in WRONG_CLAIMS:
        provider.flaw = lambda claims, wrong=wrong: claims | wrong
        answer = await finish(signing_in, provider)
        assert (answer.status_code, answer.json()["code"]) == (400, "oidc_refused"), wrong
    provider.flaw = None
    assert (await finish(signing_in, provider)).status_code == 200


async def test_keys_that_the_provider_changed_are_fetched(signing_in: Service, provider: OidcProvider) -> None:
    assert (await finish(signing_in, provider)).status_code == 200
    provider.turn_keys()
    assert (await finish(signing_in, provider)).status_code == 200
    assert provider.requests.count("/keys") == 2


async def test_an_account_with_the_address_is_entered_only_when_both_sides_verified_it(
    signing_in: Service, provider: OidcProvider
) -> None:
    """Whoever signs up with somebody else's address first must not share the account that is found later."""
    squatter = await signing_in.sign_up()
    refused = await finish(signing_in, provider)
    assert (refused.status_code, refused.json()["code"]) == (409, "email_taken")
    await signing_in.forgot()
    await signing_in.reset(await signing_in.token("reset"), "the owner's own password")
    provider.people["1"] = ANN | {"email_verified": "true"}
    assert (await finish(signing_in, provider)).status_code == 409, "a text is no true"
    provider.people["1"] = ANN
    assert (await finish(signing_in, provider)).json()["user"]["id"] == str(squatter.id)


async def test_a_sign_in_is_connected_and_disconnected_by_its_owner(
    signing_in: Service, provider: OidcProvider
) -> None:
    ann, ben = await signing_in.sign_up(), await signing_in.sign_up("ben@example.org", "Ben")
    connected = await ann.request("PUT", "/v1/me/oidc", await agreed(signing_in, provider))
    assert (connected.status_code, connected.json()["connected"]) == (200, True)
    taken = await ben.request("PUT", "/v1/me/oidc", await agreed(signing_in, provider))
    assert taken.json()["code"] == "oidc_taken"
    assert (await finish(signing_in, provider)).json()["user"]["id"] == str(ann.id)
    for _ in range(2):
        assert (await ann.request("DELETE", "/v1/me/oidc")).status_code == 204
    assert (await ann.request("GET", "/v1/me/oidc")).json()["connected"] is False
    assert (await ann.request("DELETE", "/v1/me", {"password": PASSWORD})).status_code == 202
    assert (await ben.request("PUT", "/v1/me/oidc", await agreed(signing_in, provider))).status_code == 200


async def test_without_a_provider_or_its_answer_the_reason_is_given(
    settings: Settings, service: Service, provider: OidcProvider
) -> None:
    assert (await service.client.get("/v1/auth/oidc")).json() == {"provider": None, "password_signup": True}
    assert (await service.client.post("/v1/auth/oidc/start")).json()["code"] == "oidc_not_configured"
    away = with_provider(settings, provider, oidc_issuer="http://127.0.0.1:9")
    async with running(away) as alone:
        answer = await alone.client.post("/v1/auth/oidc/start")
        assert (answer.status_code, answer.json()["code"]) == (503, "oidc_unavailable")
        assert (await alone.sign_up()).id, "the password still works"
    other = with_provider(settings, provider, oidc_issuer=f"{provider.url}/realm")
    async with running(other) as elsewhere:
        assert (await elsewhere.client.post("/v1/auth/oidc/start")).status_code == 503


async def test_accounts_may_be_made_by_the_provider_alone(settings: Settings, provider: OidcProvider) -> None:
    async with running(with_provider(settings, provider, password_signup=False)) as closed:
        wish = {"name": "Eve", "email": "eve@example.org", "password": PASSWORD}
        assert (await closed.client.post("/v1/auth/signup", json=wish)).json()["code"] == "signup_closed"
        assert (await finish(closed, provider)).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "http://auth.example.org", "oidc_client_id": "x"},
        {"oidc_issuer": "https://auth.example.org"},
        {"password_signup": False},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"SEGUE_AUTH|https"):
        Settings(**wrong)
