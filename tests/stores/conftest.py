"""Fixtures: one release, and its index in every adapter available on this machine."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from qdrant_client import AsyncQdrantClient, QdrantClient

from kit import ids
from kit.release import Block, Release
from kit.vectors import TrackIndex, collection_name, index_directory, open_index, server_build
from kit.vectors.exact import ExactIndex
from kit.vectors.points import WALK_FROM
from kit.vectors.server import QdrantIndex
from pipelines.release.publish import quiet
from pipelines.release.release_content import ReleaseContent, SpaceContent
from pipelines.release.write import write_release
from pipelines.tables import TRACKS
from tests import worlds
from tests.qdrant.process import stand_in
from tests.real import missing
from tests.stores.plans import each_statement_finds_its_rows_by_index
from tests.stores.qdrant_http import QdrantOverHttp

__all__ = ["each_statement_finds_its_rows_by_index"]
URL = "http://qdrant.test:6333"


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The small world."""
    return worlds.published(tmp_path_factory.mktemp("stores"))


@pytest.fixture(scope="session")
def served(release: Release) -> QdrantOverHttp:
    """The release uploaded by the real builder, as HTTP requests."""
    server = QdrantOverHttp()
    client = over_http(server)
    server_build.fill(client, release, quiet, settled_s=0)
    server_build.activate(client, release.version)
    return server


@pytest.fixture(scope="session")
def stand_in_server(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The release on the stand-in of tests/qdrant, a process that is asked by gRPC."""
    with stand_in(tmp_path_factory.mktemp("qdrant")) as server, filled(server.url, release):
        yield server.url


@pytest.fixture(scope="session")
def real_server(release: Release) -> Iterator[str]:
    """The release on the server that QDRANT_URL names; the collection is dropped afterwards."""
    url = os.environ.get("QDRANT_URL")
    if not url:
        missing("qdrant", "no real Qdrant: set QDRANT_URL to a server's URL (the stand-in by gRPC was asked)")
    with filled(url, release):
        yield url


@contextmanager
def filled(url: str, release: Release) -> Iterator[None]:
    """A server that holds the release as the builder uploads it."""
    client = server_build.connect(url)
    server_build.fill(client, release, quiet, settled_s=0.05)
    server_build.activate(client, release.version)
    yield
    server_build.drop(client, release.version)
    client.close()


def over_http(server: QdrantOverHttp) -> QdrantClient:
    """The builder's client, with the test server instead of a socket."""
    return QdrantClient(URL, transport=server.transport, check_compatibility=False)


def reader(server: QdrantOverHttp, release: Release, collection: str | None = None) -> QdrantIndex:
    """The read side over HTTP."""
    client = AsyncQdrantClient(URL, transport=server.transport, check_compatibility=False)
    return QdrantIndex(client, collection or collection_name(release.version), release.dims)


def _embedded(request: pytest.FixtureRequest, release: Release) -> TrackIndex:
    return open_index(data_of(release), release.version, release.dims)


def _exact(request: pytest.FixtureRequest, release: Release) -> TrackIndex:
    return ExactIndex(release)


def _over_http(request: pytest.FixtureRequest, release: Release) -> TrackIndex:
    return reader(request.getfixturevalue("served"), release)


def _stand_in(request: pytest.FixtureRequest, release: Release) -> TrackIndex:
    return open_index(data_of(release), release.version, release.dims, request.getfixturevalue("stand_in_server"))


def _real(request: pytest.FixtureRequest, release: Release) -> TrackIndex:
    return open_index(data_of(release), release.version, release.dims, request.getfixturevalue("real_server"))


ADAPTERS: dict[str, Callable[[pytest.FixtureRequest, Release], TrackIndex]] = {
    "embedded": _embedded,
    "exact": _exact,
    "server over HTTP": _over_http,
    "stand-in by gRPC": _stand_in,
    "real server": _real,
}


@pytest.fixture(params=ADAPTERS)
async def index(request: pytest.FixtureRequest, release: Release) -> AsyncIterator[TrackIndex]:
    """The read side of each adapter in turn."""
    opened = ADAPTERS[request.param](request, release)
    yield opened
    await opened.close()


def data_of(release: Release) -> Path:
    """The data folder a published release lies in."""
    assert index_directory(release.path.parents[1], release.version).is_dir()
    return release.path.parents[1]


def large_release(folder: Path, dim: int) -> Release:
    """More tracks than are scanned: clusters, popularity in the norms, and energy that goes with the cluster."""
    rng, count = np.random.default_rng(3), WALK_FROM
    cluster = rng.integers(0, 100, count)
    centres = rng.standard_normal((100, dim))
    vectors = centres[cluster] + 0.7 * rng.standard_normal((count, dim))
    vectors *= rng.lognormal(0, 0.3, (count, 1))
    energy = np.clip((cluster / 100 + rng.uniform(0, 0.3, count)) / 1.3, 0, 1)
    track_ids = [ids.derive(mbid=f"large-{track}") for track in range(count)]
    known = {"track_id": track_ids, "energy": energy, "tempo": rng.uniform(60, 180, count), "year": cluster + 1920}
    tracks = pl.DataFrame(known).with_columns(
        pl.lit("Invented").alias("title"),
        *(pl.lit(None).alias(name) for name in TRACKS if name not in {*known, "title"}),
    )
    content = ReleaseContent(
        name="large",
        tracks=tracks.select(list(TRACKS)).cast(dict(TRACKS)),
        playlists=pl.DataFrame({"track_id": track_ids, "playlists": np.full(count, 3, np.int32)}),
        learned=track_ids,
        spaces={
            "graph": SpaceContent("dot", [Block(name="all", start=0, stop=dim)], track_ids, vectors, centres[cluster])
        },
        data_hash="large",
        invented=True,
    )
    return write_release(folder, content)
