"""Builds the embedded index of a release. Call it in a child process: the engine holds the interpreter lock throughout,
and optimising 60,000 tracks stops every other thread of the process for 44 s.
"""

from pathlib import Path

import qdrant_edge as q

from kit.release import Release, Space
from kit.vectors import RANGE_FIELDS
from kit.vectors.edge import COARSE
from kit.vectors.points import (
    EF_CONSTRUCT,
    FLAGS,
    INDEXING_KB,
    UNLINKED,
    WALK_FROM,
    WORDS,
    M,
    PointBatch,
    Progress,
    coarse,
    point_batches,
    scan_limit_kb,
)

_DISTANCES = {"dot": q.Distance.Dot, "cosine": q.Distance.Cosine}
_BYTES = q.ScalarQuantizationConfig(q.ScalarType.Int8, memory=q.Memory.Pinned)
"""A coarse space is walked as int8 in memory; its float32 stays on disk, for scans."""


def build(release: Release, directory: Path, progress: Progress, *, linked: bool = True) -> None:
    """Fills a new directory: payload indexes and points, then, for a large release, the graph.

    Without `linked` a large release gets no graph and its vectors are held as they are: queries scan them, exactly.
    Where there is a graph payload is indexed last: an index that is filled with the points is held in memory meanwhile.
    """
    linked = linked and release.embedded >= WALK_FROM
    walked = release.embedded if linked else 0
    shard = q.EdgeShard.create(str(directory), _config(release, walked))
    if not linked:
        _index_fields(shard)
    _fill(shard, release, 0, progress)
    if linked:
        progress(release.embedded, release.embedded, "linking")
        shard.optimize()
        _index_fields(shard)
        shard.flush()
    shard.close()
    spaces = release.manifest.spaces.items()
    (directory / COARSE).write_text("\n".join(name for name, space in spaces if coarse(space, walked)))


def extend(release: Release, directory: Path, held: int, progress: Progress, unlinked: int = UNLINKED) -> None:
    """Adds to the directory of an index that holds the first `held` rows those after them. Where it has a graph, more
    than so many new vectors are linked to it, which costs in proportion to them; fewer stand outside, and every query
    scans them.
    """
    shard = q.EdgeShard.load(str(directory))
    _fill(shard, release, held, progress)
    added = sum(int(release.index_vectors(name)[held:].any(axis=1).sum()) for name in release.manifest.spaces)
    if shard.info().indexed_vectors_count and added > unlinked:
        progress(release.embedded, release.embedded, "linking")
        shard.optimize()
        shard.flush()
    shard.close()


def _index_fields(shard: q.EdgeShard) -> None:
    for operation in _field_indexes():
        shard.update(operation)


def _fill(shard: q.EdgeShard, release: Release, first: int, progress: Progress) -> None:
    for batch in point_batches(release, first):
        shard.update(q.UpdateOperation.upsert_points(_points(batch)))
        progress(batch.start + len(batch.payloads), release.embedded, "indexing")
    shard.flush()


def _config(release: Release, walked: int) -> q.EdgeConfig:
    return q.EdgeConfig(
        vectors={name: _vectors(space, walked) for name, space in release.manifest.spaces.items()},
        optimizers=q.EdgeOptimizersConfig(default_segment_number=1, indexing_threshold=INDEXING_KB),
        wal_enabled=False,  # fixed when created; with a log only one process could read
    )


def _vectors(space: Space, tracks: int) -> q.EdgeVectorParams:
    graph = q.HnswIndexConfig(m=M, ef_construct=EF_CONSTRUCT, full_scan_threshold=scan_limit_kb(tracks, space.dim))
    distance = _DISTANCES[space.distance]
    if not coarse(space, tracks):
        return q.EdgeVectorParams(space.dim, distance, hnsw_config=graph)
    return q.EdgeVectorParams(space.dim, distance, hnsw_config=graph, quantization_config=_BYTES, memory=q.Memory.Cold)


def _field_indexes() -> list[q.UpdateOperation]:
    """enable_hnsw=False: links per value cost one more graph build a field, see points.py."""
    make = q.UpdateOperation.create_field_index
    return [
        *(make(name, q.FloatIndexParams(enable_hnsw=False)) for name in RANGE_FIELDS),
        *(make(name, q.KeywordIndexParams(enable_hnsw=False)) for name in WORDS),
        *(make(name, q.IntegerIndexParams(lookup=True, range=False, enable_hnsw=False)) for name in FLAGS),
    ]


def _points(batch: PointBatch) -> list[q.Point]:
    """The engine takes rows of arrays as they are, so no lists of floats are made."""
    rows = range(batch.start, batch.start + len(batch.payloads))
    points = zip(rows, batch.vectors, batch.payloads, strict=True)
    return [q.Point(row, vectors, payload) for row, vectors, payload in points]  # type: ignore[arg-type]
