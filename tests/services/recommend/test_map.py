"""The routes of the map: immutable under the served version, a redirect for `current`, 404 for anything else."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import httpx2
import numpy as np
import pytest

from kit.map import ELSEWHERE, HEADER, MapPoints
from kit.release import Release
from kit.wire.map import MapCluster, MapClusters
from pipelines.release.release_content import MapContent, ReleaseContent
from pipelines.release.write import write_release
from services.recommend.app import create_app
from services.recommend.settings import Settings
from tests import worlds

pytestmark = pytest.mark.anyio


def with_map(content: ReleaseContent) -> ReleaseContent:
    """The content with its first 100 learned tracks on a line, in two clusters."""
    titled = set(content.tracks.filter(content.tracks["title"].is_not_null())["track_id"].to_list())
    ids = [track for track in content.learned if track in titled][:100]
    points = MapPoints(
        np.arange(100, dtype=np.uint16) * 600, np.full(100, 7, np.uint16), (np.arange(100) >= 60).astype(np.uint8)
    )
    clusters = [
        MapCluster(cluster=0, tracks=60, x=18_000, y=7, label="amber", kind="genre"),
        MapCluster(cluster=1, tracks=40, x=48_000, y=7),
    ]
    return replace(content, map=MapContent(ids, points, MapClusters(clusters=clusters)))


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose release has a map. Small releases are searched without an index on disk."""
    data = tmp_path_factory.mktemp("mapped") / "data"
    (data / "releases").mkdir(parents=True)
    worlds.set_current(data / "releases", write_release(data / "releases", with_map(worlds.content(name="mapped"))))
    return data


async def client_of(data: Path, stack: AsyncExitStack) -> httpx2.AsyncClient:
    app = create_app(Settings(data=data))
    await stack.enter_async_context(app.router.lifespan_context(app))
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    return await stack.enter_async_context(httpx2.AsyncClient(transport=transport, base_url="http://recommend"))


@pytest.fixture
async def client(mapped: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with AsyncExitStack() as stack:
        yield await client_of(mapped, stack)


def served(data: Path) -> Release:
    return Release(next((data / "releases").glob("mapped-*")))


async def test_points_and_ids_stand_in_the_rows_of_the_release(client: httpx2.AsyncClient, mapped: Path) -> None:
    release = served(mapped)
    binary = await client.get(f"/v1/map/{release.version}.bin")
    ids = await client.get(f"/v1/map/{release.version}/ids.bin")
    assert binary.status_code == ids.status_code == 200
    points = MapPoints.unpacked(binary.content)
    assert len(points.x) == release.embedded == (len(ids.content) - HEADER.size) // 22
    at = release.rows(release.ids[: release.embedded].astype(str).tolist())
    assert at.tolist() == list(range(release.embedded))
    body = ids.content[HEADER.size :]
    assert [body[22 * row : 22 * row + 22].decode() for row in range(3)] == [release.track_id(row) for row in range(3)]
    wanted = with_map(worlds.content(name="mapped")).map
    assert wanted is not None
    rows = release.rows(wanted.track_ids)
    assert points.x[rows].tolist() == wanted.points.x.tolist()
    assert points.cluster[rows].tolist() == wanted.points.cluster.tolist()
    assert (np.delete(points.cluster, rows) == ELSEWHERE).all()


async def test_labels_name_the_clusters_of_the_points(client: httpx2.AsyncClient, mapped: Path) -> None:
    answer = (await client.get(f"/v1/map/{served(mapped).version}/labels")).json()
    assert (answer["release"], answer["points"]) == (served(mapped).version, served(mapped).embedded)
    assert [(one["cluster"], one["tracks"], one["label"]) for one in answer["clusters"]] == [
        (0, 60, "amber"),
        (1, 40, None),
    ]


@pytest.mark.parametrize("end", [".bin", "/ids.bin", "/labels"])
async def test_a_named_version_is_cached_for_ever_and_current_never(
    client: httpx2.AsyncClient, mapped: Path, end: str
) -> None:
    path = f"/v1/map/{served(mapped).version}{end}"
    answer = await client.get(path)
    assert "immutable" in answer.headers["cache-control"]
    again = await client.get(path, headers={"if-none-match": f'"other", W/{answer.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    other = await client.get(path, headers={"if-none-match": '"other"'})
    assert other.status_code == 200
    current = await client.get(f"/v1/map/current{end}")
    assert (current.status_code, current.headers["location"]) == (307, path)
    assert current.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("end", [".bin", "/ids.bin", "/labels"])
async def test_another_release_is_not_found(client: httpx2.AsyncClient, end: str) -> None:
    answer = await client.get(f"/v1/map/mapped-00000000{end}")
    assert answer.status_code == 404
    assert "not being served" in answer.json()["detail"]
    assert "immutable" not in answer.headers.get("cache-control", "")


async def test_a_release_without_a_map_says_how_to_make_one(tmp_path: Path) -> None:
    releases = tmp_path / "releases"
    worlds.set_current(releases, worlds.write_small_release(releases))
    async with AsyncExitStack() as stack:
        answer = await (await client_of(tmp_path, stack)).get("/v1/map/current.bin")
    assert answer.status_code == 404
    assert "refresh" in answer.json()["detail"]
