"""ASGI middleware of every service: request id, access log, metrics, and the response to an unhandled exception."""

import re
import time
from collections.abc import Iterable
from functools import cache

from fastapi.responses import Response
from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils import uuid7

from kit import errors, log
from kit.drain import Drain
from kit.metrics import CONTENT_TYPE, SECONDS, Metrics
from kit.problem_responses import METHODS, problem_response
from kit.tracing import Tracing, record_answer

REQUEST_ID = re.compile(r"^[0-9A-Za-z._-]{1,64}$")
UNLOGGED = ("/health",)  # requested once a second by probes
UNLOGGED_ON_SUCCESS = ("/internal/events", "/internal/taste", "/internal/taste:versions")
"""Polled once a second by event consumers, and requested by recommend during each request that it logs itself: only
failures are logged."""
KNOWN_METHODS = frozenset({*METHODS, "OPTIONS"})
CLOSE = (b"connection", b"close")
REDIRECTS = frozenset({301, 302, 307, 308})
ABSOLUTE = re.compile(rb"^https?://[^/?#]*")


def _internal_error(request_id: str | None) -> Response:
    return problem_response(errors.Problem(f"unexpected; tell us the request id {request_id}"), request_id)


class RequestContext:
    """ASGI middleware: accepts or creates the request id, records metrics and writes one access log line a request."""

    def __init__(
        self, app: ASGIApp, service: str, metrics: Metrics, drain: Drain, tracing: Tracing, public: bool = False
    ) -> None:
        self.app = app
        self.tracing = tracing
        self.drain = drain
        self.public = public
        self.log = log.get("access")
        self.metrics = metrics
        labels = ["service", "method", "route", "status"]
        registry = metrics.registry
        self.seconds = Histogram(
            "http_request_duration_seconds", "Time to answer.", labels[:3], registry=registry, buckets=SECONDS
        )
        self.total = Counter("http_requests", "Requests answered.", labels, registry=registry)
        self.service = service
        self.children = cache(self._children)  # saves 2 us a request over labels(); no larger than the metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"] == "/metrics" and not self.public:
            exposition = await self.metrics.exposition()
            await Response(exposition, headers={"content-type": CONTENT_TYPE})(scope, receive, send)
            return
        request_id = scope["request_id"] = incoming_request_id(scope) or str(uuid7())
        status, started, response_started = 500, time.perf_counter(), False

        async def send_with_id(message: Message) -> None:
            nonlocal status, response_started
            if message["type"] == "http.response.start":
                response_started = True
                status = message["status"]
                headers = _with_relative_location(message) if status in REDIRECTS else message.get("headers", ())
                message["headers"] = [*headers, (b"x-request-id", request_id.encode())]
                if self.drain.draining:
                    message["headers"].append(CLOSE)
            await send(message)

        before = log.contextvars.bind_contextvars(request_id=request_id)
        try:
            with self.tracing.request(scope) as span:
                await self.app(scope, receive, send_with_id)
                if span:
                    record_answer(span, _label(scope["method"]), _route(scope), status)
        except Exception as error:
            # Handled here: an exception that leaves the app makes the server close the keep-alive connection.
            if response_started:
                raise
            log.get("app").error("unhandled", path=scope["path"], exc_info=error)
            await _internal_error(request_id)(scope, receive, send_with_id)
        finally:
            self._record(scope, status, time.perf_counter() - started)
            log.contextvars.reset_contextvars(**before)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route, method = _route(scope), scope["method"]
        duration, total = self.children(_label(method), route, status)
        duration.observe(seconds)
        total.inc()
        path = scope["path"]  # a plain Starlette route, such as /internal/taste, does not set scope["route"]
        if not (route.startswith(UNLOGGED) or (status < 400 and path.startswith(UNLOGGED_ON_SUCCESS))):
            self.log.info("request", method=method, path=path, status=status, ms=round(seconds * 1000, 2))

    def _children(self, method: str, route: str, status: int) -> tuple[Histogram, Counter]:
        return self.seconds.labels(self.service, method, route), self.total.labels(self.service, method, route, status)


def _route(scope: Scope) -> str:
    """The pattern of the route, never the path."""
    return str(getattr(scope.get("route"), "path", "unmatched"))


def _label(method: str) -> str:
    """The method as a label: any token may be one, and each would be a series for good."""
    return method if method in KNOWN_METHODS else "other"


def _with_relative_location(message: Message) -> Iterable[tuple[bytes, bytes]]:
    """The headers of a redirect with Location reduced to a path: Starlette builds its host from the caller's Host."""
    headers = message.get("headers", ())
    return [(name, ABSOLUTE.sub(b"", value) if name == b"location" else value) for name, value in headers]


def incoming_request_id(scope: Scope) -> str | None:
    """The caller's x-request-id if it matches REQUEST_ID, so that it is safe in logs and headers; else None."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text: str = value.decode("latin-1")
            return text if REQUEST_ID.match(text) else None
    return None
