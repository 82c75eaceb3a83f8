"""Tests of the web app's files: media types, content codings, caching, and that nothing else is served."""

from pathlib import Path

import httpx2
import pytest

from gateway.web.accept_encoding import negotiated_coding
from tests.gateway.servers import door, raw
from tests.gateway.web.conftest import FILES, SCRIPT

pytestmark = pytest.mark.anyio
JS = "/assets/index-Ab12.js"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("assets/index-Ab12.js", "text/javascript; charset=utf-8"),
        ("assets/index-Cd34.css", "text/css; charset=utf-8"),
        ("assets/text-Ef56.woff2", "font/woff2"),
        ("assets/graph-Gh78.wasm", "application/wasm"),
        ("assets/places-Ij90.json", "application/json"),
        ("icon.svg", "image/svg+xml"),
    ],
)
async def test_files_have_their_media_type(pages: httpx2.AsyncClient, name: str, media_type: str) -> None:
    answer = await pages.get(f"/{name}")
    assert (answer.status_code, answer.content) == (200, FILES[name])
    assert answer.headers["content-type"] == media_type
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_assets_are_kept_for_a_year_and_other_files_are_asked_for_again(pages: httpx2.AsyncClient) -> None:
    assert (await pages.get(JS)).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (await pages.get("/icon.svg")).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.5, gzip;q=0.9", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*;q=0.1", "br"),
        ("identity", None),
        ("gzip;q=0", None),
        ("", None),
    ],
)
async def test_the_coding_that_the_client_prefers_is_sent(catalog: str, dist: Path, accept: str, coding: str) -> None:
    head = f"GET {JS} HTTP/1.1\r\nhost: a\r\naccept-encoding: {accept}\r\nconnection: close\r\n\r\n"
    async with door(catalog, dist=dist) as url:
        headers, _, body = (await raw(url, head.encode())).partition(b"\r\n\r\n")
    expected = {"br": FILES["assets/index-Ab12.js.br"], "gzip": FILES["assets/index-Ab12.js.gz"], None: SCRIPT}
    assert body == expected[coding]
    assert (b"content-encoding: " + coding.encode() in headers) if coding else (b"content-encoding" not in headers)
    assert b"vary: accept-encoding" in headers
    assert f"content-length: {len(body)}".encode() in headers


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        (None, "identity"),
        ("BR", "br"),
        ("br ; q=0.2, gzip ; q=0.1", "br"),
        ("identity;q=1, br;q=0.5", "identity"),
        ("identity;q=0", "identity"),
        ("br;q=nonsense", "identity"),
        ("br;q=7, gzip", "br"),
        (",,;q=1", "identity"),
    ],
)
async def test_a_coding_is_chosen_by_its_weight(accept: str | None, coding: str) -> None:
    assert negotiated_coding(accept, ["br", "gzip"]) == coding


async def test_a_file_without_compressed_forms_is_sent_as_it_is(pages: httpx2.AsyncClient) -> None:
    answer = await pages.get("/assets/text-Ef56.woff2", headers={"accept-encoding": "br, gzip"})
    assert answer.content == b"wOF2"
    assert {"vary", "content-encoding"}.isdisjoint(answer.headers)


@pytest.mark.parametrize("path", ["/icon.svg", JS])
async def test_a_file_that_the_browser_has_is_304(pages: httpx2.AsyncClient, path: str) -> None:
    first = await pages.get(path)
    for tag in (first.headers["etag"], f"W/{first.headers['etag']}", f'"other", {first.headers["etag"]}', "*"):
        again = await pages.get(path, headers={"if-none-match": tag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (await pages.get(path, headers={"if-none-match": '"other"'})).status_code == 200


async def test_each_coding_has_an_etag_of_its_own(pages: httpx2.AsyncClient) -> None:
    codings = ("identity", "gzip")
    tags = {(await pages.get(JS, headers={"accept-encoding": coding})).headers["etag"] for coding in codings}
    assert len(tags) == 2


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../secret.txt",
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e%2findex.html",
        "/assets/....//secret.txt",
        "//icon.svg",
        "/assets//index-Ab12.js",
        "/assets/index-Ab12.js%00",
        "/assets/index-Ab12.js/",
        "/assets/",
        "/assets",
        "/assets/index-Ab12.js.br",
        "/assets/index-Ab12.js.gz",
        "/.vite/manifest.json",
        "/manifest.json",
        "/index.html",
        "/.env",
        "/secret.txt",
        "/dist/icon.svg",
        "/web/dist/icon.svg",
    ],
)
async def test_nothing_but_the_files_of_the_build_is_served(catalog: str, dist: Path, path: str) -> None:
    async with door(catalog, dist=dist) as url:
        answer = await raw(url, f"GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".encode())
    assert answer.split(b" ")[1] in (b"404", b"400", b"307"), answer[:200]
    assert b"secret" not in answer.partition(b"\r\n\r\n")[2].replace(b"secret.txt", b"")


async def test_a_file_added_later_or_a_changed_one_needs_a_restart(catalog: str, dist: Path) -> None:
    async with door(catalog, dist=dist) as url, httpx2.AsyncClient(base_url=url) as client:
        (dist / "assets" / "late-1.js").write_text("late")
        (dist / "icon.svg").write_text("changed")
        assert (await client.get("/assets/late-1.js")).status_code == 404
        assert (await client.get("/icon.svg")).content == FILES["icon.svg"]
