"""Apps of one service in one process share their built routes.

FastAPI builds the routes of an included router at an app's first request: 0.2 to 0.4 s of CPU for catalog. A service
makes one app for a process, its tests make hundreds, of the same routers and with no overridden dependencies.
"""

from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

SERVICES = tuple(f"Segue {name}" for name in ("auth", "catalog", "recommend", "report"))
_built: dict[int, BaseRoute] = {}
"""Included routers by the id of the router, which they keep alive."""
_include = FastAPI.include_router


def share() -> None:
    """From now on apps of services share routes."""
    FastAPI.include_router = _shared  # type: ignore[method-assign]


def _shared(app: FastAPI, router: APIRouter, **settings: Any) -> None:
    if settings or app.title not in SERVICES:
        _include(app, router, **settings)
    elif id(router) in _built:
        app.router.routes.append(_built[id(router)])
    else:
        _include(app, router)
        _built[id(router)] = app.router.routes[-1]
