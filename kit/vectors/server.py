"""The index on a Qdrant server or cluster: one collection a release, asked by gRPC."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import grpc  # type: ignore[import-untyped]
import numpy as np
import numpy.typing as npt
from qdrant_client import AsyncQdrantClient
from qdrant_client import models as m
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from kit.errors import IndexUnavailable
from kit.vectors import Hits, TrackQuery, hits
from kit.vectors.points import COARSE_EF, WALK_EF, is_exact, walk_ef

Answer = TypeVar("Answer")
_BYTES = m.QuantizationSearchParams(rescore=False)
"""As in kit/vectors/edge.py."""
DEADLINE_S = 2
GRPC_PORT = 6334
CONNECTIONS = 8  # the client's default of 3 gRPC channels is shared by every request of the process
RECONNECT = {"grpc.initial_reconnect_backoff_ms": 100, "grpc.max_reconnect_backoff_ms": 1000}
"""gRPC's own backoff grows to two minutes: so long would lists stay degraded after the server is back."""
RETRY_AFTER_S = (0.01, 0.05)
_PASSING = (429, 500, 502, 503, 504)
_PASSING_GRPC = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.ABORTED)
FAILURES = (grpc.RpcError, ResponseHandlingException, UnexpectedResponse, ResourceExhaustedResponse)


class QdrantIndex:
    """TrackIndex over one collection. Reads are idempotent, so each is tried a second time; the client never does."""

    def __init__(self, client: AsyncQdrantClient, collection: str, spaces: Mapping[str, int]) -> None:
        self._client = client
        self._collection = collection
        self._spaces = dict(spaces)
        self._tracks = 0
        self._coarse: Collection[str] | None = None

    @classmethod
    def connect(cls, url: str, collection: str, spaces: Mapping[str, int], api_key: str | None = None) -> Self:
        """Opens no connection yet. Call it in the process that serves, never before a fork."""
        client = AsyncQdrantClient(
            url,
            grpc_port=grpc_port(url),
            grpc_options=dict(RECONNECT),  # the client changes it
            prefer_grpc=True,
            timeout=DEADLINE_S,
            pool_size=CONNECTIONS,
            api_key=api_key,
            check_compatibility=False,  # it asks from a thread and only warns; ping() tells the server's version
        )
        return cls(client, collection, spaces)

    async def search(self, queries: Sequence[TrackQuery]) -> list[Hits]:
        """The hits of each query, in one request."""
        if not queries:
            return []
        if not self._tracks and any(query.exclude for query in queries):
            self._tracks = (await self._info()).points_count or 0
        coarse, requests = await self.coarse(), list[m.QueryRequest]()
        for at, query in enumerate(queries):
            shared = at > 0 and query.same_filter(queries[at - 1])
            chosen = requests[-1].filter if shared else to_filter(query)
            ef = walk_ef(len(query.exclude), COARSE_EF if query.space in coarse else WALK_EF)
            requests.append(_request(query, chosen, None if is_exact(query, self._tracks) else ef))
        answers = await self._call(lambda: self._client.query_batch_points(self._collection, requests))
        return [hits((int(point.id), point.score) for point in answer.points) for answer in answers]

    async def count(self, query: TrackQuery) -> int:
        """Exact."""
        inside = to_filter(query, m.HasVectorCondition(has_vector=query.space))
        answer = await self._call(lambda: self._client.count(self._collection, inside, exact=True))
        return answer.count

    async def vectors(self, rows: Sequence[int], space: str) -> npt.NDArray[np.float32]:
        """(len(rows), dim), zeros for a row without a vector."""
        wanted = [int(row) for row in rows]
        records = await self._call(
            lambda: self._client.retrieve(self._collection, wanted, with_payload=False, with_vectors=[space])
        )
        at = {int(record.id): record.vector for record in records}
        found = np.zeros((len(wanted), self._spaces[space]), dtype=np.float32)
        for position, row in enumerate(wanted):
            vector = at.get(row)
            if isinstance(vector, dict) and space in vector:
                found[position] = np.asarray(vector[space], dtype=np.float32)
        return found

    async def coarse(self) -> Collection[str]:
        """The spaces that are walked as int8; asked of the server once."""
        if self._coarse is None:
            held = (await self._info()).config.params.vectors
            held = held if isinstance(held, dict) else {}
            self._coarse = [space for space, one in held.items() if one.quantization_config]
        return self._coarse

    async def ping(self) -> str:
        """The collection's size and the server's state of it."""
        info = await self._info()
        return f"{info.points_count} tracks, Qdrant collection {self._collection} is {info.status.value}"

    async def _info(self) -> m.CollectionInfo:
        return await self._call(lambda: self._client.get_collection(self._collection))

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.close()

    async def _call(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        try:
            return await call()
        except FAILURES as error:
            if not _passes(error):
                raise IndexUnavailable(f"Qdrant refused on {self._collection!r}: {error_text(error)}") from error
        await asyncio.sleep(random.uniform(*RETRY_AFTER_S))  # noqa: S311 - jitter, not a secret
        try:
            return await call()
        except FAILURES as error:
            raise IndexUnavailable(f"Qdrant did not answer for {self._collection!r}: {error_text(error)}") from error


def grpc_port(url: str) -> int:
    """The port of the gRPC interface: the one after the URL's, as 6334 is after 6333; 6334 behind 80 and 443."""
    port = urlsplit(url).port
    return GRPC_PORT if port in (None, 80, 443) else port + 1


def _passes(error: Exception) -> bool:
    """True when a second try may succeed."""
    if isinstance(error, grpc.RpcError):
        return error.code() in _PASSING_GRPC
    return not isinstance(error, UnexpectedResponse) or error.status_code in _PASSING


def error_text(error: Exception) -> str:
    """What the server or the connection said, on one line."""
    if isinstance(error, grpc.RpcError):
        return f"{error.code().name}: {error.details()}"
    if isinstance(error, ResponseHandlingException):
        return f"{type(error.source).__name__}: {error.source}"
    return " ".join(str(error).split())


def _request(query: TrackQuery, chosen: m.Filter | None, ef: int | None) -> m.QueryRequest:
    """A walk so wide, a scan for None."""
    acorn = m.AcornSearchParams(enable=chosen is not None, max_selectivity=1.0)
    walk = m.SearchParams(hnsw_ef=ef, acorn=acorn, quantization=_BYTES)
    return m.QueryRequest(
        query=query.vector.astype(np.float32).tolist(),
        using=query.space,
        filter=chosen,
        params=m.SearchParams(exact=True) if ef is None else walk,
        limit=query.limit,
        with_payload=False,
    )


def to_filter(query: TrackQuery, *also: m.Condition) -> m.Filter | None:
    """The server's filter for a query, None when it has none."""
    must: list[Any] = [
        m.FieldCondition(key=name, range=m.Range(gte=low, lte=high)) for name, (low, high) in query.ranges.items()
    ]
    must_not: list[Any] = []
    if query.genres:
        must.append(m.FieldCondition(key="genres", match=m.MatchAny(any=list(query.genres))))
    if query.explicit is not None:
        marked = m.FieldCondition(key="explicit", match=m.MatchValue(value=1))
        (must if query.explicit else must_not).append(marked)
    if query.exclude:
        must_not.append(m.HasIdCondition(has_id=[int(row) for row in query.exclude]))
    must.extend(also)
    return m.Filter(must=must, must_not=must_not) if must or must_not else None
