"""Tests of the refusals of the browser session: requests that no page of this server sent (CSRF), no CORS."""

import httpx2
import pytest

from tests.gateway.servers import Upstream, door

pytestmark = pytest.mark.anyio
ROUTES = [
    ("POST", "/web/auth/login"),
    ("POST", "/web/auth/signup"),
    ("POST", "/web/auth/reset"),
    ("POST", "/web/auth/refresh"),
    ("POST", "/web/auth/logout"),
    ("PUT", "/web/me/password"),
]
HERE = "music.example:8443"


def sent(**headers: str) -> dict[str, str]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"x-segue-web": "1", "host": HERE, "cookie": "segue_session=abc"} | given


REFUSED = [
    sent(x_segue_web=""),
    sent(x_segue_web="0"),
    {"host": HERE, "origin": f"https://{HERE}", "sec-fetch-site": "same-origin"},
    sent(sec_fetch_site="cross-site"),
    sent(sec_fetch_site="same-site"),
    sent(sec_fetch_site=""),
    sent(origin="https://evil.example"),
    sent(origin="https://evil.example:8443", sec_fetch_site="same-origin"),
    sent(origin="https://sub.music.example"),
    sent(origin="https://music.example.evil.example"),
    sent(origin="https://music.example@evil.example"),
    sent(origin="null"),
    sent(origin=""),
    sent(origin="https://[broken"),
    sent(origin="https://evil.example", x_forwarded_host="evil.example"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_every_route_refuses_what_no_page_of_this_server_sent(
    catalog: str, upstream: Upstream, method: str, path: str
) -> None:
    async with door(catalog, cors_origins="*") as url, httpx2.AsyncClient(base_url=url) as client:
        for headers in REFUSED:
            answer = await client.request(method, path, json={}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), headers
            assert {"set-cookie", "access-control-allow-origin"}.isdisjoint(answer.headers)
    assert not upstream.reached.is_set()


@pytest.mark.parametrize(
    "headers",
    [
        sent(),
        sent(sec_fetch_site="none"),
        sent(origin=f"https://{HERE}", sec_fetch_site="same-origin"),
        sent(origin="https://music.example:8443", host="MUSIC.example"),  # a proxy that drops the port
        sent(origin="http://[::1]:8000", host="[::1]:8000"),
    ],
)
async def test_a_page_of_this_server_is_let_through_without_cors_headers(
    catalog: str, upstream: Upstream, headers: dict[str, str]
) -> None:
    async with door(catalog, cors_origins="*") as url, httpx2.AsyncClient(base_url=url) as client:
        answer = await client.post("/web/auth/login", json={}, headers=headers)
    assert (answer.status_code, answer.json()["path"]) == (200, "/v1/auth/login")
    assert not any(name.startswith("access-control-") for name in answer.headers)


async def test_the_host_of_a_trusted_proxy_counts(catalog: str) -> None:
    behind = sent(origin="https://music.example", host="gateway:8000", x_forwarded_host="music.example, inner")
    for proxies, status in (("127.0.0.1", 200), ("", 403)):
        async with door(catalog, trusted_proxies=proxies) as url, httpx2.AsyncClient(base_url=url) as client:
            answer = await client.post("/web/auth/login", json={}, headers=behind)
        assert answer.status_code == status
    assert "SEGUE_GATEWAY_TRUSTED_PROXIES" in answer.json()["detail"]


async def test_a_preflight_is_never_granted(catalog: str, upstream: Upstream) -> None:
    preflight = {
        "origin": "https://music.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-segue-web, content-type",
    }
    async with door(catalog, cors_origins="*") as url, httpx2.AsyncClient(base_url=url) as client:
        for method, path in (*ROUTES, ("POST", "/web/nobody")):
            wanted = {"access-control-request-method": method}
            answer = await client.options(path, headers=preflight | wanted)
            assert answer.status_code == 404
            assert not any(name.startswith("access-control-") for name in answer.headers)
    assert not upstream.reached.is_set()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/web/auth/login"),
        ("POST", "/web/auth/forgot"),
        ("POST", "/web/auth/login/"),
        ("GET", "/web/me"),
        ("DELETE", "/web/me"),
        ("POST", "/web/me/password"),
        ("POST", "/web/v1/auth/login"),
        ("POST", "/web"),
        ("POST", "/WEB/auth/login"),
    ],
)
async def test_no_other_route_leads_anywhere(catalog: str, upstream: Upstream, method: str, path: str) -> None:
    async with door(catalog) as url, httpx2.AsyncClient() as client:
        target = httpx2.URL(url).copy_with(raw_path=path.encode())
        answer = await client.request(method, target, json={}, headers=sent())
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not upstream.reached.is_set()


async def test_the_session_is_not_in_the_contract_document(client: httpx2.AsyncClient) -> None:
    assert not [path for path in (await client.get("/openapi.json")).json()["paths"] if path.startswith("/web")]
