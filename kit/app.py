"""FastAPI application factory of every service: problem documents, request ids, access log, health checks, metrics.

Nothing is opened at import; `create_service` wires the app, and the service's own lifespan opens and closes resources.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import cache
from http import HTTPStatus
from typing import Any, Literal

import orjson
import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils import uuid7

from kit import errors, log

Check = Callable[[], Awaitable[str]]
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
REQUEST_ID = re.compile(r"^[0-9A-Za-z._-]{1,64}$")
UNLOGGED = ("/health",)  # requested once a second by probes
UNLOGGED_ON_SUCCESS = ("/internal/events", "/internal/taste")
"""Polled once a second by event consumers, and requested by recommend during each request that it logs itself: only
failures are logged."""
CHECK_S = 5.0
"""Timeout of one readiness check, in seconds: a hanging dependency must not make the probe hang."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
REDIRECTS = frozenset({301, 302, 307, 308})
ABSOLUTE = re.compile(rb"^https?://[^/?#]*")
PROBLEM_TYPE = "application/problem+json"


def create_service(
    name: str,
    *,
    routers: Sequence[APIRouter],
    lifespan: Lifespan,
    checks: Mapping[str, Check] | None = None,
    middleware: Sequence[Middleware] = (),
    public: bool = False,
) -> FastAPI:
    """Creates the FastAPI app of a service. /health/ready awaits `checks`, each of which returns a short status text.

    `middleware` (outermost first) runs inside the request context; a `public` app serves neither /metrics nor an
    OpenAPI document of its own routes.
    """
    app = FastAPI(
        title=f"Segue {name}",
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        openapi_url=None if public else "/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        separate_input_output_schemas=False,
        responses={422: {"description": "The request is malformed", "content": {PROBLEM_TYPE: {}}}},
    )
    app.state.checks = dict(checks or {})
    for router in (*routers, _health):
        app.include_router(router)
    add_problem_handlers(app)
    for layer in reversed(middleware):
        app.add_middleware(layer.cls, *layer.args, **layer.kwargs)
    app.add_middleware(RequestContext, service=name, public=public)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


def problem_response(
    problem: errors.Problem, request_id: str | None = None, added: Iterable[tuple[bytes, bytes]] = ()
) -> Response:
    """The HTTP response of a problem, with Retry-After from its `retry_after_s`, and the `added` headers."""
    headers = {}
    if (retry_after := problem.extra.get("retry_after_s")) is not None:
        headers["retry-after"] = str(retry_after)
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"  # RFC 9110 section 15.5.2: a 401 names the accepted scheme
    body = orjson.dumps(problem.document(request_id))
    response = Response(body, problem.status, headers, media_type=PROBLEM_TYPE)
    response.raw_headers.extend(added)
    return response


def add_problem_handlers(app: FastAPI) -> None:
    """Registers handlers that return problem documents for Problem, FastAPI's validation errors and Starlette's
    HTTPException (404, 405). RequestContext handles all other exceptions."""
    app.add_exception_handler(errors.Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)


def request_id_of(request: Request) -> str | None:
    """The id of the current request."""
    return request.scope.get("request_id")


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.Problem)
    return problem_response(error, request_id_of(request))


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [{"at": _field_path(fault["loc"]), "message": fault["msg"]} for fault in error.errors()]
    shown = "; ".join(f"{fault['at']}: {fault['message']}" for fault in faults[:3])
    return problem_response(errors.Malformed(shown, errors=faults[:20]), request_id_of(request))


def _field_path(location: Sequence[Any]) -> str:
    return ".".join(str(part) for part in location)


_PROBLEM_BY_STATUS: dict[int, type[errors.Problem]] = {
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    413: errors.PayloadTooLarge,
    400: errors.Malformed,
}


