"""Tests of the scope admin: for named addresses only, verified where that is asked for, never for API keys."""

from typing import Any

import jwt
import pytest

from kit.tokens import ACCOUNT, ADMIN, SCOPES
from services.auth.settings import Settings
from tests.services.auth.conftest import Service, Somebody, running

pytestmark = pytest.mark.anyio


def scopes(session: dict[str, Any]) -> set[str]:
    claims = jwt.decode(session["access_token"], options={"verify_signature": False})
    return set(claims["scope"].split())


def named(settings: Settings, **changes: Any) -> Settings:
    return settings.model_copy(update={"admins": " Ann@Example.org, cy@example.org", **changes})


async def made(service: Service, ann: Somebody, wanted: list[str]) -> int:
    return (await ann.request("POST", "/v1/me/api-keys", {"name": "script", "scopes": wanted})).status_code


async def open_the_link(service: Service, ann: Somebody) -> None:
    """Verifies the address by a mail that the person asks for."""
    await ann.request("POST", "/v1/me/verification")
    assert (await service.verify(await service.token("verify"))).status_code == 200


async def verified(service: Service) -> Somebody:
    ann = await service.sign_up()
    await open_the_link(service, ann)
    return ann


async def test_only_named_people_have_the_scope_at_every_sign_in_and_refresh(settings: Settings) -> None:
    async with running(named(settings)) as service:
        ann, bob = await verified(service), await service.sign_up("bob@example.org", "Bob")
        refreshed = (await ann.refresh()).json()
        again = (await service.signed_in()).session
        for session in (again, refreshed):
            assert scopes(session) == {*SCOPES, ACCOUNT, ADMIN}
        assert scopes(bob.session) == {*SCOPES, ACCOUNT}


async def test_nobody_has_it_by_default(service: Service) -> None:
    assert ADMIN not in scopes((await service.sign_up()).session)


async def test_a_person_named_later_has_it_after_a_refresh(settings: Settings) -> None:
    async with running(settings) as service:
        ann = await verified(service)
        assert ADMIN not in scopes(ann.session)
    async with running(named(settings)) as service:
        later = await service.client.post("/v1/auth/refresh", json={"refresh_token": ann.refresh_token})
        assert ADMIN in scopes(later.json())


@pytest.mark.parametrize("verify_email", [False, True])
async def test_it_needs_a_verified_address(settings: Settings, verify_email: bool) -> None:
    async with running(named(settings, verify_email=verify_email)) as service:
        ann = await service.sign_up()
        assert ADMIN not in scopes(ann.session)
        await open_the_link(service, ann)
        assert ADMIN in scopes((await ann.refresh()).json())


async def test_a_key_of_an_administrator_cannot_have_it(settings: Settings) -> None:
    async with running(named(settings)) as service:
        ann = await verified(service)
        assert await made(service, ann, ["admin"]) == 422
        answer = await ann.request("POST", "/v1/me/api-keys", {"name": "script", "scopes": list(SCOPES)})
        exchanged = await service.internal("POST", "/internal/keys:exchange", {"key": answer.json()["key"]})
        assert scopes(exchanged.json()) == set(SCOPES)


async def test_delegated_tokens_cannot_have_it(settings: Settings) -> None:
    async with running(named(settings)) as service:
        ann = await verified(service)
        delegated = await service.internal("POST", "/internal/tokens:delegate", {"person": str(ann.id)})
        assert scopes(delegated.json()) == {"recommend:read", "report:read"}


@pytest.mark.parametrize("admins", ["ann", "ann@example.org; bob@example.org", "<ann@example.org>"])
async def test_what_is_no_address_refuses_to_start(admins: str) -> None:
    with pytest.raises(ValueError, match="is no e-mail address"):
        Settings(admins=admins)
