"""Tests of API keys: creation, scopes, exchange and revocation."""

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import anyio
import jwt
import pytest

from kit.tokens import Verifier
from services.auth import api_keys
from tests.services.auth.conftest import PASSWORD, Service, Somebody

pytestmark = pytest.mark.anyio
WISH = {"name": "my script", "scopes": ["recommend:read", "catalog:read"]}


async def make(somebody: Somebody) -> dict[str, Any]:
    answer = await somebody.request("POST", "/v1/me/api-keys", WISH)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_key_is_shown_once(service: Service) -> None:
    ann = await service.sign_up()
    made = await make(ann)
    assert re.fullmatch(r"segue_[0-9A-Za-z]{32,}", made["key"])
    assert made["key"].startswith(made["prefix"])
    listed = await ann.request("GET", "/v1/me/api-keys")
    assert made["key"] not in listed.text
    assert listed.json()["items"] == [
        {name: value for name, value in made.items() if name not in ("key", "scrobble_password")}
    ]
    assert (made["name"], made["scopes"], made["last_used_at"]) == (*WISH.values(), None)


async def test_a_key_is_exchanged_for_a_token_of_its_scopes_that_cannot_manage_the_account(service: Service) -> None:
    ann = await service.sign_up()
    key = (await make(ann))["key"]
    answer = await service.internal("POST", "/internal/keys:exchange", {"key": key})
    assert (answer.status_code, answer.json()["expires_in"]) == (200, 60)
    token = answer.json()["access_token"]

    async def fetch() -> dict[str, Any]:
        document: dict[str, Any] = (await service.client.get("/.well-known/jwks.json")).json()
        return document

    reported = jwt.decode(token, options={"verify_signature": False})
    assert reported["exp"] - reported["iat"] == 300
    service.clock.now += 500  # to the real time, by which the token is checked
    token = (await service.internal("POST", "/internal/keys:exchange", {"key": key})).json()["access_token"]
    caller = await Verifier(fetch).verify(token)
    assert (caller.person, caller.scopes, caller.session) == (ann.id, set(WISH["scopes"]), None)
    for method, path in [("GET", "/v1/me"), ("GET", "/v1/me/api-keys"), ("DELETE", "/v1/me"), ("PATCH", "/v1/me")]:
        headers = {"authorization": f"Bearer {token}"}
        refused = await service.client.request(method, path, json={"password": "x"}, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("key", ["segue_nonsense", "x", "x" * 200, "é"])
async def test_an_invented_key_is_refused_and_not_repeated(service: Service, key: str) -> None:
    answer = await service.internal("POST", "/internal/keys:exchange", {"key": key})
    assert (answer.status_code, answer.json()["code"]) == (401, "api_key_refused")
    assert key not in answer.json()["detail"] or len(key) == 1


@pytest.mark.parametrize("key", ["", "x" * 201, None])
async def test_a_malformed_exchange_is_refused(service: Service, key: object) -> None:
    assert (await service.internal("POST", "/internal/keys:exchange", {"key": key})).status_code == 422


async def test_a_revoked_key_is_refused(service: Service) -> None:
    ann = await service.sign_up()
    kept, made = await make(ann), await make(ann)
    assert (await ann.request("DELETE", f"/v1/me/api-keys/{made['id']}")).status_code == 204
    assert (await service.internal("POST", "/internal/keys:exchange", {"key": made["key"]})).status_code == 401
    assert (await service.internal("POST", "/internal/keys:exchange", {"key": kept["key"]})).status_code == 200
    assert [item["id"] for item in (await ann.request("GET", "/v1/me/api-keys")).json()["items"]] == [kept["id"]]
    assert (await ann.request("DELETE", f"/v1/me/api-keys/{made['id']}")).status_code == 404


async def test_users_cannot_see_or_revoke_keys_of_others(service: Service) -> None:
    ann, ben = await service.sign_up(), await service.sign_up("ben@example.org")
    made = await make(ann)
    assert (await ben.request("GET", "/v1/me/api-keys")).json() == {"items": []}
    assert (await ben.request("DELETE", f"/v1/me/api-keys/{made['id']}")).status_code == 404
    assert (await ben.request("DELETE", f"/v1/me/api-keys/{uuid4()}")).status_code == 404
    assert (await ben.request("DELETE", "/v1/me/api-keys/nonsense")).status_code == 422
    assert (await service.internal("POST", "/internal/keys:exchange", {"key": made["key"]})).status_code == 200


async def test_the_last_use_is_written_once_a_minute(service: Service) -> None:
    ann = await service.sign_up()
    key, seen = (await make(ann))["key"], []
    for pause in (0, 59, 2, 30):
        service.clock.now += pause
        await service.internal("POST", "/internal/keys:exchange", {"key": key})
        (item,) = (await ann.request("GET", "/v1/me/api-keys")).json()["items"]
        seen.append(datetime.fromisoformat(item["last_used_at"]).timestamp())
    assert [round(moment - seen[0]) for moment in seen] == [0, 0, 61, 61]


async def test_a_person_has_twenty_keys_at_most_also_when_they_are_made_at_once(service: Service) -> None:
    ann = await service.sign_up()
    for _ in range(api_keys.MOST - 2):
        await make(ann)
    codes: list[int] = []

    async def one_more() -> None:
        answer = await ann.request("POST", "/v1/me/api-keys", WISH)
        codes.append(answer.status_code)

    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(one_more)
    assert sorted(codes) == [201, 201, 409, 409]
    assert len((await ann.request("GET", "/v1/me/api-keys")).json()["items"]) == api_keys.MOST
    refused = await ann.request("POST", "/v1/me/api-keys", WISH)
    assert refused.json()["code"] == "too_many_keys"


@pytest.mark.parametrize(
    "changed",
    [{"scopes": []}, {"scopes": ["account"]}, {"scopes": ["admin"]}, {"name": ""}, {"name": "a\x00"}, {"key": "mine"}],
)
async def test_a_malformed_request_creates_no_key(service: Service, changed: dict[str, Any]) -> None:
    ann = await service.sign_up()
    assert (await ann.request("POST", "/v1/me/api-keys", WISH | changed)).status_code == 422
    assert (await ann.request("GET", "/v1/me/api-keys")).json() == {"items": []}


async def test_a_scope_asked_for_twice_is_held_once(service: Service) -> None:
    ann = await service.sign_up()
    answer = await ann.request("POST", "/v1/me/api-keys", {"name": "k", "scopes": ["report:read", "report:read"]})
    assert answer.json()["scopes"] == ["report:read"]


@pytest.mark.parametrize(("keep", "revoked", "status"), [({}, 1, 401), ({"keep_api_keys": True}, 0, 200)])
async def test_a_changed_password_revokes_keys_unless_they_are_kept(
    service: Service, keep: dict[str, bool], revoked: int, status: int
) -> None:
    ann = await service.sign_up()
    key = (await make(ann))["key"]
    wish = {"old_password": PASSWORD, "new_password": "another password", **keep}
    answer = await ann.request("PUT", "/v1/me/password", wish)
    assert (answer.status_code, answer.json()["api_keys_revoked"]) == (200, revoked)
    assert (await service.internal("POST", "/internal/keys:exchange", {"key": key})).status_code == status
