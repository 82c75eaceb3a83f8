"""Tests of ETag and If-None-Match on a service's JSON answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import StreamingResponse
from httpx2 import ASGITransport, AsyncClient

from kit.app import create_service
from kit.etags import LARGEST

pytestmark = pytest.mark.anyio
router = APIRouter()
state = {"likes": 1}


@router.get("/v1/plain")
async def plain() -> dict[str, int]:
    return state


@router.get("/v1/versioned")
async def versioned(response: Response) -> dict[str, int]:
    response.headers["etag"] = '"7"'
    return state


@router.get("/v1/own-request")
async def own_request() -> dict[str, str]:
    return {"request_id": "r"}


@router.get("/v1/unstored")
async def unstored(response: Response) -> dict[str, int]:
    response.headers["cache-control"] = "no-store"
    return state


@router.get("/v1/immutable")
async def immutable(response: Response) -> dict[str, int]:
    response.headers.update({"cache-control": "max-age=9", "etag": '"release"'})
    return state


@router.get("/v1/stream")
async def stream() -> StreamingResponse:
    return StreamingResponse(iter([b"[1,", b"2]"]), media_type="application/json")


@router.get("/v1/large")
async def large() -> str:
    return "x" * LARGEST


@router.get("/v1/text")
async def text() -> Response:
    return Response("a", media_type="text/plain")


@router.get("/internal/plain")
async def inside() -> dict[str, int]:
    return state


@router.post("/v1/plain")
async def change() -> dict[str, int]:
    return state


@asynccontextmanager
async def nothing(_app: FastAPI) -> AsyncIterator[None]:
    yield


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    app = create_service("tagged", routers=[router], lifespan=nothing)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://s") as client:
        yield client


async def test_the_same_answer_is_304_and_another_is_whole(client: AsyncClient) -> None:
    first = await client.get("/v1/plain")
    tag = first.headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await client.get("/v1/plain", headers={"if-none-match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert not {"content-length", "content-type"} & set(again.headers)
        assert (again.headers["vary"], again.headers["cache-control"]) == (first.headers["vary"], "no-cache")
    state["likes"] += 1
    changed = await client.get("/v1/plain", headers={"if-none-match": tag})
    assert (changed.status_code, changed.json()) == (200, state)
    assert changed.headers["etag"] != tag


async def test_answers_to_a_person_stay_out_of_shared_caches(client: AsyncClient) -> None:
    answer = await client.get("/v1/plain", headers={"authorization": "Bearer t"})
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "authorization" in answer.headers["vary"]


async def test_a_version_stands_before_the_digest(client: AsyncClient) -> None:
    tag = (await client.get("/v1/versioned")).headers["etag"]
    assert tag.startswith('"7-')
    state["likes"] += 1
    assert (await client.get("/v1/versioned", headers={"if-none-match": tag})).status_code == 200


async def test_a_cache_control_of_the_route_stays(client: AsyncClient) -> None:
    answer = await client.get("/v1/unstored", headers={"authorization": "Bearer t"})
    assert answer.headers["cache-control"] == "no-store"
    again = await client.get("/v1/unstored", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, "no-store")
    assert (await client.get("/v1/immutable")).headers["etag"] == '"release"'


@pytest.mark.parametrize(
    "path", ["/v1/own-request", "/v1/stream", "/v1/large", "/v1/text", "/internal/plain", "/v1/none"]
)
async def test_what_is_not_tagged_passes_unchanged(client: AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"if-none-match": "*"})
    assert answer.status_code in (200, 404)
    assert answer.content
    assert "etag" not in answer.headers


async def test_only_get_is_tagged(client: AsyncClient) -> None:
    answer = await client.post("/v1/plain", headers={"if-none-match": "*"})
    assert (answer.status_code, "etag" in answer.headers) == (200, False)
