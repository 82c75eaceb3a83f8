"""Tests of what JSON Lines count as: a request for each 500 lines in, ten for a list without a limit."""

import json
from uuid import uuid4

import httpx2
import pytest

from gateway.body_weight import lines
from kit.json_lines import MOST_LINES
from tests.gateway.auths import Auth
from tests.gateway.servers import door

pytestmark = pytest.mark.anyio
LINES = "application/x-ndjson"
ROW = {"track": "0" * 22, "kind": "like"}


@pytest.mark.parametrize(("rows", "weight"), [(1, 1), (499, 1), (501, 2), (MOST_LINES, 10)])
def test_each_batch_of_lines_counts_as_a_request(rows: int, weight: int) -> None:
    assert lines("\n".join(json.dumps(ROW) for _ in range(rows)).encode()) == weight
    assert lines("\r\n".join(json.dumps(ROW) for _ in range(rows)).encode()) == weight


@pytest.mark.parametrize("indent", [None, 2])
def test_one_document_counts_as_one(indent: int | None) -> None:
    assert lines(json.dumps({"events": [ROW] * 500}, indent=indent).encode()) == 1


async def test_they_are_counted_for_the_person(catalog: str, auth_url: str, auth: Auth) -> None:
    ada = auth.issuer.bearer(uuid4())
    body = b"\n".join(json.dumps(ROW).encode() for _ in range(1_200))
    async with (
        door(catalog, auth_url=auth_url, person_per_minute=100) as url,
        httpx2.AsyncClient(base_url=url, headers=ada) as client,
    ):

        async def left(method: str, path: str, **more: object) -> int:
            answer = await client.request(method, path, **more)  # type: ignore[arg-type]
            assert answer.status_code == 200
            return int(answer.headers["ratelimit-remaining"])

        assert await left("GET", "/v1/search/echo?q=limit=1", headers={"accept": LINES}) == 90
        assert await left("GET", "/v1/search/echo?q=a&limit=5", headers={"accept": LINES}) == 89
        assert await left("GET", "/v1/search/echo") == 88
        assert await left("HEAD", "/v1/search/echo", headers={"accept": LINES}) == 78
        assert await left("POST", "/v1/me/feedback", headers={"content-type": LINES}, content=body) == 75
        assert await left("POST", "/v1/tracks:batch", headers={"content-type": LINES}, content=body) == 72


async def test_lines_alone_may_be_larger_than_other_bodies(catalog: str, auth_url: str, auth: Auth) -> None:
    async with (
        door(catalog, auth_url=auth_url, body_limit_bytes=1_000) as url,
        httpx2.AsyncClient(base_url=url, headers=auth.issuer.bearer(uuid4())) as client,
    ):

        async def sent(size: int, media_type: str) -> int:
            headers = {"content-type": media_type}
            return (await client.post("/v1/me/feedback", content=b" " * size, headers=headers)).status_code

        assert [await sent(1_001, kind) for kind in ("application/json", LINES, f"{LINES}; charset=utf-8")] == [
            413,
            200,
            200,
        ]
        assert await sent((1 << 20) + 1, LINES) == 413


async def test_a_list_that_is_more_than_what_is_left_is_refused(catalog: str, auth_url: str, auth: Auth) -> None:
    async with (
        door(catalog, auth_url=auth_url, person_per_minute=9) as url,
        httpx2.AsyncClient(base_url=url, headers=auth.issuer.bearer(uuid4())) as client,
    ):
        refused = await client.get("/v1/search/echo", headers={"accept": LINES})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
