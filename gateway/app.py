"""Wires the gateway: the edge around our own few pages, one client to the services."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from functools import partial

from fastapi import FastAPI, Request, Response
from starlette.middleware import Middleware

from gateway import docs
from gateway.edge import Edge
from gateway.limits import AddressLimit
from gateway.settings import Settings
from gateway.upstream import Proxy
from kit import log
from kit.app import create_service, problem_response, request_id_of
from kit.errors import NotFound


def create_app(settings: Settings | None = None) -> FastAPI:
    """The gateway over the services that the settings name."""
    settings = settings or Settings()
    proxy = Proxy(settings)
    limit = AddressLimit(settings.guest_per_minute, settings.limits_storage)
    app = create_service(
        "gateway",
        routers=[docs.router],
        lifespan=partial(_lifespan, proxy=proxy, limit=limit, log_level=settings.log_level),
        checks={service: partial(proxy.ping, service) for service in proxy.urls},
        middleware=[Middleware(Edge, proxy=proxy, limit=limit, trusted=settings.trusted_proxies)],
        public=True,
    )
    app.mount("/docs/static", docs.assets)
    app.add_exception_handler(404, _unknown_path)
    return app


@asynccontextmanager
async def _lifespan(_app: FastAPI, proxy: Proxy, limit: AddressLimit, log_level: str) -> AsyncIterator[None]:
    log.configure("gateway", log_level)
    async with proxy, aclosing(limit):
        yield


async def _unknown_path(request: Request, _error: Exception) -> Response:
    detail = f"there is nothing at {request.url.path!r}: /docs lists what there is"
    return problem_response(NotFound(detail, docs="/docs"), request_id_of(request))
