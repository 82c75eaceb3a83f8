"""Tests of publishing to a Qdrant server over gRPC, against the stand-in of tests/qdrant."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import anyio
import grpc  # type: ignore[import-untyped]
import numpy as np
import pytest
from qdrant_client import QdrantClient

from kit.errors import IndexUnavailable
from kit.release import Release
from kit.vectors import ALIAS, Hits, TrackIndex, TrackQuery, collection_name, open_index, server_build
from kit.vectors.server import grpc_port
from pipelines.release.publish import publish, rollback
from pipelines.release.write import write_release
from tests import worlds
from tests.qdrant.process import StandIn, stand_in
from tests.stores.conftest import data_of, filled

pytestmark = pytest.mark.anyio


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StandIn]:
    with stand_in(tmp_path / "qdrant") as running:
        yield running


def alias(client: QdrantClient) -> str:
    [held] = client.get_aliases().aliases
    assert held.alias_name == ALIAS
    return held.collection_name


def test_publish_and_rollback_move_the_alias(server: StandIn, release: Release, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = shutil.copytree(release.path, data / "releases" / release.version)
    second = write_release(tmp_path / "out", worlds.content(seed=8, name="second"))
    client = server_build.connect(server.url)
    publish(first, data, server.url)
    publish(second.path, data, server.url)
    assert alias(client) == collection_name(second.version)
    rollback(data, None, server.url)
    assert alias(client) == collection_name(release.version)
    client.close()


async def test_a_reader_outlives_a_restart_of_the_server(server: StandIn, release: Release) -> None:
    with filled(server.url, release):
        index = open_index(data_of(release), release.version, release.dims, server.url)
        query = TrackQuery("graph", np.ones(16, np.float32), 20)
        [before] = await index.search([query])
        server.end()
        with pytest.raises(IndexUnavailable, match="UNAVAILABLE"):
            await index.search([query])
        server.start()
        with anyio.fail_after(5):
            while (after := await answer(index, query)) is None:  # noqa: ASYNC110
                await anyio.sleep(0.1)  # the client waits longer after each refused connection
        assert after.rows.tolist() == before.rows.tolist()
        await index.close()


async def answer(index: TrackIndex, query: TrackQuery) -> Hits | None:
    try:
        [found] = await index.search([query])
    except IndexUnavailable:
        return None
    return found


async def test_an_unknown_collection_is_refused_with_its_name(server: StandIn, release: Release) -> None:
    index = open_index(data_of(release), "gone", release.dims, server.url)
    with pytest.raises(IndexUnavailable, match=r"NOT_FOUND.*tracks_gone"):
        await index.ping()
    await index.close()


def test_calls_that_no_adapter_makes_are_unimplemented(server: StandIn) -> None:
    client = server_build.connect(server.url)
    with pytest.raises(grpc.RpcError) as refused:
        client.delete("tracks", points_selector=[1])
    assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED
    client.close()


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("http://qdrant:6333", 6334),
        ("http://qdrant", 6334),
        ("https://qdrant.example:443", 6334),
        ("http://127.0.0.1:7000", 7001),
    ],
)
def test_grpc_is_at_the_port_after_that_of_the_url(url: str, port: int) -> None:
    assert grpc_port(url) == port
