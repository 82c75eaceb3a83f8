"""Tests of the server adapter's HTTP requests and failures."""

import httpx
import numpy as np
import pytest

from kit.errors import IndexUnavailable
from kit.release import Release
from kit.vectors import ALIAS, RANGE_FIELDS, TrackQuery, collection_name, open_index, server_build
from kit.vectors.points import WALK_EF
from pipelines.index.check import IndexFault
from pipelines.index.server import ServerStore
from pipelines.release.publish import quiet
from tests.stores.conftest import data_of, over_http, reader
from tests.stores.qdrant_http import QdrantOverHttp

pytestmark = pytest.mark.anyio


def query(limit: int = 5, **filters: object) -> TrackQuery:
    return TrackQuery("graph", np.ones(16, np.float32), limit, **filters)  # type: ignore[arg-type]


async def test_a_search_is_one_request_for_ids_and_scores_only(served: QdrantOverHttp, release: Release) -> None:
    index = reader(served, release)
    await index.search([query(exclude=[3])])
    served.requests.clear()
    await index.search([query(exclude=[3]), query(7), query(9, exact=True)])
    ((method, path, body),) = served.requests
    assert (method, path) == ("POST", f"/collections/{collection_name(release.version)}/points/query/batch")
    filtered, walked, scanned = body["searches"]
    assert filtered["params"]["hnsw_ef"] == WALK_EF + 1
    assert filtered["params"]["acorn"] == {"enable": True, "max_selectivity": 1.0}
    assert filtered["filter"]["must_not"] == [{"has_id": [3]}]
    assert walked["params"]["hnsw_ef"] == WALK_EF
    assert not walked["params"]["acorn"]["enable"]
    assert scanned["params"]["exact"] is True
    assert all(search["with_payload"] is False for search in body["searches"])
    await index.close()


@pytest.mark.parametrize(
    "fault",
    [httpx.Response(503), httpx.Response(429, headers={"retry-after": "1"}), httpx.ConnectError("refused")],
    ids=["503", "429", "no connection"],
)
async def test_a_failed_read_is_retried_once(
    served: QdrantOverHttp, release: Release, fault: httpx.Response | httpx.TransportError
) -> None:
    index = reader(served, release)
    await index.coarse()
    served.requests.clear()
    served.broken.append(fault)
    (found,) = await index.search([query()])
    assert len(found.rows) == 5
    assert len(served.requests) == 2
    await index.close()


async def test_a_server_that_stays_down_is_index_unavailable_after_two_tries(
    served: QdrantOverHttp, release: Release
) -> None:
    index = reader(served, release)
    served.requests.clear()
    served.broken.extend([httpx.Response(503, text="overloaded")] * 2)
    with pytest.raises(IndexUnavailable, match=r"did not answer.*503.*overloaded"):
        await index.search([query()])
    assert len(served.requests) == 2
    await index.close()


async def test_a_missing_collection_is_not_asked_twice(served: QdrantOverHttp, release: Release) -> None:
    index = reader(served, release, "tracks_gone")
    served.requests.clear()
    for call in (index.search([query()]), index.count(query()), index.vectors([1], "graph"), index.ping()):
        with pytest.raises(IndexUnavailable, match=r"refused on 'tracks_gone'.*not found"):
            await call
    assert len(served.requests) == 4
    await index.close()


async def test_no_server_at_all_over_grpc_is_index_unavailable(release: Release) -> None:
    index = open_index(data_of(release), release.version, release.dims, "http://127.0.0.1:9")
    with pytest.raises(IndexUnavailable, match="UNAVAILABLE"):
        await index.search([query()])
    await index.close()


def test_payload_indexes_are_made_before_the_first_upload_and_the_graph_after(release: Release) -> None:
    server = QdrantOverHttp()
    server_build.fill(over_http(server), release, quiet, settled_s=0)
    name = collection_name(release.version)
    reported = [(method, path.partition("?")[0]) for method, path, _ in server.requests]
    fields = [at for at, request in enumerate(reported) if request == ("PUT", f"/collections/{name}/index")]
    uploads = [at for at, request in enumerate(reported) if request == ("PUT", f"/collections/{name}/points")]
    restored = reported.index(("PATCH", f"/collections/{name}"))
    assert len(fields) == len(RANGE_FIELDS) + 3
    assert max(fields) < min(uploads) <= max(uploads) < restored
    assert all("wait=true" in server.requests[at][1] for at in uploads)
    created = server.created[name]
    assert created.optimizers_config is not None
    assert created.optimizers_config.indexing_threshold == 0
    assert created.metadata == {"version": release.version, "data_hash": release.manifest.data_hash}


def test_the_alias_moves_in_one_request(release: Release) -> None:
    server = QdrantOverHttp()
    client = over_http(server)
    server_build.fill(client, release, quiet, settled_s=0)
    server_build.activate(client, release.version)
    server.engine.create_collection("tracks_other", vectors_config={})
    server_build.activate(client, "other")
    moves = [body["actions"] for method, path, body in server.requests if path.startswith("/collections/aliases")]
    assert [len(actions) for actions in moves] == [1, 2]
    (alias,) = server.engine.get_aliases().aliases
    assert (alias.alias_name, alias.collection_name) == (ALIAS, "tracks_other")


def test_a_store_builds_checks_and_drops(release: Release) -> None:
    server = QdrantOverHttp()
    store = ServerStore(over_http(server), lambda wanted: reader(server, wanted), settled_s=0)
    assert not store.ready(release)
    figures = store.build(release, quiet)
    assert min(figures.values()) == 1.0
    assert store.ready(release)
    store.drop(release.version)
    assert not store.ready(release)


def test_a_collection_that_does_not_pass_its_check_is_dropped(release: Release) -> None:
    server = QdrantOverHttp()

    def other_tracks(wanted: Release) -> object:
        server.engine.delete(collection_name(wanted.version), points_selector=[0, 1, 2])
        return reader(server, wanted)

    store = ServerStore(over_http(server), other_tracks, settled_s=0)  # type: ignore[arg-type]
    with pytest.raises(IndexFault, match=r"the index holds 18[0-9] tracks in space 'graph', the release 188"):
        store.build(release, quiet)
    assert not server.engine.collection_exists(collection_name(release.version))
