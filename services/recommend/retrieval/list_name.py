"""Adds the name of a list to query vectors, or makes the query vector of a name alone (kit/playlist_names.py)."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kit.manifest import GRAPH
from kit.playlist_names import NameModel, NameVector, with_list_name
from kit.query import Vector, effective_number
from kit.wire.catalog import FEATURES
from kit.wire.recommend_response import ListName
from services.recommend.values import QueryVector, SeedVectors


def looked_up(model: NameModel | None, name: str) -> NameVector | None:
    """The vector of a name; None where the release knows nothing of it."""
    vector = model.vector(name) if model else None
    return vector if vector and vector.known else None


def list_name_of(name: str, vector: NameVector | None) -> ListName:
    """What the response says of the name."""
    confidence = round(vector.confidence, 4) if vector else 0.0
    return ListName(text=name, known=vector is not None, confidence=confidence)


def steers(query_vectors: Sequence[QueryVector]) -> bool:
    """Whether a name can be added: not to query vectors of seeds that are known by their sound alone, as names are
    learned from listening."""
    return not query_vectors or any(query.space == GRAPH for query in query_vectors)


def with_name(
    model: NameModel, vector: NameVector, query_vectors: Sequence[QueryVector], avoided: Vector | None = None
) -> list[QueryVector]:
    """The query vectors with the name as one more seed, or that of the name alone where there is none: less the
    `avoided` (dim,), which is relative to its length. Those of seeds are less that already.

    A query vector of another space, of sounds alone, stays as it is.
    """
    if not query_vectors:
        alone = model.alone(vector)
        less = np.float32(0) if avoided is None else avoided * np.float32(np.linalg.norm(alone.vector))
        return [QueryVector(GRAPH, alone.vector - less, [_seed(vector)], alone)]
    return [_steered(query, vector) if query.space == GRAPH else query for query in query_vectors]


def _steered(query: QueryVector, vector: NameVector) -> QueryVector:
    k = effective_number(np.array([seed.weight for seed in query.seeds]))
    liked = with_list_name(query.liked, k, vector)
    return replace(query, vector=query.vector + liked.parts[-1], seeds=[*query.seeds, _seed(vector)], liked=liked)


def _seed(vector: NameVector) -> SeedVectors:
    return SeedVectors(1.0, {}, np.full(len(FEATURES), np.nan), title=vector.name, because="named")
