"""Pools seeds into query vectors, one for each interest cluster, and subtracts a share of the disliked tracks."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kit.manifest import AUDIO, GRAPH
from kit.next_track import weights_in_order
from kit.query import Pooling, Vector, relative
from kit.release import Floats, Ints
from services.recommend.retrieval.interest_clusters import interest_clusters
from services.recommend.served.served_release import ServedRelease
from services.recommend.values import QueryVector, SeedVectors

AVOIDANCE = 0.5
"""Weight of the negative query (Rocchio 1971) when the avoided tracks weigh as much as the seeds; the seeds count 1.
Half keeps tracks that stand near a seed and an avoided track at once, below those that stand near the seed alone.

Lighter ones are subtracted by the square root of their share: full subtraction of one dislike among 25 likes costs a
twentieth of NDCG@100, this one nothing, and it still clears a seventh of the disliked track's surroundings out of the
first hundred (docs/experiments.md)."""


def query_vectors(
    poolings: dict[str, Pooling], seeds: Sequence[SeedVectors], avoid: Sequence[SeedVectors]
) -> list[QueryVector]:
    """One query vector for each interest cluster of the seeds, heaviest first; every usable seed is in exactly one.

    Seeds with a vector in the learned space are pooled there; if none has one, all are pooled in the audio space into
    one: clusters were measured in the learned space only. Empty when no seed can be used.
    """
    space, used = _usable(poolings, seeds)
    if not used:
        return []
    vectors, weights = rows = _seed_rows(space, used)
    if space == GRAPH:
        number = interest_clusters(vectors, weights, poolings[space].space.blocks)
    else:
        number = np.zeros(len(used), np.int64)
    negative = _negative_query(poolings[space], space, avoid, float(weights.sum()))
    return [
        _query_vector(poolings[space], space, used, rows, np.flatnonzero(number == cluster), negative)
        for cluster in range(int(number.max()) + 1)
    ]


def single_query_vector(
    poolings: dict[str, Pooling], seeds: Sequence[SeedVectors], avoid: Sequence[SeedVectors]
) -> QueryVector | None:
    """All seeds in one query vector, as `evaluate` scores a playlist; None when no seed can be used."""
    space, used = _usable(poolings, seeds)
    if not used:
        return None
    rows = _seed_rows(space, used)
    negative = _negative_query(poolings[space], space, avoid, float(rows[1].sum()))
    return _query_vector(poolings[space], space, used, rows, np.arange(len(used)), negative)


def sequence_query_vector(
    serving: ServedRelease, seeds: Sequence[SeedVectors], avoid: Sequence[SeedVectors]
) -> QueryVector | None:
    """The query vector of seeds in order, by the next-track model (kit/next_track.py).

    Without a seed in the learned space it is that of mode `similar`; None when no seed can be used.
    """
    space, used = _usable(serving.poolings, seeds)
    if space != GRAPH or not used:
        return single_query_vector(serving.poolings, seeds, avoid)
    vectors, weights = _rows(space, used)
    weights = weights_in_order(weights)
    negative = _negative_query(serving.next_track_pooling, space, avoid, float(weights.sum()))
    found = _query_vector(serving.next_track_pooling, space, used, (vectors, weights), np.arange(len(used)), negative)
    return replace(found, in_order=True)


def avoided_direction(poolings: dict[str, Pooling], avoid: Sequence[SeedVectors]) -> Vector | None:
    """(dim,) what to subtract for avoided tracks from a query of length 1 that no seed gave; None without any."""
    negative = _negative_query(poolings[GRAPH], GRAPH, avoid, 0.0) if GRAPH in poolings else None
    length = 0.0 if negative is None else float(np.linalg.norm(negative))
    return np.float32(AVOIDANCE / length) * negative if negative is not None and length else None


def _usable(poolings: dict[str, Pooling], seeds: Sequence[SeedVectors]) -> tuple[str, list[SeedVectors]]:
    """The first space in which any seed has a vector, and the seeds with one there."""
    for space in (GRAPH, AUDIO):
        used = [seed for seed in seeds if space in seed.query]
        if space in poolings and used:
            return space, used
    return AUDIO, []


def _query_vector(
    pooling: Pooling,
    space: str,
    seeds: Sequence[SeedVectors],
    rows: tuple[Floats, Floats],
    own: Ints,
    negative: Vector | None,
) -> QueryVector:
    """The pooled query of the seeds numbered `own`, less the negative query."""
    vectors, weights = rows
    liked = pooling.pool(vectors[own], weights[own])
    vector = liked.vector if negative is None else liked.vector - negative
    return QueryVector(
        space, vector, [seeds[i] for i in own.tolist()], liked, float(weights[own].sum() / weights.sum())
    )


def _negative_query(pooling: Pooling, space: str, avoid: Sequence[SeedVectors], against: float) -> Vector | None:
    """(dim,) what to subtract for avoided tracks when the seeds weigh `against`, the heaviest 1; None when there are
    none."""
    pushed = [seed for seed in avoid if space in seed.query]
    if not pushed:
        return None
    vectors, weights = _rows(space, pushed)
    share = min(float(weights.sum()) / against, 1.0) if against else 1.0
    return np.float32(AVOIDANCE * share**0.5) * pooling.pool(vectors, weights).vector


def _seed_rows(space: str, seeds: Sequence[SeedVectors]) -> tuple[Floats, Floats]:
    """The same with the heaviest weighing 1: only proportions count."""
    vectors, weights = _rows(space, seeds)
    return vectors, relative(weights)


def _rows(space: str, seeds: Sequence[SeedVectors]) -> tuple[Floats, Floats]:
    """(n, dim) query vectors and (n,) weights."""
    return np.stack([seed.query[space] for seed in seeds]), np.array([seed.weight for seed in seeds])
