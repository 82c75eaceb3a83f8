"""Queries as the engine takes them, from Qdrant's models; Refused for what this stand-in cannot express."""

from typing import Any

import qdrant_edge as q
from qdrant_client import models as m

from tests.qdrant.engine import Collection, Refused


def query_request(collection: Collection, wanted: m.QueryRequest) -> q.QueryRequest:
    """The request of one nearest-neighbour query."""
    vector = wanted.query.nearest if isinstance(wanted.query, m.NearestQuery) else wanted.query
    if not isinstance(vector, list):
        raise Refused(f"this stand-in answers nearest-neighbour queries by vector only, not {wanted.query!r}")
    collection.check(wanted.using, len(vector))
    return q.QueryRequest(
        limit=wanted.limit or 10,
        query=q.Query.Nearest([float(value) for value in vector], using=wanted.using),
        filter=to_filter(wanted.filter),
        params=_params(wanted.params),
        with_payload=bool(wanted.with_payload),
    )


def _params(given: m.SearchParams | None) -> q.SearchParams | None:
    if given is None:
        return None
    if given.exact:
        return q.SearchParams(exact=True)
    acorn = given.acorn
    return q.SearchParams(
        hnsw_ef=given.hnsw_ef,
        acorn=acorn and q.AcornSearchParams(enable=acorn.enable, max_selectivity=acorn.max_selectivity),
        quantization=given.quantization and q.QuantizationSearchParams(rescore=given.quantization.rescore),
    )


def to_filter(given: m.Filter | None) -> q.Filter | None:
    """The filter of a query."""
    if given is None:
        return None
    if given.should or given.min_should:
        raise Refused("this stand-in knows must and must_not only")
    return q.Filter(must=_conditions(given.must), must_not=_conditions(given.must_not))


def _conditions(given: Any) -> list[Any]:
    if given is None:
        return []
    return [_condition(one) for one in (given if isinstance(given, list) else [given])]


def _condition(given: Any) -> Any:
    match given:
        case m.HasIdCondition():
            return q.HasIdCondition({int(one) for one in given.has_id})
        case m.HasVectorCondition():
            return q.HasVectorCondition(given.has_vector)
        case m.FieldCondition(range=m.Range() as bounds):
            return q.FieldCondition(
                key=given.key, range=q.RangeFloat(gte=bounds.gte, lte=bounds.lte, gt=bounds.gt, lt=bounds.lt)
            )
        case m.FieldCondition(match=m.MatchAny() as match):
            return q.FieldCondition(key=given.key, match=q.MatchAny(list(match.any)))
        case m.FieldCondition(match=m.MatchValue() as match):
            return q.FieldCondition(key=given.key, match=q.MatchValue(match.value))
    raise Refused(f"this stand-in has no condition {given!r}")
