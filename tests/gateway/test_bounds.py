"""Tests of limits on request heads, bodies, fields and concurrent requests."""

import asyncio
import json
from typing import Any

import anyio
import httpx2
import pytest

from gateway.app import create_app
from gateway.body_weight import FIELDS_IN_ALL, FIELDS_OF_AN_OBJECT, check_fields, text_seeds
from gateway.http_protocol import HEAD_LIMIT, HEADER_COUNT, BoundedHttp
from gateway.request_body import BUFFERED
from gateway.settings import Settings
from kit.errors import Malformed
from kit.topology import GATEWAY, called_by
from tests.gateway.servers import SERVICE_KEY, Upstream, door, raw, serve

pytestmark = pytest.mark.anyio


class Quick(BoundedHttp):
    """The protocol that serves, with a deadline that a test can wait for."""

    head_s = 0.3


async def connect(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = url.removeprefix("http://").split(":")
    return await asyncio.open_connection(host, int(port))


async def get(url: str) -> httpx2.Response:
    async with httpx2.AsyncClient() as client:
        return await client.get(url)


LARGE = {
    "one header": b"x-large: " + b"x" * HEAD_LIMIT + b"\r\n",
    "many headers": b"".join(b"x-%d: 1\r\n" % n for n in range(HEADER_COUNT + 1)),
    "a target": b"x: 1\r\n",
}


@pytest.mark.parametrize("what", LARGE)
async def test_a_large_head_is_refused_with_431(catalog: str, what: str) -> None:
    target = b"/v1/search" + (b"?q=" + b"x" * HEAD_LIMIT if what == "a target" else b"")
    async with door(catalog, http=BoundedHttp) as url:
        answer = await raw(url, b"GET " + target + b" HTTP/1.1\r\nHost: h\r\n" + LARGE[what] + b"\r\n")
        assert answer.startswith(b"HTTP/1.1 431 ")
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "headers_too_large"
        assert (await get(f"{url}/health/live")).status_code == 200


async def test_a_head_up_to_the_limit_passes_and_so_does_the_next_on_the_connection(catalog: str) -> None:
    async with door(catalog, http=BoundedHttp) as url, httpx2.AsyncClient(base_url=url) as client:
        for _ in range(3):
            assert (await client.get("/v1/search/echo", headers={"x-large": "x" * 60_000})).status_code == 200
        sent = await client.post("/v1/search/echo", content=b"x" * 200_000)
        assert sent.json()["body"] == 200_000


@pytest.mark.parametrize("sent", [b"", b"GET /v1/search HTTP/1.1\r\nHost: h\r\n"])
async def test_a_connection_whose_head_does_not_come_in_time_ends(catalog: str, sent: bytes) -> None:
    async with door(catalog, http=Quick) as url:
        reader, writer = await connect(url)
        writer.write(sent)
        for _ in range(4):  # a byte now and then does not prolong it
            await asyncio.sleep(0.05)
            writer.write(b"x" if sent else b"")
        assert await asyncio.wait_for(reader.read(), 10) == b""
        writer.close()


async def test_the_deadline_of_a_head_does_not_end_a_slow_answer(catalog: str) -> None:
    async with (
        door(catalog, http=Quick) as url,
        httpx2.AsyncClient(base_url=url) as client,
        client.stream("GET", "/v1/search/events") as answer,
    ):
        await asyncio.sleep(0.6)
        assert answer.status_code == 200


async def test_an_idle_connection_ends(catalog: str) -> None:
    """Before its first request, and after a response; the fleet sets 75 s for the latter."""
    gateway = create_app(Settings(**{f"{name}_url": catalog for name in called_by(GATEWAY)}, service_key=SERVICE_KEY))
    async with serve(gateway, lifespan="on", http=Quick, timeout_keep_alive=1) as url:
        for request in (b"", b"GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n"):
            reader, writer = await connect(url)
            writer.write(request)
            answer = await asyncio.wait_for(reader.read(), 10)
            assert answer.startswith(b"HTTP/1.1 200" if request else b"")
            writer.close()


async def test_a_missing_body_is_408_and_holds_no_request_slot(catalog: str, upstream: Upstream) -> None:
    async with door(catalog, max_in_flight=1, body_s=0.5) as url, httpx2.AsyncClient(base_url=url) as client:
        reader, writer = await connect(url)
        writer.write(b"POST /v1/search/echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345")
        await asyncio.sleep(0.1)
        assert (await client.get("/v1/search/echo")).status_code == 200
        answer = await asyncio.wait_for(reader.readuntil(b"}"), 10)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"request_timeout" in answer
        writer.close()


@pytest.mark.parametrize("before", [0, BUFFERED + 1])
async def test_a_body_sent_byte_by_byte_ends_at_its_deadline(catalog: str, before: int) -> None:
    """Also one that is streamed, whose request holds a slot."""
    async with door(catalog, max_in_flight=1, body_s=0.5) as url, httpx2.AsyncClient(base_url=url) as client:
        reader, writer = await connect(url)
        length = before + 10_000
        writer.write(b"POST /v1/search/sink HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % length)
        writer.write(b"x" * before)
        answer = asyncio.create_task(reader.read(100))
        with anyio.fail_after(20):
            while not answer.done():
                writer.write(b"x")
                await asyncio.sleep(0.05)
        writer.close()
        assert (await answer).startswith(b"HTTP/1.1 408 ")
        assert (await client.get("/v1/search/echo")).status_code == 200


async def test_a_caller_holds_at_most_its_share_of_request_slots(catalog: str) -> None:
    settings = {"max_in_flight": 8, "caller_share": 0.25, "trusted_proxies": "127.0.0.1"}
    async with door(catalog, **settings) as url, httpx2.AsyncClient(base_url=url) as client:
        mine, yours = {"x-forwarded-for": "203.0.113.1"}, {"x-forwarded-for": "203.0.113.2"}
        async with (
            client.stream("GET", "/v1/search/events", headers=mine),
            client.stream("GET", "/v1/search/events", headers=mine),
        ):
            refused = await client.get("/v1/search/echo", headers=mine)
            assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
            assert refused.headers["retry-after"] == "1"
            assert (await client.get("/v1/search/echo", headers=yours)).status_code == 200
        with anyio.fail_after(10):
            while (await client.get("/v1/search/echo", headers=mine)).status_code != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("path", ["/v1/auth/signup%0A", "/v1/search/echo%00", "/v1/search%0d%0a", "/v1/search/%C2%85"])
async def test_a_control_character_in_a_path_is_refused(catalog: str, upstream: Upstream, path: str) -> None:
    async with door(catalog) as url:
        answer = await get(url + path)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert not upstream.reached.is_set()


@pytest.mark.parametrize(
    "path", ["/v1/auth/login", "/v1/auth%2Flogin", "/v1/auth/log%69n", "/v1/auth/login/", "/v1/auth/signup"]
)
async def test_every_path_variant_of_sign_in_counts_as_sign_in(catalog: str, path: str) -> None:
    async with door(catalog, sign_in_per_minute=1) as url, httpx2.AsyncClient(base_url=url) as client:
        statuses = [(await client.post(path, json={})).status_code for _ in range(2)]
    assert statuses[1] == 429


@pytest.mark.parametrize("path", ["/v1/search/echo", "/health/live", "/docs", "/openapi.json"])
async def test_head_is_get_without_the_body(catalog: str, path: str) -> None:
    async with door(catalog) as url, httpx2.AsyncClient(base_url=url) as client:
        got, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize("path", ["/v1/search/slashed/", "/health/live/", "/docs/", "/openapi.json/"])
async def test_the_host_of_a_request_never_shapes_a_redirect(catalog: str, path: str) -> None:
    async with door(catalog) as url, httpx2.AsyncClient(base_url=url) as client:
        answer = await client.get(path, headers={"host": "elsewhere.example"})
    assert answer.status_code == 307
    assert answer.headers["location"].startswith("/")
    assert "elsewhere" not in answer.headers["location"]


async def test_many_unknown_fields_are_refused_before_a_service_sees_them(catalog: str, upstream: Upstream) -> None:
    body = json.dumps({f"field{n}": n for n in range(30_000)})
    async with door(catalog, recommend_url=catalog) as url, httpx2.AsyncClient(base_url=url) as client:
        answer = await client.post("/v1/recommendations", content=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert "'field0'" in answer.json()["detail"]
    assert not upstream.reached.is_set()


def nested(depth: int) -> Any:
    return {"x": nested(depth - 1)} if depth else "x" * 5_000


MANY = {
    "in one object": {f"f{n}": "x" * 200 for n in range(FIELDS_OF_AN_OBJECT + 1)},
    "in a seed": {"seeds": [{f"f{n}": "x" * 200 for n in range(FIELDS_OF_AN_OBJECT + 1)}]},
    "in all": {"seeds": [{f"f{n}": 1 for n in range(30)} for _ in range(FIELDS_IN_ALL // 30 + 1)]},
    "in depth": nested(40),
}


@pytest.mark.parametrize("body", MANY.values(), ids=MANY)
def test_fields_are_bounded_in_one_object_in_all_and_in_depth(body: Any) -> None:
    with pytest.raises(Malformed, match="fields"):
        check_fields(json.dumps(body).encode())


def test_the_longest_valid_request_passes() -> None:
    features = {f"feature{n}": 0.123 for n in range(12)}
    check_fields(json.dumps({"seeds": [{"features": features, "weight": 1.0}] * 500}).encode())
    check_fields(b"\xff no JSON" * 1_000)


async def test_text_seeds_count_as_a_request_each(catalog: str) -> None:
    body = {"seeds": [{"text": "a song"}] * 8}
    settings = {"recommend_url": catalog, "guest_per_minute": 20}
    async with door(catalog, **settings) as url, httpx2.AsyncClient(base_url=url) as client:
        answers = [await client.post("/v1/recommendations", json=body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["12", "4", "0"]
    assert text_seeds(b'{"seeds": []}') == 1


async def test_a_picture_counts_as_ten_requests(catalog: str) -> None:
    async with door(catalog, guest_per_minute=25) as url, httpx2.AsyncClient(base_url=url) as client:
        shared = f"/v1/shared/reports/{'a' * 43}"
        answers = [await client.get(shared + path) for path in ("/card.png?size=tall", "", "/card.png", "/card.png")]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["15", "14", "4", "0"]
    assert [answer.status_code == 429 for answer in answers] == [False, False, False, True]


async def test_points_and_ids_of_a_map_count_as_ten_requests_each(catalog: str) -> None:
    async with door(catalog, guest_per_minute=25) as url, httpx2.AsyncClient(base_url=url) as client:
        paths = ("/demo.bin", "/demo/labels", "/demo/ids.bin", "/demo.bin")
        answers = [await client.get(f"/v1/map{path}") for path in paths]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["15", "14", "4", "0"]
    assert [answer.status_code == 429 for answer in answers] == [False, False, False, True]
