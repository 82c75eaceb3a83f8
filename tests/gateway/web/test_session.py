"""Tests of the browser session against the real auth: the cookie, two tabs, signing out, passwords."""

import asyncio
import json
from collections.abc import AsyncIterator
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.gateway.servers import door, logged, raw, reply, serve
from tests.gateway.web.conftest import real_auth

pytestmark = pytest.mark.anyio
OWN = {"x-segue-web": "1"}
PASSWORD = "correct horse battery"
ADA = {"name": "Ada", "email": "ada@example.com", "password": PASSWORD}


def cookie_of(answer: httpx2.Response) -> Morsel[str]:
    """The one cookie that a response sets."""
    [line] = answer.headers.get_list("set-cookie")
    return SimpleCookie(line)["segue_session"]


class Tab:
    """A page of the app in one browser; tabs of a browser share its cookie, which the test keeps."""

    def __init__(self, client: httpx2.AsyncClient, cookie: str = "") -> None:
        self.client, self.cookie = client, cookie

    async def ask(self, path: str, body: Any = None, method: str = "POST", **headers: str) -> httpx2.Response:
        shown = {"cookie": f"other=1; segue_session={self.cookie}; more=2"} if self.cookie else {}
        answer = await self.client.request(method, f"/web{path}", json=body or {}, headers=OWN | shown | headers)
        assert "refresh_token" not in answer.text
        assert not any(name.startswith("access-control-") for name in answer.headers)
        if "set-cookie" in answer.headers:
            self.cookie = cookie_of(answer).value
        self.client.cookies.clear()
        return answer


@pytest.fixture
async def tab(session_door: str) -> AsyncIterator[Tab]:
    async with httpx2.AsyncClient(base_url=session_door) as client:
        yield Tab(client)


async def test_signing_up_in_and_refreshing_put_the_refresh_token_into_the_cookie_alone(tab: Tab) -> None:
    for path, body, status in [
        ("/auth/signup", ADA, 201),
        ("/auth/login", {"email": ADA["email"], "password": PASSWORD}, 200),
        ("/auth/refresh", {}, 200),
    ]:
        answer = await tab.ask(path, body)
        assert answer.status_code == status
        assert set(answer.json()) == {"user", "access_token", "token_type", "expires_in"}
        assert answer.json()["user"]["email"] == ADA["email"]
        assert answer.headers["cache-control"] == "no-store"
        kept = cookie_of(answer)
        assert len(kept.value) > 40
        assert (kept["path"], kept["samesite"], kept["httponly"]) == ("/web", "Strict", True)
        assert (kept["max-age"], kept["secure"], kept["domain"]) == (str(400 * 86_400), "", "")


async def test_each_refresh_gives_another_cookie_and_a_token_that_holds(tab: Tab) -> None:
    await tab.ask("/auth/signup", ADA)
    cookies = {tab.cookie}
    for _ in range(3):
        token = (await tab.ask("/auth/refresh")).json()["access_token"]
        cookies.add(tab.cookie)
        me = await tab.client.get("/v1/me", headers={"authorization": f"Bearer {token}"})
        assert me.json()["name"] == "Ada"
    assert len(cookies) == 4


async def test_two_tabs_that_refresh_at_once_both_stay_signed_in(tab: Tab) -> None:
    await tab.ask("/auth/signup", ADA)
    other = Tab(tab.client, tab.cookie)
    answers = await asyncio.gather(tab.ask("/auth/refresh"), other.ask("/auth/refresh"))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert tab.cookie == other.cookie  # the grace time gives both the same successor
    assert (await other.ask("/auth/refresh")).status_code == 200


