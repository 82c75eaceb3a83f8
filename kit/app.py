"""FastAPI application factory of every service: problem documents, request ids, access log, health checks, metrics.

Nothing is opened at import; `create_service` wires the app, and the service's own lifespan opens and closes resources.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Literal

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.middleware import Middleware

from kit.drain import Drain
from kit.etags import ETags
from kit.metrics import Metrics
from kit.problem_responses import PROBLEM_TYPE, add_problem_handlers
from kit.request_context import RequestContext
from kit.tracing import TraceSettings, Tracing

Check = Callable[[], Awaitable[str]]
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
CHECK_S = 5.0
"""Timeout of one readiness check, in seconds: a hanging dependency must not make the probe hang."""


def create_service(
    name: str,
    *,
    routers: Sequence[APIRouter],
    lifespan: Lifespan,
    checks: Mapping[str, Check] | None = None,
    middleware: Sequence[Middleware] = (),
    public: bool = False,
    drain_s: float = 0.0,
    traces: TraceSettings = TraceSettings(),  # noqa: B008 - immutable
) -> FastAPI:
    """Creates the FastAPI app of a service. /health/ready awaits `checks`, each of which returns a short status text.

    `middleware` (outermost first) runs inside the request context; a `public` app serves neither /metrics nor an
    OpenAPI document of its own routes. Gauges are added to `app.state.metrics`. `drain_s`: see kit/drain.py;
    `traces`: see kit/tracing.py.
    """
    drain, tracing = Drain(drain_s), Tracing(name, traces, public=public)
    app = FastAPI(
        title=f"Segue {name}",
        lifespan=_draining(lifespan, drain, tracing),
        telemetry={"tracing": False, "metrics": False, "logs": False},
        openapi_url=None if public else "/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        separate_input_output_schemas=False,
        responses={422: {"description": "The request is malformed", "content": {PROBLEM_TYPE: {}}}},
    )
    app.state.checks = dict(checks or {})
    app.state.metrics, app.state.drain = Metrics(), drain
    for router in (*routers, _health):
        app.include_router(router)
    add_problem_handlers(app)
    if not public:  # the gateway passes tags on
        app.add_middleware(ETags)
    for layer in reversed(middleware):
        app.add_middleware(layer.cls, *layer.args, **layer.kwargs)
    context = {"metrics": app.state.metrics, "drain": drain, "tracing": tracing, "public": public}
    app.add_middleware(RequestContext, service=name, **context)
    return app


def _draining(lifespan: Lifespan, drain: Drain, tracing: Tracing) -> Lifespan:
    @asynccontextmanager
    async def armed(app: FastAPI) -> AsyncIterator[None]:
        async with lifespan(app):
            with drain.armed():
                yield
        await asyncio.to_thread(tracing.close)

    return armed


def _operation_id(route: APIRoute) -> str:
    return route.name


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


@_health.get("/accepting", include_in_schema=False)
async def accepting(request: Request, response: Response) -> Live:
    """The process takes requests, whether or not what it depends on answers; 503 while it drains before it stops."""
    response.status_code = 503 if request.app.state.drain.draining else 200
    return Live()


@_health.get("/ready", responses={503: {"model": Readiness, "description": "A dependency does not answer"}})
async def ready(request: Request, response: Response) -> Readiness:
    """Every dependency answers its ping; 503 names those that do not."""
    if request.app.state.drain.draining:
        response.status_code = 503
        return Readiness(status="unready", checks={"process": "failed: it is about to stop"})
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
