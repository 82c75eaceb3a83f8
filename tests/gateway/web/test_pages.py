"""Tests of the web app's pages: one page for all paths, its headers, unknown paths, limits, no build."""

import re
from pathlib import Path

import httpx2
import pytest

from gateway.settings import Settings
from gateway.web.page_paths import PAGES
from tests.gateway.servers import NOT_BUILT, Upstream, door, logged, raw

pytestmark = pytest.mark.anyio
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PATHS = [re.sub(r"\{\w+\}", "4uLU6hMCjMI75M1A2tKUQC", path) for path in PAGES]


def nonce_of(answer: httpx2.Response) -> str:
    [nonce] = re.findall(r'name="csp-nonce" content="([\w-]+)"', answer.text)
    return str(nonce)


@pytest.mark.must("S0-64")
@pytest.mark.parametrize("path", [*PATHS, "/search?q=a&filter=b", "/reset?token=of-a-mailed-link"])
async def test_every_page_is_the_built_page(pages: httpx2.AsyncClient, path: str) -> None:
    answer = await pages.get(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert '<div id="root"></div>' in answer.text
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "of-a-mailed-link" not in answer.text


async def test_each_response_has_a_nonce_of_its_own(pages: httpx2.AsyncClient) -> None:
    answers = [await pages.get("/") for _ in range(3)]
    nonces = [nonce_of(answer) for answer in answers]
    assert len(set(nonces)) == 3
    for answer, nonce in zip(answers, nonces, strict=True):
        assert len(nonce) >= 22  # 128 bits
        assert f"style-src 'self' 'nonce-{nonce}';" in answer.headers["content-security-policy"]


async def test_the_policy_lets_in_nothing_but_our_files_and_spotifys_player(pages: httpx2.AsyncClient) -> None:
    policy = (await pages.get("/")).headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["connect-src"] == rules["font-src"] == rules["form-action"] == "'self'"
    assert (rules["img-src"], rules["media-src"]) == ("'self' data: blob:", "'self' blob:")
    assert rules["frame-src"] == "https://open.spotify.com"
    assert "unsafe" not in policy
    assert "*" not in policy


async def test_pictures_and_audio_of_named_origins_may_be_loaded(catalog: str, dist: Path) -> None:
    named = "https://i.scdn.co, https://p.scdn.co"
    async with door(catalog, dist=dist, media_origins=named) as url, httpx2.AsyncClient(base_url=url) as client:
        policy = (await client.get("/")).headers["content-security-policy"]
    assert "img-src 'self' data: blob: https://i.scdn.co https://p.scdn.co;" in policy
    assert "media-src 'self' blob: https://i.scdn.co https://p.scdn.co;" in policy
    assert "script-src 'self';" in policy


@pytest.mark.parametrize("origin", ["*", "https://a.example/path", "a.example", "'unsafe-inline'", "https://a;b"])
async def test_a_media_origin_that_is_none_refuses_to_start(origin: str) -> None:
    with pytest.raises(ValueError, match="is not a web origin"):
        Settings(media_origins=origin)  # type: ignore[arg-type]


async def test_pages_take_nothing_of_a_guests_limit(pages: httpx2.AsyncClient, upstream: Upstream) -> None:
    for path in (*PATHS, "/icon.svg", "/assets/index-Ab12.js"):
        answer = await pages.get(path)
        assert (answer.status_code, "ratelimit-limit" in answer.headers) == (200, False), path
    assert not upstream.reached.is_set()
    assert [(await pages.get("/v1/search/echo")).status_code for _ in range(2)] == [200, 429]
    assert (await pages.get("/", headers=BROWSER)).status_code == 200


@pytest.mark.parametrize("path", ["/nowhere", "/tracks/1/2", "/track/1/2", "/index.html", "/Search", "/websites"])
async def test_an_unknown_page_is_404_with_the_apps_page_for_a_browser(catalog: str, dist: Path, path: str) -> None:
    async with door(catalog, dist=dist) as url, httpx2.AsyncClient(base_url=url) as client:
        answer = await client.get(path, headers=BROWSER)
        program = await client.get(path)
        posted = await client.post(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["vary"]) == (404, "accept")
    assert f"'nonce-{nonce_of(answer)}'" in answer.headers["content-security-policy"]
    assert (program.status_code, program.json()["code"]) == (404, "not_found")
    assert (posted.status_code, posted.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v1/nobody",
        "/v1:batch",
        "/web/nobody",
        "/web/auth/login",
        "/health/nobody",
        "/docs/nobody",
        "/.well-known/nobody",
        "/openapi.json/",
        "/assets/nobody.js",
        "/internal/events",
        "/metrics",
    ],
)
async def test_a_browser_gets_a_problem_document_below_the_paths_of_programs(
    catalog: str, dist: Path, path: str
) -> None:
    async with door(catalog, dist=dist) as url, httpx2.AsyncClient(base_url=url, follow_redirects=True) as client:
        answer = await client.get(path, headers=BROWSER)
    if path != "/openapi.json/":  # redirected to the document
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    else:
        assert answer.headers["content-type"] == "application/json"


async def test_head_is_get_without_the_body(pages: httpx2.AsyncClient) -> None:
    for path in ("/", "/track/1", "/icon.svg", "/assets/index-Ab12.js"):
        whole, head = await pages.get(path), await pages.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(whole.content))


async def test_other_methods_are_405(pages: httpx2.AsyncClient) -> None:
    for path in ("/", "/reset", "/assets/index-Ab12.js"):
        answer = await pages.post(path)
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/docs"])
async def test_without_a_build_the_first_page_says_how_to_make_one(catalog: str, path: str) -> None:
    async with door(catalog) as url, httpx2.AsyncClient(base_url=url) as client:
        answer = await client.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert ("make web" in answer.text and 'href="/docs"' in answer.text) or path == "/docs"
        page, asset = await client.get("/reset"), await client.get("/assets/index-Ab12.js")
    assert (page.status_code, "make web" in page.text, asset.status_code) == (404, True, 404)
    assert not NOT_BUILT.exists()


async def test_a_token_in_the_query_of_a_page_is_not_logged(catalog: str, dist: Path) -> None:
    with logged() as lines:
        async with door(catalog, dist=dist) as url:
            await raw(url, b"GET /reset?token=very-secret HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    assert any("/reset" in line for line in lines)
    assert not any("very-secret" in line for line in lines)
