"""Tests of the documentation pages: no resources of other hosts."""

import re
from collections.abc import AsyncIterator
from urllib.parse import urljoin

import httpx2
import pytest

from gateway.app import create_app
from gateway.settings import Settings
from tests.gateway.servers import SERVICE_KEY

pytestmark = pytest.mark.anyio


@pytest.fixture
async def page() -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(Settings(service_key=SERVICE_KEY))
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client,
    ):
        yield client


@pytest.mark.parametrize("path", ["/docs"])
async def test_pages_load_only_relative_urls(page: httpx2.AsyncClient, path: str) -> None:
    answer = await page.get(path)
    assert answer.headers["content-type"].startswith("text/html")
    links = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert links
    for link in links:
        assert not re.match(r"[a-z]+:|/", link), f"{link!r} would not survive a path prefix or leaves this host"
        if "health" not in link:
            assert (await page.get(urljoin(f"http://gateway{path}", link))).status_code == 200, link


@pytest.mark.parametrize("path", ["/docs"])
async def test_the_content_security_policy_forbids_other_hosts(page: httpx2.AsyncClient, path: str) -> None:
    policy = (await page.get(path)).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert not re.search(r"unsafe|https?:|\*", policy)


async def test_a_slash_too_many_still_finds_the_documentation(page: httpx2.AsyncClient) -> None:
    answer = await page.get("/docs/", follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, "/docs")


async def test_the_licence_stands_beside_the_copied_files(page: httpx2.AsyncClient) -> None:
    assert "Apache License" in (await page.get("/docs/static/swagger-ui/LICENSE")).text
    assert "swagger-ui" in (await page.get("/docs/static/swagger-ui/NOTICE")).text


async def test_assets_are_answered_from_the_browsers_cache(page: httpx2.AsyncClient) -> None:
    first = await page.get("/docs/static/swagger-ui/swagger-ui.css")
    again = await page.get("/docs/static/swagger-ui/swagger-ui.css", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


async def test_the_document_is_served_as_json(page: httpx2.AsyncClient) -> None:
    answer = await page.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["info"]["title"] == "Segue"


async def test_the_document_is_sent_once(page: httpx2.AsyncClient) -> None:
    first = await page.get("/openapi.json")
    again = await page.get("/openapi.json", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (await page.get("/openapi.json", headers={"if-none-match": '"other"'})).content == first.content