async def test_a_token_used_after_the_grace_time_ends_the_session_and_clears_the_cookie(
    catalog: str, auth_data: Path
) -> None:
    async with (
        real_auth(auth_data, refresh_grace_s=0) as people,
        door(catalog, auth_url=people) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        tab = Tab(client)
        await tab.ask("/auth/signup", ADA)
        stolen = Tab(client, tab.cookie)
        await tab.ask("/auth/refresh")
        refused = await stolen.ask("/auth/refresh")
        assert (refused.status_code, refused.json()["code"]) == (401, "unauthorized")
        cleared = cookie_of(refused)
        assert (cleared.value, cleared["max-age"], cleared["path"], cleared["httponly"]) == ("", "0", "/web", True)
        assert (await tab.ask("/auth/refresh")).status_code == 401


async def test_the_body_that_a_page_sends_cannot_replace_the_cookies_token(tab: Tab) -> None:
    await tab.ask("/auth/signup", ADA)
    answer = await tab.ask("/auth/refresh", {"refresh_token": "of somebody else"})
    assert answer.status_code == 200


async def test_without_a_cookie_a_refresh_is_401_and_a_logout_204(tab: Tab) -> None:
    refused = await tab.ask("/auth/refresh", {"refresh_token": "a"})
    assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")
    assert refused.json()["request_id"] == refused.headers["x-request-id"]
    assert (await tab.ask("/auth/logout")).status_code == 204


@pytest.mark.parametrize("cookie", ["nonsense", "a" * 201, "%00", '"'])
async def test_a_cookie_that_was_changed_is_401(tab: Tab, cookie: str) -> None:
    tab.cookie = cookie
    assert (await tab.ask("/auth/refresh")).status_code == 401


async def test_signing_out_ends_the_session_and_clears_the_cookie(tab: Tab) -> None:
    await tab.ask("/auth/signup", ADA)
    before = tab.cookie
    out = await tab.ask("/auth/logout")
    assert (out.status_code, out.content, tab.cookie) == (204, b"", "")
    assert cookie_of(out)["max-age"] == "0"
    assert (await Tab(tab.client, before).ask("/auth/refresh")).status_code == 401


async def test_a_new_password_gives_a_new_cookie(tab: Tab) -> None:
    token = (await tab.ask("/auth/signup", ADA)).json()["access_token"]
    before, body = tab.cookie, {"old_password": PASSWORD, "new_password": "another horse battery"}
    assert (await tab.ask("/me/password", body, "PUT")).status_code == 401
    answer = await tab.ask("/me/password", body, "PUT", authorization=f"Bearer {token}")
    assert (answer.status_code, answer.json()["api_keys_revoked"]) == (200, 0)
    assert tab.cookie != before
    assert (await Tab(tab.client, before).ask("/auth/refresh")).status_code == 401
    assert (await tab.ask("/auth/refresh")).status_code == 200


async def test_a_refusal_of_auth_passes_unchanged_and_sets_no_cookie(tab: Tab) -> None:
    wrong = await tab.ask("/auth/login", {"email": ADA["email"], "password": "wrong horse"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong_credentials")
    reset = await tab.ask("/auth/reset", {"token": "no such token", "new_password": PASSWORD})
    assert reset.status_code == 400
    short = await tab.ask("/auth/signup", ADA | {"password": "short"})
    assert (short.status_code, short.json()["code"]) == (422, "malformed")
    assert not any("set-cookie" in answer.headers for answer in (wrong, reset, short))


async def test_the_sign_in_limit_counts_here_as_under_v1(catalog: str, people: str) -> None:
    async with (
        door(catalog, auth_url=people, sign_in_per_minute=2) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        login = {"email": ADA["email"], "password": "wrong horse"}
        assert (await client.post("/v1/auth/login", json=login)).status_code == 401
        answers = [await Tab(client).ask("/auth/login", login) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [401, 429]
    assert answers[1].headers["ratelimit-limit"] == "2"


@pytest.mark.parametrize(
    ("proxies", "proto", "secure"),
    [
        ("127.0.0.1", "https", True),
        ("127.0.0.1", "http", False),
        ("127.0.0.1", "https, http", True),
        ("", "https", False),
    ],
)
async def test_the_cookie_is_secure_where_a_trusted_proxy_says_that_the_browser_came_by_https(
    catalog: str, people: str, proxies: str, proto: str, secure: bool
) -> None:
    async with (
        door(catalog, auth_url=people, trusted_proxies=proxies) as url,
        httpx2.AsyncClient(base_url=url) as client,
    ):
        answer = await Tab(client).ask("/auth/signup", ADA, **{"x-forwarded-proto": proto})
    assert bool(cookie_of(answer)["secure"]) is secure


async def test_refresh_tokens_are_not_in_the_logs(catalog: str, auth_data: Path) -> None:
    tokens = []
    with logged() as lines:
        async with (
            real_auth(auth_data, log_level="debug") as people,
            door(catalog, auth_url=people, log_level="debug") as url,
            httpx2.AsyncClient(base_url=url) as client,
        ):
            tab = Tab(client)
            for path, body in (("/auth/signup", ADA), ("/auth/refresh", {}), ("/auth/logout", {})):
                await tab.ask(path, body)
                tokens += [tab.cookie] if tab.cookie else []
    assert len(tokens) == 2
    assert any("/web/auth/refresh" in line for line in lines)
    assert not any(token in line for token in tokens for line in lines)


async def _answered(body: bytes, status: int = 200) -> httpx2.Response:
    async def auth(scope: Any, receive: Any, send: Any) -> None:
        await reply(send, status, [(b"content-type", b"application/json"), (b"set-cookie", b"a=1")], body)

    async with serve(auth) as people, door(people) as url, httpx2.AsyncClient(base_url=url) as client:
        return await client.post("/web/auth/login", json={}, headers=OWN)


@pytest.mark.parametrize("body", [b'{"refresh_token": "abc"', b"[]", b"refresh_token=abc", b"1" * 70_000])
async def test_an_answer_whose_token_cannot_be_taken_out_is_502(body: bytes) -> None:
    answer = await _answered(body)
    assert (answer.status_code, answer.json()["code"]) == (502, "bad_gateway")
    assert "set-cookie" not in answer.headers


async def test_a_large_error_is_502_and_an_answer_that_is_no_session_passes() -> None:
    assert (await _answered(b"{" + b" " * 70_000 + b"}", 422)).status_code == 502
    passed = await _answered(json.dumps({"detail": "away"}).encode(), 503)
    assert (passed.status_code, passed.json()) == (503, {"detail": "away"})
    assert "set-cookie" not in passed.headers


async def test_an_answer_that_breaks_off_is_502(people: str) -> None:
    async def auth(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b'{"refresh', "more_body": True})

    async with serve(auth) as broken, door(broken) as url, httpx2.AsyncClient(base_url=url) as client:
        answer = await client.post("/web/auth/login", json={}, headers=OWN)
    assert answer.status_code == 502


async def test_the_service_sees_neither_the_cookie_nor_the_mark(catalog: str) -> None:
    async with door(catalog) as url:
        body = b'{"email": "a", "password": "b"}'
        head = (
            b"POST /web/auth/login HTTP/1.1\r\nhost: a\r\norigin: http://a\r\nx-segue-web: 1\r\n"
            b"cookie: segue_session=abc\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        )
        answer = await raw(url, head + body)
    seen = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert (seen["method"], seen["path"], seen["body"]) == ("POST", "/v1/auth/login", len(body))
    assert {"cookie", "origin", "x-segue-web"}.isdisjoint(name for name, _ in seen["headers"])
