"""App factory of the gateway: front door middleware around its own pages, one HTTP client to the services."""

import gc
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from functools import cache, partial

from fastapi import FastAPI, Request, Response
from starlette.middleware import Middleware

from gateway import docs
from gateway.auth import Auth
from gateway.callers import Callers
from gateway.connections import Connections
from gateway.cors import cors
from gateway.front_door import FrontDoor
from gateway.limits import Limits
from gateway.services import Services
from gateway.settings import Settings
from gateway.upstream import Proxy
from kit import log
from kit.app import create_service
from kit.errors import NotFound
from kit.problem_responses import problem_response, request_id_of


def create_app(settings: Settings | None = None) -> FastAPI:
    """Creates the gateway for the services in the settings."""
    settings = settings or Settings()
    services, limits = Services(settings), Limits(settings)
    callers = Callers(Auth(services.call, cache(partial(settings.shared_key, *services.urls.values()))), limits)
    proxy = Proxy(services, settings)
    front_door = Middleware(FrontDoor, proxy=proxy, limits=limits, callers=callers, trusted=settings.trusted_proxies)
    app = create_service(
        "gateway",
        routers=[docs.router],
        lifespan=partial(_lifespan, services=services, limits=limits, log_level=settings.log_level),
        checks={service: partial(services.ping, service) for service in services.urls},
        middleware=[*cors(settings.cors_origins), front_door],
        public=True,
    )
    app.state.connections = Connections(settings.connections_per_address, settings.trusted_proxies)
    app.mount("/docs/static", docs.assets)
    app.add_exception_handler(404, _unknown_path)
    return app


@asynccontextmanager
async def _lifespan(_app: FastAPI, services: Services, limits: Limits, log_level: str) -> AsyncIterator[None]:
    log.configure("gateway", log_level)
    gc.freeze()  # excludes imported modules from garbage collection, since they are never freed
    async with services, aclosing(limits):
        yield
    gc.unfreeze()


async def _unknown_path(request: Request, _error: Exception) -> Response:
    detail = f"there is nothing at {request.url.path!r}: /docs lists what there is"
    return problem_response(NotFound(detail, docs="/docs"), request_id_of(request))
