"""CPU cost of an exclusion list in the embedded index, with integer and with UUID point ids (decisions 0006, 0015).

python bench/exclusions.py [POINTS]       # 20,000; lists of half of them at most
"""

import sys
import tempfile
import time
import uuid

import numpy as np
import qdrant_edge as edge

POINTS, DIM, QUERIES = int((sys.argv[1:] or ["20000"])[0]), 192, 50


def shard_of(ids: list[int] | list[uuid.UUID], vectors: np.ndarray) -> edge.EdgeShard:
    """A shard of all points, unindexed: every query is an exact scan."""
    params = edge.EdgeVectorParams(DIM, edge.Distance.Dot)
    shard = edge.EdgeShard.create(tempfile.mkdtemp(), edge.EdgeConfig(vectors={"graph": params}, wal_enabled=False))
    for start in range(0, POINTS, 1000):
        batch = zip(ids[start : start + 1000], vectors[start : start + 1000], strict=True)
        points = [edge.Point(i, {"graph": vector.tolist()}, {}) for i, vector in batch]
        shard.update(edge.UpdateOperation.upsert_points(points))
    return shard


def cpu_ms(shard: edge.EdgeShard, vector: list[float], excluded: list[int] | list[uuid.UUID]) -> float:
    """CPU milliseconds of one query that leaves out the given ids, the mean of 50."""
    started = time.process_time()
    for _ in range(QUERIES):
        request = edge.QueryRequest(
            limit=100,
            query=edge.Query.Nearest(vector, using="graph"),
            filter=edge.Filter(must_not=[edge.HasIdCondition(set(excluded))]),
            params=edge.SearchParams(exact=True),
        )
        shard.query(request)
    return (time.process_time() - started) / QUERIES * 1000


def main() -> None:
    vectors = np.random.default_rng(7).standard_normal((POINTS, DIM), dtype=np.float32)
    rows = list(range(POINTS))
    names = [uuid.UUID(int=row + (1 << 100)) for row in rows]
    shards = {"rows": (shard_of(rows, vectors), rows), "uuids": (shard_of(names, vectors), names)}
    for excluded in (size for size in (3, 100, 1_000, 2_500, 10_000, 20_000) if size <= POINTS // 2):
        took = {kind: cpu_ms(s, vectors[0].tolist(), ids[:excluded]) for kind, (s, ids) in shards.items()}
        ratio = took["uuids"] / took["rows"]
        print(f"{excluded:5} excluded: rows {took['rows']:.2f} ms, uuids {took['uuids']:.2f} ms, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