def _other_problem(status: int) -> type[errors.Problem]:
    phrase = HTTPStatus(status).phrase
    return type("Other", (errors.Problem,), {"status": status, "code": "http_error", "title": phrase})


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem_class = _PROBLEM_BY_STATUS.get(error.status_code) or _other_problem(error.status_code)
    detail = f"{request.method} {request.url.path}: {error.detail}"
    response = problem_response(problem_class(detail), request_id_of(request))
    response.headers.update(error.headers or {})
    if error.status_code == 405:
        response.headers["allow"] = ", ".join(_allowed_methods(request))
    return response


def _allowed_methods(request: Request) -> list[str]:
    """Methods that any route accepts at this path; Starlette itself lists only those of the first matching route."""
    routes = request.app.router.routes
    scopes = [{**request.scope, "method": method} for method in METHODS]
    return [scope["method"] for scope in scopes if any(route.matches(scope)[0] is Match.FULL for route in routes)]


def _internal_error(request_id: str | None) -> Response:
    return problem_response(errors.Problem(f"unexpected; tell us the request id {request_id}"), request_id)


class RequestContext:
    """ASGI middleware: accepts or creates the request id, records metrics and writes one access log line a request."""

    def __init__(self, app: ASGIApp, service: str, public: bool = False) -> None:
        self.app = app
        self.public = public
        self.log = log.get("access")
        self.registry = CollectorRegistry()
        labels = ["service", "method", "route", "status"]
        self.seconds = Histogram("http_request_seconds", "Time to answer.", labels[:3], registry=self.registry)
        self.total = Counter("http_requests", "Requests answered.", labels, registry=self.registry)
        self.service = service
        self.children = cache(self._children)  # saves 2 us a request over labels(); no larger than the metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"] == "/metrics" and not self.public:
            await Response(generate_latest(self.registry), media_type="text/plain")(scope, receive, send)
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
            await send(message)

        before = structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self.app(scope, receive, send_with_id)
        except Exception as error:
            # Handled here: an exception that leaves the app makes the server close the keep-alive connection.
            if response_started:
                raise
            log.get("app").error("unhandled", path=scope["path"], exc_info=error)
            await _internal_error(request_id)(scope, receive, send_with_id)
        finally:
            self._record(scope, status, time.perf_counter() - started)
            structlog.contextvars.reset_contextvars(**before)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"]
        duration, total = self.children(method, route, status)
        duration.observe(seconds)
        total.inc()
        path = scope["path"]  # a plain Starlette route, such as /internal/taste, does not set scope["route"]
        if not (route.startswith(UNLOGGED) or (status < 400 and path.startswith(UNLOGGED_ON_SUCCESS))):
            self.log.info("request", method=method, path=path, status=status, ms=round(seconds * 1000, 2))

    def _children(self, method: str, route: str, status: int) -> tuple[Histogram, Counter]:
        return self.seconds.labels(self.service, method, route), self.total.labels(self.service, method, route, status)


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


class Live(BaseModel):
    """The process runs."""

    status: Literal["live"] = "live"


class Readiness(BaseModel):
    """Whether every dependency answers, and what each of them said."""

    status: Literal["ready", "unready"]
    checks: dict[str, str]


_health = APIRouter(prefix="/health", tags=["operations"])


@_health.get("/live")
async def live() -> Live:
    """The process runs."""
    return Live()


@_health.get("/ready", responses={503: {"model": Readiness, "description": "A dependency does not answer"}})
async def ready(request: Request, response: Response) -> Readiness:
    """Every dependency answers its ping; 503 names those that do not."""
    checks = request.app.state.checks
    results = await asyncio.gather(*(_ping(check) for check in checks.values()))
    failed = any(result.startswith("failed") for result in results)
    response.status_code = 503 if failed else 200
    return Readiness(status="unready" if failed else "ready", checks=dict(zip(checks, results, strict=True)))


async def _ping(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_S):
            return await check()
    except TimeoutError:
        return f"failed: no answer within {CHECK_S:g} s"
    except Exception as error:
        return f"failed: {error}"
