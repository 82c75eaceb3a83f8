"""A Qdrant server for tests, without a socket: real HTTP requests, parsed with Qdrant's own REST models.

`QdrantOverHttp` reads what the client really sent - path, query string, body - and runs it on an exact engine in
memory. So request bodies, aliases, batching, `wait`, and every status code are tested; the graph is not.
"""

import warnings
from typing import Any

import httpx
import orjson
from pydantic import BaseModel, TypeAdapter
from qdrant_client import QdrantClient
from qdrant_client import models as m


class QdrantOverHttp:
    """`transport` goes into a (sync or async) client. `requests` holds (method, path, body); `broken` answers first."""

    def __init__(self) -> None:
        self.engine = QdrantClient(":memory:")
        self.requests: list[tuple[str, str, Any]] = []
        self.created: dict[str, m.CreateCollection] = {}
        self.broken: list[httpx.Response | httpx.TransportError] = []
        self.refuse: str | None = None  # a part of a path that answers 500
        self.transport = httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        body = orjson.loads(request.content) if request.content else None
        self.requests.append((request.method, request.url.raw_path.decode(), body))
        if self.broken:
            fault = self.broken.pop(0)
            if isinstance(fault, httpx.TransportError):
                raise fault
            return fault
        if self.refuse and self.refuse in request.url.path:
            return httpx.Response(500, json={"status": {"error": "disk is full"}, "time": 0})
        parts = request.url.path.strip("/").split("/")
        try:
            with warnings.catch_warnings(action="ignore"):  # the engine in memory warns that it has no graph
                result = self._route(request.method, parts, body)
        except ValueError as error:  # the engine's word for an unknown collection
            return httpx.Response(404, json={"status": {"error": str(error)}, "time": 0})
        return httpx.Response(200, content=_json({"result": result, "status": "ok", "time": 0}))

    def _route(self, method: str, parts: list[str], body: Any) -> Any:
        match method, parts:
            case "POST", ["collections", "aliases"]:
                return self.engine.update_collection_aliases(_parsed(m.ChangeAliasesOperation, body).actions)
            case "GET", ["aliases"]:
                return self.engine.get_aliases()
            case _, ["collections", name]:
                return self._collection(method, name, body)
            case "GET", ["collections", name, "exists"]:
                return {"exists": self.engine.collection_exists(name)}
            case "PUT", ["collections", name, "index"]:
                _parsed(m.CreateFieldIndex, body)
                return {"operation_id": 0, "status": "completed"}
            case _, ["collections", name, "points", *rest]:
                return self._points(method, name, "/".join(rest), body)
        raise AssertionError(f"the adapter asked for something new: {method} {parts}")

    def _collection(self, method: str, name: str, body: Any) -> Any:
        match method:
            case "PUT":
                self.created[name] = wanted = _parsed(m.CreateCollection, body)
                return self.engine.create_collection(name, vectors_config=wanted.vectors)
            case "PATCH":
                _parsed(m.UpdateCollection, body)
                return self.engine.collection_exists(name)
            case "GET":
                return self.engine.get_collection(name)
            case "DELETE":
                return self.engine.delete_collection(name)
        raise AssertionError(f"the adapter asked for something new: {method} collection")

    def _points(self, method: str, name: str, what: str, body: Any) -> Any:
        match method, what:
            case "PUT", "":
                return self.engine.upsert(name, _parsed(m.PointsList, body).points)
            case "POST", "":
                wanted = _parsed(m.PointRequest, body)
                return self.engine.retrieve(name, wanted.ids, wanted.with_payload, wanted.with_vector)
            case "POST", "count":
                wanted = _parsed(m.CountRequest, body)
                return self.engine.count(name, wanted.filter, exact=wanted.exact)
            case "POST", "query/batch":
                return self.engine.query_batch_points(name, _parsed(m.QueryRequestBatch, body).searches)
        raise AssertionError(f"the adapter asked for something new: {method} points/{what}")


def _parsed(model: type[BaseModel], body: Any) -> Any:
    """The body as Qdrant reads it; a field that the REST interface does not have is an error."""
    return TypeAdapter(model).validate_python(body)


def _json(answer: Any) -> bytes:
    return orjson.dumps(answer, default=lambda value: value.model_dump(mode="json"))
