"""Tests that requests and responses pass through the gateway unchanged."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from tests.gateway.servers import GZIPPED, door, raw

pytestmark = pytest.mark.anyio


def values(seen: dict[str, Any], name: str) -> list[str]:
    return [value for key, value in seen["headers"] if key == name]


@pytest.mark.parametrize(
    "target",
    [
        "/v1/tracks/a%2Fb?x=%20&y=+&x=2",
        "/v1/tracks/a%2fb%7E~",
        "/v1/search//double//slash/",
        "/v1/search/%E2%9C%93/%C3%A9?q=%E2%9C%93",
        "/v1/search/a;b=c,d:e@f!$&'()*+",
        "/v1/search?q=a?b/c&empty=&flag",
        "/v1/tracks%3Abatch",
    ],
)
async def test_paths_and_queries_arrive_byte_for_byte(gateway: str, target: str) -> None:
    answer = await raw(gateway, f"GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
    seen = httpx2.Response(200, content=answer.partition(b"\r\n\r\n")[2]).json()
    assert seen["path"] + ("?" + seen["query"] if seen["query"] else "") == target


async def test_a_service_sees_the_callers_headers_and_no_invented_ones(gateway: str) -> None:
    headers = b"Host: h\r\nX-One: 1\r\nX-One: 2\r\nX-Name: Beyonc\xc3\xa9\r\nConnection: close\r\n"
    request = b"GET /v1/search HTTP/1.1\r\n" + headers + b"\r\n"
    seen = httpx2.Response(200, content=(await raw(gateway, request)).partition(b"\r\n\r\n")[2]).json()
    assert values(seen, "x-one") == ["1", "2"]
    assert values(seen, "x-name") == ["Beyonc\xc3\xa9"]
    assert {"user-agent", "accept", "accept-encoding", "content-type"}.isdisjoint(dict(seen["headers"]))


async def test_both_of_two_cookies_come_back_and_none_is_kept(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/search/cookies")
    assert answer.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2; HttpOnly"]
    client.cookies.clear()
    assert values((await client.get("/v1/search/echo")).json(), "cookie") == []


async def test_gzip_bodies_are_unchanged(gateway: str) -> None:
    answer = await raw(
        gateway, b"GET /v1/search/gzip HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    )
    head, _, body = answer.partition(b"\r\n\r\n")
    assert body == GZIPPED
    assert b"content-encoding: gzip" in head


async def test_head_says_the_length_and_sends_no_body(gateway: str) -> None:
    answer = await raw(gateway, b"HEAD /v1/search/gzip HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"content-length: %d" % len(GZIPPED) in head
    assert body == b""


@pytest.mark.parametrize(("behaviour", "status", "etag"), [("nothing", 204, '"n"'), ("unchanged", 304, '"v1"')])
async def test_answers_without_a_body_pass(client: httpx2.AsyncClient, behaviour: str, status: int, etag: str) -> None:
    for _ in range(2):  # the second would hang or break if the first left bytes on the connection
        answer = await client.get(f"/v1/search/{behaviour}")
        assert (answer.status_code, answer.headers["etag"], answer.content) == (status, etag, b"")


async def test_an_unchanged_answer_that_names_a_length_passes() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\nContent-Length: 1234\r\n\r\n')
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, door(f"http://127.0.0.1:{port}") as url, httpx2.AsyncClient(base_url=url) as client:
        assert (await client.get("/v1/search")).status_code == 304


async def test_redirects_are_passed_to_the_caller(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/search/moved")
    assert (answer.status_code, answer.headers["location"]) == (307, "/v1/search/elsewhere")


async def test_a_redirect_never_reveals_the_service_url(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/search/slashed/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/v1/search?q=a")


@pytest.mark.parametrize("size", [0, 1, 100_000])
async def test_a_body_arrives_whole(client: httpx2.AsyncClient, size: int) -> None:
    body = bytes(number % 251 for number in range(size))
    seen = (await client.post("/v1/search/echo", content=body)).json()
    assert (seen["body"], seen["sha256"]) == (size, hashlib.sha256(body).hexdigest())
    assert values(seen, "content-length") == [str(size)]


async def test_a_chunked_body_arrives_whole(client: httpx2.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for number in range(100):
            yield bytes([number]) * 1000

    seen = (await client.post("/v1/search/echo", content=pieces())).json()
    whole = b"".join(bytes([number]) * 1000 for number in range(100))
    assert (seen["body"], seen["sha256"]) == (len(whole), hashlib.sha256(whole).hexdigest())


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_every_method_passes(client: httpx2.AsyncClient, method: str) -> None:
    assert (await client.request(method, "/v1/search/echo")).json()["method"] == method


async def test_hop_by_hop_headers_are_not_forwarded(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/search/hops")
    assert {"x-private", "keep-alive", "proxy-authenticate"}.isdisjoint(answer.headers)
    headers = {"connection": "x-mine", "x-mine": "1", "te": "trailers", "proxy-authorization": "x", "upgrade": "h2c"}
    seen = (await client.get("/v1/search/echo", headers=headers)).json()
    assert {"x-mine", "te", "proxy-authorization", "upgrade"}.isdisjoint(dict(seen["headers"]))


async def test_date_server_and_request_id_occur_once(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/search/hops", headers={"x-request-id": "mine"})
    for name in ("date", "server", "x-request-id"):
        assert len(answer.headers.get_list(name)) == 1, name
    assert answer.headers["x-request-id"] == "mine"
