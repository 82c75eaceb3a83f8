"""Fills a collection of a Qdrant server with a release, and moves the alias `tracks` to it."""

import time

from qdrant_client import QdrantClient
from qdrant_client import models as m

from kit.release import Release, Space
from kit.vectors import ALIAS, RANGE_FIELDS, collection_name
from kit.vectors.points import (
    EF_CONSTRUCT,
    FLAGS,
    INDEXING_KB,
    WORDS,
    M,
    PointBatch,
    Progress,
    coarse,
    point_batches,
    scan_limit_kb,
)
from kit.vectors.server import grpc_port

Client = QdrantClient
TIMEOUT_S = 60  # the client's default of 5 s is too short for uploads
SETTLED_S = 1.0
WAIT_S = 3600.0
_DISTANCES = {"dot": m.Distance.DOT, "cosine": m.Distance.COSINE}
_BYTES = m.ScalarQuantization(scalar=m.ScalarQuantizationConfig(type=m.ScalarType.INT8, always_ram=True))
"""As in kit/vectors/edge_build.py."""


class CollectionNotReady(Exception):
    """The server did not finish indexing; the message says in which state it is."""


def connect(url: str, api_key: str | None = None) -> QdrantClient:
    """A client for building."""
    return QdrantClient(
        url,
        grpc_port=grpc_port(url),
        prefer_grpc=True,
        timeout=TIMEOUT_S,
        api_key=api_key,
        check_compatibility=False,
    )


def fill(client: QdrantClient, release: Release, progress: Progress, settled_s: float = SETTLED_S) -> None:
    """A new collection: payload indexes first, points with the graph switched off, then the graph; waits for green.

    A collection of that name that a broken run left behind is dropped first.
    """
    name = collection_name(release.version)
    client.delete_collection(name)
    _create(client, name, release)
    for batch in point_batches(release):
        client.upsert(name, _points(batch), wait=True)
        progress(batch.start + len(batch.payloads), release.embedded, "indexing")
    client.update_collection(name, optimizers_config=m.OptimizersConfigDiff(indexing_threshold=INDEXING_KB))
    progress(release.embedded, release.embedded, "linking")
    _wait(client, name, settled_s)


def activate(client: QdrantClient, version: str) -> None:
    """Moves the alias in one call: no reader sees it missing."""
    held = {alias.alias_name for alias in client.get_aliases().aliases}
    drop = [m.DeleteAliasOperation(delete_alias=m.DeleteAlias(alias_name=ALIAS))] if ALIAS in held else []
    name = collection_name(version)
    create = m.CreateAliasOperation(create_alias=m.CreateAlias(collection_name=name, alias_name=ALIAS))
    client.update_collection_aliases([*drop, create])


def built(client: QdrantClient, release: Release) -> bool:
    """True when the collection exists with every track in it."""
    name = collection_name(release.version)
    return client.collection_exists(name) and client.count(name, exact=True).count == release.embedded


def drop(client: QdrantClient, version: str) -> None:
    """Deletes the collection of a release that is no longer kept."""
    client.delete_collection(collection_name(version))


def _create(client: QdrantClient, name: str, release: Release) -> None:
    client.create_collection(
        name,
        vectors_config={space: _vectors(kind, release.embedded) for space, kind in release.manifest.spaces.items()},
        optimizers_config=m.OptimizersConfigDiff(indexing_threshold=0),
        metadata={"version": release.version, "data_hash": release.manifest.data_hash},
    )
    for field in RANGE_FIELDS:
        client.create_payload_index(name, field, m.FloatIndexParams(type="float", enable_hnsw=False))
    for field in WORDS:
        client.create_payload_index(name, field, m.KeywordIndexParams(type="keyword", enable_hnsw=False))
    for field in FLAGS:
        flags = m.IntegerIndexParams(type="integer", lookup=True, range=False, enable_hnsw=False)
        client.create_payload_index(name, field, flags)


def _vectors(space: Space, tracks: int) -> m.VectorParams:
    graph = m.HnswConfigDiff(m=M, ef_construct=EF_CONSTRUCT, full_scan_threshold=scan_limit_kb(tracks, space.dim))
    distance = _DISTANCES[space.distance]
    if not coarse(space, tracks):
        return m.VectorParams(size=space.dim, distance=distance, hnsw_config=graph)
    return m.VectorParams(
        size=space.dim, distance=distance, hnsw_config=graph, on_disk=True, quantization_config=_BYTES
    )


def _points(batch: PointBatch) -> list[m.PointStruct]:
    rows = range(batch.start, batch.start + len(batch.payloads))
    return [
        m.PointStruct(id=row, vector={name: one.tolist() for name, one in vectors.items()}, payload=payload)
        for row, vectors, payload in zip(rows, batch.vectors, batch.payloads, strict=True)
    ]


def _wait(client: QdrantClient, name: str, settled_s: float) -> None:
    """Green twice in a row: just after the upload the server may not have noticed yet that it has work."""
    deadline, green = time.monotonic() + WAIT_S, 0
    while green < 2:
        info = client.get_collection(name)
        if info.status == m.CollectionStatus.RED or time.monotonic() > deadline:
            raise CollectionNotReady(f"collection {name!r} is {info.status.value}: {info.optimizer_status}")
        green = green + 1 if info.status == m.CollectionStatus.GREEN else 0
        time.sleep(settled_s)
