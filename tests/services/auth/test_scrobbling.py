"""Tests of scrobble passwords, Audioscrobbler handshakes, the sessions they begin, and GET /v1/me/identity."""

import hashlib
import re
from typing import Any

import jwt
import pytest

from services.auth.scrobbling import CLOCKS_DIFFER_S, SESSION_S, response_to
from tests.services.auth.conftest import Service, Somebody

pytestmark = pytest.mark.anyio
EMAIL = "ann@example.org"


async def make(somebody: Somebody, *scopes: str) -> dict[str, Any]:
    body = {"name": "mpd", "scopes": list(scopes or ("feedback:write", "catalog:read"))}
    return dict((await somebody.request("POST", "/v1/me/api-keys", body)).json())


async def handshake(service: Service, password: str, username: str = EMAIL, ahead_s: int = 0) -> dict[str, Any]:
    at = str(int(service.clock.now) + ahead_s)
    body = {"username": username, "timestamp": at, "digest": response_to(password, at)}
    answer = await service.internal("POST", "/internal/scrobblers:handshake", body)
    return {"status": answer.status_code, **answer.json()}


async def exchanged(service: Service, key: str) -> dict[str, Any]:
    answer = await service.internal("POST", "/internal/keys:exchange", {"key": key})
    if answer.status_code != 200:
        return {"status": answer.status_code, **answer.json()}
    return dict(jwt.decode(answer.json()["access_token"], options={"verify_signature": False}))


def test_the_answer_to_a_timestamp_is_that_of_the_protocol() -> None:
    inner = hashlib.md5(b"secret").hexdigest()
    assert response_to("secret", "1200000000") == hashlib.md5(f"{inner}1200000000".encode()).hexdigest()


async def test_a_scrobble_password_begins_a_session_that_may_send_plays_and_nothing_else(service: Service) -> None:
    ann = await service.sign_up()
    made = await make(ann)
    assert re.fullmatch("[0-9A-Za-z_-]{24}", made["scrobble_password"])  # 32 of hex would be taken for an MD5
    found = await handshake(service, made["scrobble_password"], "ANN@Example.org")
    assert found["status"] == 200
    claims = await exchanged(service, found["session"])
    assert (claims["sub"], claims["scope"]) == (ann.session["user"]["id"], "feedback:write")
    service.clock.now += SESSION_S
    assert (await exchanged(service, found["session"]))["code"] == "api_key_refused"


async def test_each_key_has_a_password_of_its_own_that_ends_with_it(service: Service) -> None:
    ann = await service.sign_up()
    one, other = await make(ann), await make(ann)
    assert one["scrobble_password"] != other["scrobble_password"]
    session = (await handshake(service, one["scrobble_password"]))["session"]
    await ann.request("DELETE", f"/v1/me/api-keys/{one['id']}")
    assert (await handshake(service, one["scrobble_password"]))["code"] == "scrobbler_refused"
    assert (await exchanged(service, session))["status"] == 401
    assert (await handshake(service, other["scrobble_password"]))["status"] == 200
    assert (await make(ann, "catalog:read"))["scrobble_password"] is None


async def test_unknown_people_and_wrong_passwords_get_the_same_answer(service: Service) -> None:
    ann = await service.sign_up()
    made = await make(ann)
    wrong = [
        await handshake(service, made["scrobble_password"], "nobody@example.org"),
        await handshake(service, made["scrobble_password"][:-1]),
        await handshake(service, made["key"]),
        await handshake(service, ""),
    ]
    assert [(one["status"], one["code"]) for one in wrong] == [(401, "scrobbler_refused")] * 4
    assert len({one["detail"] for one in wrong}) == 1
    for ahead_s in (CLOCKS_DIFFER_S + 1, -CLOCKS_DIFFER_S - 2):
        late = await handshake(service, made["scrobble_password"], ahead_s=ahead_s)
        assert (late["status"], late["code"]) == (400, "scrobbler_clock_wrong")


async def test_a_changed_session_is_refused(service: Service) -> None:
    ann = await service.sign_up()
    session: str = (await handshake(service, (await make(ann))["scrobble_password"]))["session"]
    start, key, expires, mac = session[:9], session[9:41], session[41:49], session[49:]
    longer = f"{int(expires, 16) + 1:08x}"
    for wrong in (
        f"{start}{key}{longer}{mac}",
        f"{start}{key}{expires}{mac[::-1]}",
        session[:-1],
        f"{session}0",
        start,
    ):
        assert (await exchanged(service, wrong))["code"] == "api_key_refused"


async def test_a_token_or_key_tells_whose_it_is(service: Service) -> None:
    ann = await service.sign_up()
    shown = (await ann.request("GET", "/v1/me/identity")).json()
    assert (shown["id"], shown["name"]) == (ann.session["user"]["id"], ann.session["user"]["name"])
    key = (await make(ann))["key"]
    service.clock.now += 590  # the present, by which tokens are checked
    token = (await service.internal("POST", "/internal/keys:exchange", {"key": key})).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    of_key = (await service.client.get("/v1/me/identity", headers=headers)).json()
    assert of_key == shown | {"scopes": ["catalog:read", "feedback:write"]}
    assert (await service.client.get("/v1/me/identity")).status_code == 401
