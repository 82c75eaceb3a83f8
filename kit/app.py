"""The shape every service shares: problem documents, request ids, one log line a request, health, metrics.

Nothing opens at import; `create_service` wires and the service's own lifespan opens and closes.
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
UNLOGGED = ("/health",)  # asked once a second, by probes
UNLOGGED_WHEN_WELL = ("/internal/events", "/internal/taste")
"""Asked once a second by followers, and by recommend for each of its own requests, which has its line; of these a line
tells only what failed."""
CHECK_S = 5.0
"""Seconds for a dependency to say that it is well: a probe that waits for ever tells nobody anything."""
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
    """A FastAPI app with the house's conventions. `checks` are pinged by /health/ready, each returning a word.

    `middleware` (outermost first) stands inside the request context; a `public` app serves neither
    /metrics nor the document of its own routes alone.
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
    """A problem as an HTTP answer, with Retry-After where the problem knows it and what headers are `added`."""
    headers = {}
    if (retry_after := problem.extra.get("retry_after_s")) is not None:
        headers["retry-after"] = str(retry_after)
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"  # RFC 9110 section 15.5.2: a 401 names what would be taken
    body = orjson.dumps(problem.document(request_id))
    answer = Response(body, problem.status, headers, media_type=PROBLEM_TYPE)
    answer.raw_headers.extend(added)
    return answer


def add_problem_handlers(app: FastAPI) -> None:
    """Every failure leaves as a problem document: ours, FastAPI's validation, Starlette's 404/405; RequestContext
    answers surprises."""
    app.add_exception_handler(errors.Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)


def request_id_of(request: Request) -> str | None:
    """The id of the request being answered."""
    return request.scope.get("request_id")


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.Problem)
    return problem_response(error, request_id_of(request))


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [{"at": _place(fault["loc"]), "message": fault["msg"]} for fault in error.errors()]
    shown = "; ".join(f"{fault['at']}: {fault['message']}" for fault in faults[:3])
    return problem_response(errors.Malformed(shown, errors=faults[:20]), request_id_of(request))


def _place(location: Sequence[Any]) -> str:
    return ".".join(str(part) for part in location)


_OF_STATUS: dict[int, type[errors.Problem]] = {
    404: errors.NotFound,
    405: errors.MethodNotAllowed,
    413: errors.PayloadTooLarge,
    400: errors.Malformed,
}


def _other(status: int) -> type[errors.Problem]:
    phrase = HTTPStatus(status).phrase
    return type("Other", (errors.Problem,), {"status": status, "code": "http_error", "title": phrase})


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = _OF_STATUS.get(error.status_code) or _other(error.status_code)
    detail = f"{request.method} {request.url.path}: {error.detail}"
    answer = problem_response(kind(detail), request_id_of(request))
    answer.headers.update(error.headers or {})
    if error.status_code == 405:
        answer.headers["allow"] = ", ".join(_methods_here(request))
    return answer


def _methods_here(request: Request) -> list[str]:
    """Every method that some route takes at this address; the router itself names only those of the first it finds."""
    routes = request.app.router.routes
    asked = [{**request.scope, "method": method} for method in METHODS]
    return [scope["method"] for scope in asked if any(route.matches(scope)[0] is Match.FULL for route in routes)]


def _surprise(request_id: str | None) -> Response:
    return problem_response(errors.Problem(f"unexpected; tell us the request id {request_id}"), request_id)


class RequestContext:
    """Pure ASGI: takes or makes the request id, counts, times, and writes the one log line."""

    def __init__(self, app: ASGIApp, service: str, public: bool = False) -> None:
        self.app = app
        self.public = public
        self.log = log.get("access")
        self.registry = CollectorRegistry()
        labels = ["service", "method", "route", "status"]
        self.seconds = Histogram("http_request_seconds", "Time to answer.", labels[:3], registry=self.registry)
        self.total = Counter("http_requests", "Requests answered.", labels, registry=self.registry)
        self.service = service
        self.children = cache(self._children)  # 2 us less a request than labels(); no larger than the metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"] == "/metrics" and not self.public:
            await Response(generate_latest(self.registry), media_type="text/plain")(scope, receive, send)
            return
        request_id = scope["request_id"] = incoming_request_id(scope) or str(uuid7())
        status, started, started_answer = 500, time.perf_counter(), False

        async def send_with_id(message: Message) -> None:
            nonlocal status, started_answer
            if message["type"] == "http.response.start":
                started_answer = True
                status = message["status"]
                passed = _from_here(message) if status in REDIRECTS else message.get("headers", ())
                message["headers"] = [*passed, (b"x-request-id", request_id.encode())]
            await send(message)

        before = structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            await self.app(scope, receive, send_with_id)
        except Exception as error:
            # Answered here: what leaves the app makes the server close a connection that others reuse.
            if started_answer:
                raise
            log.get("app").error("unhandled", path=scope["path"], exc_info=error)
            await _surprise(request_id)(scope, receive, send_with_id)
        finally:
            self._record(scope, status, time.perf_counter() - started)
            structlog.contextvars.reset_contextvars(**before)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"]
        duration, total = self.children(method, route, status)
        duration.observe(seconds)
        total.inc()
        path = scope["path"]  # a plain route of Starlette, as that of the taste, does not name itself
        if not (route.startswith(UNLOGGED) or (status < 400 and path.startswith(UNLOGGED_WHEN_WELL))):
            self.log.info("request", method=method, path=path, status=status, ms=round(seconds * 1000, 2))

    def _children(self, method: str, route: str, status: int) -> tuple[Histogram, Counter]:
        return self.seconds.labels(self.service, method, route), self.total.labels(self.service, method, route, status)


def _from_here(message: Message) -> Iterable[tuple[bytes, bytes]]:
    """The headers of a redirect, its Location without scheme and host: Host is whatever the caller wrote."""
    headers = message.get("headers", ())
    return [(name, ABSOLUTE.sub(b"", value) if name == b"location" else value) for name, value in headers]


def incoming_request_id(scope: Scope) -> str | None:
    """The caller's x-request-id when it is harmless to repeat in logs and headers."""
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
    words = await asyncio.gather(*(_ping(check) for check in checks.values()))
    failed = any(word.startswith("failed") for word in words)
    response.status_code = 503 if failed else 200
    return Readiness(status="unready" if failed else "ready", checks=dict(zip(checks, words, strict=True)))


async def _ping(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_S):
            return await check()
    except TimeoutError:
        return f"failed: no answer within {CHECK_S:g} s"
    except Exception as error:
        return f"failed: {error}"
