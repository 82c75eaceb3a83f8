"""What recommend answers while something it needs is missing, broken or changing."""

import asyncio
import shutil
from pathlib import Path

import anyio
import anyio.to_thread
import httpx2
import pytest

from kit.release_current import CURRENT
from kit.settings import KeyNotSet
from services.recommend.app import create_app
from services.recommend.settings import Settings
from tests import worlds
from tests.published import another_release, copy
from tests.system_limits import no_more_files
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio
SEED = {"seeds": [{"track": worlds.track_id(0)}], "limit": 5}
WORDS = {"seeds": [{"text": "Amber Song 0"}]}


def nobody(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("refused", request=request)


class Running:
    """The service on a data folder, without a neighbour."""

    def __init__(self, data: Path) -> None:
        self.app = create_app(Settings(data=data, poll_s=0.02), TransportWire(httpx2.MockTransport(nobody)))

    async def __aenter__(self) -> httpx2.AsyncClient:
        self.context = self.app.router.lifespan_context(self.app)
        await self.context.__aenter__()
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False)
        self.client = httpx2.AsyncClient(transport=transport, base_url="http://recommend")
        return self.client

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()
        await self.context.__aexit__(None, None, None)


async def served(client: httpx2.AsyncClient) -> str:
    version: str = (await client.post("/v1/recommendations", json=SEED)).json()["release"]
    return version


async def test_before_the_first_release_the_answer_says_to_publish_one(tmp_path: Path) -> None:
    async with Running(tmp_path) as client:
        answer = await client.post("/v1/recommendations", json=SEED)
        ready = await client.get("/health/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "no_release")
    assert "segue-pipeline publish" in answer.json()["detail"]
    assert ready.status_code == 503
    assert "failed" in ready.json()["checks"]["release"]


async def test_without_catalog_known_tracks_are_answered_and_words_degrade(published: Path) -> None:
    async with Running(published) as client:
        known = await client.post("/v1/recommendations", json=SEED)
        both = await client.post("/v1/recommendations", json={"seeds": [*SEED["seeds"], *WORDS["seeds"]]})
        words = await client.post("/v1/recommendations", json=WORDS)
    assert (known.status_code, known.json()["degraded"]) == (200, None)
    assert (both.status_code, both.json()["degraded"]) == (200, "catalog_unavailable")
    assert both.json()["unknown_texts"] == ["Amber Song 0"]
    assert (words.status_code, words.json()["code"]) == (503, "neighbour_unavailable")


async def test_a_new_release_is_served_without_a_restart_and_a_broken_one_never(
    published: Path, tmp_path: Path
) -> None:
    data = copy(published, tmp_path)
    async with Running(data) as client:
        first = await served(client)
        second = await anyio.to_thread.run_sync(another_release, data, tmp_path)
        assert second != first
        assert await eventually(client, second)
        broken = data / "releases" / "broken-1"
        shutil.copytree(data / "releases" / second, broken)
        (broken / "ids.npy").write_bytes(b"cut")
        (data / "releases" / CURRENT).write_text("broken-1")
        assert await eventually(client, second)
        (data / "releases" / CURRENT).write_text(first)
        assert await eventually(client, first)


async def eventually(client: httpx2.AsyncClient, version: str) -> bool:
    """True once the version serves; looks for two seconds. The watcher polls every 20 ms."""
    for _ in range(100):
        await anyio.sleep(0.02)
        if await served(client) == version:
            return True
    return False


async def test_while_the_index_is_down_popular_tracks_within_the_filters_are_served_and_marked(
    published: Path, tmp_path: Path
) -> None:
    data = copy(published, tmp_path)
    async with Running(data) as client:
        await served(client)
        async with client_store(client).lease() as serving:
            await serving.index.close()
        answer = await client.post("/v1/recommendations", json=SEED | {"filters": {"year": {"max": 1985}}})
    body = answer.json()
    assert (answer.status_code, body["degraded"]) == (200, "index_unavailable")
    popularity = [track["track"]["popularity"] for track in body["tracks"]]
    assert len(popularity) == 5
    assert popularity == sorted(popularity, reverse=True)
    assert all(track["track"]["year"] <= 1985 for track in body["tracks"])
    assert worlds.track_id(0) not in {track["track"]["id"] for track in body["tracks"]}


@pytest.mark.slow
async def test_without_a_free_file_descriptor_requests_are_answered_and_the_next_release_is_noticed(
    tmp_path: Path,
) -> None:
    await anyio.to_thread.run_sync(worlds.published, tmp_path)
    async with Running(tmp_path) as client:
        first = client_store(client).version
        with no_more_files():
            await anyio.sleep(0.1)
            assert await served(client) == first
        second = await anyio.to_thread.run_sync(lambda: worlds.published(tmp_path, seed=8).version)
        assert second != first
        assert await eventually(client, second)


@pytest.mark.parametrize("name", ["release_watch", "impressions"])
async def test_readiness_fails_when_a_background_task_died(tmp_path: Path, name: str) -> None:
    await anyio.to_thread.run_sync(worlds.published, tmp_path)
    async with Running(tmp_path) as client:
        [task] = [task for task in asyncio.all_tasks() if task.get_name() == name]
        task.cancel()
        await asyncio.wait([task])
        answer = await client.get("/health/ready")
    assert answer.status_code == 503
    assert f"{name} stopped: its task ended" in answer.json()["checks"]["background"]


def client_store(client: httpx2.AsyncClient):  # type: ignore[no-untyped-def]
    """The store of the app behind a client."""
    return client._transport.app.state.store  # type: ignore[attr-defined]


@pytest.mark.parametrize("away", ["catalog_url", "auth_url"])
async def test_on_another_machine_than_its_neighbours_it_makes_up_no_key(tmp_path: Path, away: str) -> None:
    app = create_app(Settings(data=tmp_path, **{away: "http://elsewhere:8003"}))
    with pytest.raises(KeyNotSet, match="SEGUE_SERVICE_KEY"):
        async with app.router.lifespan_context(app):
            pass
    assert not (tmp_path / "service.key").exists()
