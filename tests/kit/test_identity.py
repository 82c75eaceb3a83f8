"""Tests of the authentication dependencies: user tokens, scopes and the service key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import APIRouter, Depends, FastAPI

from kit.app import create_service
from kit.identity import FromService, MaybeSigned, Signed, may
from kit.tokens import Verifier
from tests.tokens import Issuer

pytestmark = pytest.mark.anyio
KEY = "a-service-key-of-forty-characters-or-more"
PERSON = uuid4()
router = APIRouter()


@router.get("/me")
async def me(caller: Signed) -> UUID:
    return caller.person


@router.get("/anyone")
async def anyone(caller: MaybeSigned) -> UUID | None:
    return caller.person if caller else None


@router.get("/scoped", dependencies=[Depends(may("recommend:read"))])
async def scoped() -> str:
    return "yes"


@router.get("/internal", dependencies=[FromService])
async def internal() -> str:
    return "yes"


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
async def client(issuer: Issuer) -> AsyncIterator[httpx2.AsyncClient]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async def fetch() -> dict[str, object]:
            return issuer.jwks

        app.state.verifier, app.state.service_key = Verifier(fetch), KEY
        yield

    app = create_service("test", routers=[router], lifespan=lifespan)
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://t") as pending,
    ):
        yield pending


async def test_a_user_is_identified_by_their_token(client: httpx2.AsyncClient, issuer: Issuer) -> None:
    for path in ("/me", "/anyone"):
        assert (await client.get(path, headers=issuer.bearer(PERSON))).json() == str(PERSON)


async def test_a_guest_may_use_routes_that_allow_guests(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/anyone")).json() is None
    refusal = await client.get("/me")
    assert (refusal.status_code, refusal.json()["code"]) == (401, "unauthorized")
    assert refusal.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "authorization",
    ["Bearer", "Bearer ", "Bearer x.y.z", "Basic dTpw", "bearer", "Token abc", "", f"Segue-Service {KEY}"],
)
async def test_an_invalid_token_is_refused_even_on_routes_for_guests(
    client: httpx2.AsyncClient, authorization: str
) -> None:
    answer = await client.get("/anyone", headers={"authorization": authorization})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


@pytest.mark.parametrize("header", ["x-user-id", "x-segue-person", "x-forwarded-user", "remote-user"])
async def test_no_other_header_authenticates(client: httpx2.AsyncClient, header: str) -> None:
    assert (await client.get("/me", headers={header: str(PERSON)})).status_code == 401


async def test_a_key_without_the_scope_is_forbidden(client: httpx2.AsyncClient, issuer: Issuer) -> None:
    allowed = await client.get("/scoped", headers=issuer.bearer(PERSON, ["recommend:read"]))
    key = issuer.token(PERSON, ["catalog:read"], sid=None)
    refused = await client.get("/scoped", headers={"authorization": f"Bearer {key}"})
    assert allowed.status_code == 200
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "recommend:read" in refused.json()["detail"]


async def test_a_person_without_the_scope_is_told_to_verify_the_address(
    client: httpx2.AsyncClient, issuer: Issuer
) -> None:
    refused = await client.get("/scoped", headers=issuer.bearer(PERSON, ["catalog:read"]))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "POST /v1/me/verification" in refused.json()["detail"]


@pytest.mark.parametrize("given", [None, "Segue-Service wrong", f"Bearer {KEY}", "Segue-Service ", KEY])
async def test_an_internal_route_needs_the_service_key(
    client: httpx2.AsyncClient, issuer: Issuer, given: str | None
) -> None:
    headers = {"authorization": given} if given else {}
    assert (await client.get("/internal", headers=headers)).status_code == 401
    assert (await client.get("/internal", headers=issuer.bearer(PERSON))).status_code == 401
    assert (await client.get("/internal", headers={"authorization": f"Segue-Service {KEY}"})).status_code == 200
