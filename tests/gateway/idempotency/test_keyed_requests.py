"""Tests of requests with an Idempotency-Key through the gateway."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from gateway.idempotency.sqlite_store import SqliteResponseStore
from gateway.idempotency.stored_response import Claim, Packed
from tests.gateway.auths import Auth
from tests.gateway.servers import chunks, door, reply, serve

pytestmark = pytest.mark.anyio
KEY = {"idempotency-key": "k-1"}
PLAYLISTS = "/v1/me/playlists"


class Catalog:
    """Numbers the requests that reach it; waits where told to, and refuses a body that says so."""

    def __init__(self) -> None:
        self.served = 0
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b"".join([chunk async for chunk in chunks(receive)])
        self.served += 1
        number = self.served
        self.reached.set()
        await self.go_on.wait()
        headers = [(b"content-type", b"application/json"), (b"etag", b'"7"'), (b"x-other", b"1")]
        status = int(body) if body.isdigit() else 201
        await reply(send, status, headers, json.dumps({"served": number}).encode())


@pytest.fixture
def behind() -> Catalog:
    return Catalog()


@pytest.fixture
async def url(behind: Catalog, auth_url: str, tmp_path: Path) -> AsyncIterator[str]:
    async with serve(behind) as catalog, door(catalog, auth_url=auth_url, data=tmp_path, key_per_minute=50) as url:
        yield url


@pytest.fixture
async def ada(url: str, auth: Auth) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=url, headers=auth.issuer.bearer(uuid4())) as client:
        yield client


async def post(client: httpx2.AsyncClient, body: str = "{}", path: str = PLAYLISTS, **headers: str) -> httpx2.Response:
    given = (
        {"content-type": "application/json"} | KEY | {name.replace("_", "-"): value for name, value in headers.items()}
    )
    return await client.post(path, content=body, headers=given)


async def test_the_same_request_gets_the_stored_answer(ada: httpx2.AsyncClient, behind: Catalog) -> None:
    first, again = await post(ada), await post(ada)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, {"served": 1})
    assert (first.headers["etag"], again.headers["etag"]) == ('"7"', '"7"')
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert behind.served == 1


async def test_another_body_query_or_type_with_the_same_key_is_409(ada: httpx2.AsyncClient, behind: Catalog) -> None:
    await post(ada)
    others = [
        await post(ada, '{"a": 1}'),
        await post(ada, path=f"{PLAYLISTS}?a=1"),
        await post(ada, content_type="text/x"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in others} == {(409, "idempotency_key_reused")}
    assert behind.served == 1


async def test_another_route_key_or_caller_is_another_request(
    url: str, ada: httpx2.AsyncClient, auth: Auth, behind: Catalog
) -> None:
    await post(ada)
    await post(ada, path="/v1/me/exclusions")
    await post(ada, idempotency_key="k-2")
    async with httpx2.AsyncClient(base_url=url) as client:
        await post(client, **auth.issuer.bearer(uuid4()))
        for key in ("segue_key_of_ada", "segue_key_of_bob", "segue_key_of_ada"):
            answer = await post(client, x_api_key=key)
    assert (behind.served, answer.headers["idempotency-replayed"], answer.json()) == (6, "true", {"served": 5})
    assert answer.headers["ratelimit-remaining"] == "48"


@pytest.mark.parametrize("status", [400, 409, 422, 503])
async def test_a_refused_request_leaves_its_key_free(ada: httpx2.AsyncClient, behind: Catalog, status: int) -> None:
    assert (await post(ada, str(status))).status_code == status
    assert (await post(ada)).json() == {"served": 2}


async def test_two_at_once_run_once(ada: httpx2.AsyncClient, behind: Catalog) -> None:
    behind.go_on.clear()
    first = asyncio.create_task(post(ada))
    await behind.reached.wait()
    second = await post(ada)
    assert (second.status_code, second.json()["code"], second.headers["retry-after"]) == (
        409,
        "request_in_progress",
        "1",
    )
    behind.go_on.set()
    assert (await first).json() == (await post(ada)).json() == {"served": 1}


async def test_the_answer_that_nobody_waited_for_is_there(url: str, ada: httpx2.AsyncClient, behind: Catalog) -> None:
    """The caller hangs up while the service works: the next attempt gets the answer of the first."""
    behind.go_on.clear()
    host, port = ada.base_url.host, ada.base_url.port
    _, writer = await asyncio.open_connection(host, port)
    head = f"POST {PLAYLISTS} HTTP/1.1\r\nHost: h\r\nAuthorization: {ada.headers['authorization']}\r\n"
    writer.write(
        (head + "Content-Type: application/json\r\nIdempotency-Key: k-1\r\nContent-Length: 2\r\n\r\n{}").encode()
    )
    await behind.reached.wait()
    writer.close()
    await asyncio.sleep(0.05)
    behind.go_on.set()
    for _ in range(100):
        again = await post(ada)
        if again.status_code != 409:
            break
        await asyncio.sleep(0.02)
    assert (again.json(), again.headers["idempotency-replayed"], behind.served) == ({"served": 1}, "true", 1)


async def test_answers_are_there_after_a_restart(behind: Catalog, auth_url: str, auth: Auth, tmp_path: Path) -> None:
    ada = auth.issuer.bearer(uuid4())
    async with serve(behind) as catalog:
        for _ in range(2):
            async with (
                door(catalog, auth_url=auth_url, data=tmp_path) as url,
                httpx2.AsyncClient(base_url=url, headers=ada) as client,
            ):
                assert (await post(client)).json() == {"served": 1}


async def test_secrets_and_reads_are_not_stored(ada: httpx2.AsyncClient, url: str, tmp_path: Path) -> None:
    for path in ("/v1/auth/login", "/v1/auth/refresh", "/v1/me/api-keys", "/v1/me/report/share", "/v1/spotify/token"):
        for _ in range(2):
            assert "idempotency-replayed" not in (await post(ada, path=path)).headers
    async with httpx2.AsyncClient(base_url=url) as guest:
        await post(guest)
    assert not (tmp_path / "gateway.db").exists()


async def test_deleting_the_account_deletes_its_answers(ada: httpx2.AsyncClient, behind: Catalog) -> None:
    await post(ada)
    assert (await ada.delete("/v1/me")).status_code == 200
    assert (await post(ada)).json() == {"served": 2}


@pytest.mark.parametrize("key", ["", "a b", "x" * 121])
async def test_a_key_out_of_form_is_refused(ada: httpx2.AsyncClient, behind: Catalog, key: str) -> None:
    refused = await post(ada, idempotency_key=key)
    assert (refused.status_code, refused.json()["code"], behind.served) == (422, "malformed", 0)


async def test_without_its_server_only_what_recognises_repeats_runs(
    behind: Catalog, auth_url: str, auth: Auth, free_port: int
) -> None:
    away = f"redis://127.0.0.1:{free_port}"
    ada = auth.issuer.bearer(uuid4())
    async with (
        serve(behind) as catalog,
        door(catalog, auth_url=auth_url, answers_storage=away) as url,
        httpx2.AsyncClient(base_url=url, headers=ada) as client,
    ):
        assert (await post(client)).status_code == 201
        refused = await post(client, path="/v1/me/imports")
    assert (refused.status_code, refused.headers["retry-after"], behind.served) == (503, "1", 1)


async def test_a_large_upload_is_recognised_by_its_length_and_beginning(
    ada: httpx2.AsyncClient, behind: Catalog
) -> None:
    large = "x" * (2 << 20)
    first, again = [await post(ada, large, path="/v1/me/imports") for _ in range(2)]
    assert (first.json(), again.json(), again.headers["idempotency-replayed"]) == ({"served": 1}, {"served": 1}, "true")
    assert (await post(ada, large + "x", path="/v1/me/imports")).status_code == 409


async def test_a_form_is_the_same_with_another_boundary(ada: httpx2.AsyncClient, behind: Catalog) -> None:
    async def upload(boundary: str, content: str) -> httpx2.Response:
        body = f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n{content}\r\n--{boundary}--\r\n'
        return await post(ada, body, content_type=f"multipart/form-data; boundary={boundary}")

    assert [(await upload(boundary, "same")).json() for boundary in ("one-7f", "two-8e")] == [{"served": 1}] * 2
    assert (await upload("two-8e", "else")).status_code == 409
    assert behind.served == 1


async def filled(folder: Path, room: int) -> None:
    """Fills the store of a data folder with so many bytes of an answer of somebody else."""
    store = SqliteResponseStore(folder / "gateway.db", 2 * room)
    claim = Claim("somebody", "n", "1")
    await store.claim(claim, "f", 60)
    assert await store.finish(claim, Packed(bytes(room), b""))
    await store.aclose()


async def test_near_the_bound_a_request_runs_once_and_its_answer_is_not_kept(
    behind: Catalog, auth_url: str, auth: Auth, tmp_path: Path
) -> None:
    await filled(tmp_path, int(0.95 * (1 << 20)))
    async with (
        serve(behind) as catalog,
        door(catalog, auth_url=auth_url, data=tmp_path, answers_most_mb=1) as url,
        httpx2.AsyncClient(base_url=url, headers=auth.issuer.bearer(uuid4())) as client,
    ):
        first, again = await post(client), await post(client)
    assert (first.status_code, again.status_code, again.json()["code"]) == (201, 409, "answer_not_kept")
    assert behind.served == 1


async def test_at_the_bound_a_new_key_is_503_where_the_service_knows_no_repeats(
    behind: Catalog, auth_url: str, auth: Auth, tmp_path: Path
) -> None:
    await filled(tmp_path, 1 << 20)
    async with (
        serve(behind) as catalog,
        door(catalog, auth_url=auth_url, data=tmp_path, answers_most_mb=1) as url,
        httpx2.AsyncClient(base_url=url, headers=auth.issuer.bearer(uuid4())) as client,
    ):
        refused = await post(client, path="/v1/me/imports")
        assert (refused.status_code, refused.json()["code"], refused.headers["retry-after"]) == (
            503,
            "unavailable",
            "60",
        )
        assert behind.served == 0
        assert (await post(client)).status_code == 201
