"""App factory of the gateway: front door middleware around its own pages, one HTTP client to the services."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from functools import cache, partial
from pathlib import Path

from fastapi import FastAPI, Request, Response
from starlette.middleware import Middleware

from gateway import admin_status, docs
from gateway.auth import Auth
from gateway.callers import Callers
from gateway.connections import Connections
from gateway.cors import cors
from gateway.dialects.audioscrobbler.app import Audioscrobbler
from gateway.dialects.classic.app import FLASK, Classic
from gateway.dialects.listenbrainz.app import ListenBrainz
from gateway.dialects.spotify.app import Spotify
from gateway.front_door import FrontDoor
from gateway.idempotency.deletions import deletions
from gateway.idempotency.stored_response import ResponseStore
from gateway.idempotency.stores import response_store
from gateway.limits import Limits
from gateway.public_routes import PublicRoutes
from gateway.services import Services
from gateway.settings import Settings
from gateway.upstream import Proxy
from gateway.web.built_app import read_built_app
from gateway.web.page_paths import is_unknown_page, uncounted
from gateway.web.routes import WebPages
from gateway.web.session import WebSession
from kit import log
from kit.app import create_service
from kit.background import Background
from kit.errors import NotFound
from kit.http import ServiceClient
from kit.problem_responses import problem_response, request_id_of

DIST = Path(__file__).with_name("web") / "dist"
"""The built web app; missing in a checkout where nothing was built."""


def create_app(settings: Settings | None = None, dist: Path = DIST) -> FastAPI:
    """Creates the gateway for the services in the settings; `dist` is the folder of the built web app."""
    settings = settings or Settings()
    services, limits, responses = Services(settings), Limits(settings), response_store(settings)
    service_key = cache(partial(settings.shared_key, *services.urls.values()))
    auth = Auth(services.call, service_key)
    callers = Callers(auth, limits)
    proxy = Proxy(services, settings)
    public_routes = PublicRoutes(services, settings, proxy.slots)
    pages = WebPages(read_built_app(dist), settings.media_origins)
    front_door = Middleware(
        FrontDoor,
        proxy=proxy,
        limits=limits,
        callers=callers,
        trusted=settings.trusted_proxies,
        uncounted=uncounted(pages.root_files),
        responses=responses,
        dialects=[
            ListenBrainz(public_routes, settings.body_s),
            Audioscrobbler(public_routes, auth.handshake, settings.body_s),
            Classic(public_routes, settings.body_s),
            Spotify(public_routes),
        ],
    )
    app = create_service(
        "gateway",
        routers=[docs.router, admin_status.router, pages.router],
        lifespan=partial(
            _lifespan,
            services=services,
            limits=limits,
            responses=responses,
            service_key=service_key,
            settings=settings,
        ),
        checks={service: partial(services.ping, service) for service in services.urls},
        middleware=[
            Middleware(WebSession, trusted=settings.trusted_proxies),
            *cors(settings.cors_origins, elsewhere=[f"{FLASK}/"]),
            front_door,
        ],
        public=True,
        drain_s=settings.drain_s,
        traces=settings.tracing,
    )
    app.state.services, app.state.verifier = services, callers.verifier
    app.state.connections = Connections(settings.connections_per_address, settings.trusted_proxies)
    app.mount("/docs/static", docs.assets)
    app.add_exception_handler(404, partial(_unknown_path, pages))
    return app


@asynccontextmanager
async def _lifespan(
    app: FastAPI,
    services: Services,
    limits: Limits,
    responses: ResponseStore,
    service_key: Callable[[], str],
    settings: Settings,
) -> AsyncIterator[None]:
    log.configure("gateway", settings.log_level)
    gc.freeze()  # excludes imported modules from garbage collection, since they are never freed
    with app.state.metrics.served(settings.metrics_address):
        async with (
            services,
            aclosing(limits),
            aclosing(responses),
            ServiceClient("auth", settings.url_of("auth")) as issuer,
            Background().running(deletions(issuer, responses, service_key)),
        ):
            yield
    gc.unfreeze()


async def _unknown_path(pages: WebPages, request: Request, _error: Exception) -> Response:
    """The app's own not-found page for a browser, a problem document for a program."""
    path = request.url.path
    if is_unknown_page(request.method, path, request.headers.get("accept", "")):
        answer = pages.page(404)
        answer.headers["vary"] = "accept"
        return answer
    detail = f"there is nothing at {path!r}: /docs lists what there is"
    return problem_response(NotFound(detail, docs="/docs"), request_id_of(request))
