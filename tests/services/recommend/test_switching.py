"""A release switch under load: every answer comes whole from one release, and the old one is closed when it is idle."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import httpx2
import pytest

from kit.errors import IndexUnavailable
from kit.release_current import current_version
from pipelines.release.publish import rollback
from services.recommend.app import create_app
from services.recommend.served.release_store import ReleaseStore
from services.recommend.served.served_release import ServedRelease
from services.recommend.settings import Settings
from tests import worlds
from tests.published import copy
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio
SEED = {"seeds": [{"track": worlds.track_id(0)}], "limit": 10}
WORDS = {"seeds": [*SEED["seeds"], {"text": "Amber Song 5"}]}  # type: ignore[misc]


class SlowCatalog:
    """A neighbour that says when it was asked and answers when it is told to."""

    def __init__(self) -> None:
        self.queried, self.go_on = anyio.Event(), anyio.Event()

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/internal/events":
            return httpx2.Response(200, json={"items": [], "after": 0})
        self.queried.set()
        await self.go_on.wait()
        return httpx2.Response(200, json={"matches": [None]})


@pytest.fixture(scope="module")
def two(published: Path, published_twice: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A data folder with two published releases, and their versions; the second serves."""
    first, second = (current_version(data / "releases") for data in (published, published_twice))
    assert first
    assert second
    return copy(published_twice, tmp_path_factory.mktemp("two")), first, second


@asynccontextmanager
async def running(data: Path, catalog: SlowCatalog) -> AsyncIterator[tuple[httpx2.AsyncClient, ReleaseStore]]:
    app = create_app(Settings(data=data, poll_s=0.01), TransportWire(httpx2.MockTransport(catalog)))
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://recommend") as client:
            yield client, app.state.store


async def serve(data: Path, store: ReleaseStore, version: str) -> None:
    """Rolls to a version and returns once it serves."""
    await anyio.to_thread.run_sync(lambda: rollback(data, version))
    for _ in range(500):
        async with store.lease() as serving:
            if serving.release.version == version:
                return
        await anyio.sleep(0.01)
    raise AssertionError(f"{version} does not serve within 5 s")


async def closed(serving: ServedRelease) -> bool:
    """True once the index is closed; looks for two seconds."""
    for _ in range(200):
        try:
            await serving.index.ping()
        except IndexUnavailable:
            return True
        await anyio.sleep(0.01)
    return False


async def test_two_hundred_requests_during_six_switches_are_answered_each_by_one_whole_release(
    two: tuple[Path, str, str],
) -> None:
    data, first, second = two
    answers: list[httpx2.Response] = []
    async with running(data, SlowCatalog()) as (client, store):
        await serve(data, store, first)
        alone = {first: (await client.post("/v1/recommendations", json=SEED)).json()["tracks"]}
        await serve(data, store, second)
        alone[second] = (await client.post("/v1/recommendations", json=SEED)).json()["tracks"]

        async def query(number: int) -> None:
            await anyio.sleep(number * 0.03)
            answers.append(await client.post("/v1/recommendations", json=SEED))

        async with anyio.create_task_group() as tasks:
            for number in range(200):
                tasks.start_soon(query, number)
            for switch, version in enumerate((first, second) * 3, start=1):
                await serve(data, store, version)
                while len(answers) < 30 * switch:  # noqa: ASYNC110 - each release answers some, however slow the machine
                    await anyio.sleep(0.01)
    assert {answer.status_code for answer in answers} == {200}
    bodies = [answer.json() for answer in answers]
    assert len(bodies) == 200
    assert {body["degraded"] for body in bodies} == {None}
    assert {body["release"] for body in bodies} == {first, second}
    assert all(body["tracks"] == alone[body["release"]] for body in bodies)


async def test_a_request_under_way_keeps_its_release_open_and_it_is_closed_after(two: tuple[Path, str, str]) -> None:
    data, first, second = two
    catalog, found = SlowCatalog(), {}
    async with running(data, catalog) as (client, store):
        await serve(data, store, first)
        async with store.lease() as old:
            pass

        async def query() -> None:
            found["answer"] = await client.post("/v1/recommendations", json=WORDS)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(query)
            await catalog.queried.wait()
            await serve(data, store, second)
            assert await old.index.ping()
            catalog.go_on.set()
        body: dict[str, Any] = found["answer"].json()
        assert (body["release"], body["degraded"], len(body["tracks"])) == (first, None, 20)
        assert await closed(old)


async def test_a_caller_who_hangs_up_keeps_nothing_open(two: tuple[Path, str, str]) -> None:
    data, first, second = two
    catalog = SlowCatalog()
    async with running(data, catalog) as (client, store):
        await serve(data, store, first)
        async with store.lease() as old:
            pass
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(lambda: client.post("/v1/recommendations", json=WORDS))
            await catalog.queried.wait()
            assert old.users == 1
            tasks.cancel_scope.cancel()
        assert old.users == 0
        await serve(data, store, second)
        assert await closed(old)


async def test_a_release_that_is_put_back_while_its_old_copy_is_in_use_serves_beside_it(
    two: tuple[Path, str, str],
) -> None:
    data, first, second = two
    async with running(data, SlowCatalog()) as (client, store):
        await serve(data, store, first)
        async with store.lease() as old:
            await serve(data, store, second)
            await serve(data, store, first)
            answer = (await client.post("/v1/recommendations", json=SEED)).json()
            assert (answer["release"], answer["degraded"]) == (first, None)
            assert await old.index.ping()
        assert await closed(old)
        answer = (await client.post("/v1/recommendations", json=SEED)).json()
        assert (answer["release"], answer["degraded"]) == (first, None)


@pytest.mark.parametrize("content", [b"\xff\xfe\xff", None])
async def test_a_current_that_cannot_be_read_is_tried_again(two: tuple[Path, str, str], content: bytes | None) -> None:
    """Not UTF-8, or a folder where the file should be: what serves stays, and the next release is noticed."""
    data, first, second = two
    current = data / "releases" / "CURRENT"
    async with running(data, SlowCatalog()) as (client, store):
        await serve(data, store, second)
        current.unlink()
        current.mkdir() if content is None else current.write_bytes(content)
        await anyio.sleep(0.1)
        assert (await client.get("/health/ready")).json()["checks"]["release"] == second
        current.rmdir() if content is None else current.unlink()
        current.write_text(first)
        with anyio.fail_after(20):
            while store.version != first:  # noqa: ASYNC110 - the store looks by itself
                await anyio.sleep(0.01)
        current.write_text(second)
