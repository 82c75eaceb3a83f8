"""A minimal service that checks the token and responds: the baseline of bench.serve."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI, Response

from kit import log
from kit.app import create_service
from kit.http import ServiceClient
from kit.identity import Signed
from kit.tokens import verifier_of
from services.recommend.settings import Settings

router = APIRouter()


@router.get("/v1/me/recommendations")
async def nothing(caller: Signed) -> Response:
    """Nothing, for somebody."""
    return Response(b'{"person": "%s"}' % str(caller.person).encode(), media_type="application/json")


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings = Settings()
    log.configure("noop", settings.log_level)
    async with ServiceClient("auth", settings.url_of("auth")) as auth:
        app.state.verifier = verifier_of(auth)
        yield


def create_app() -> FastAPI:
    """The service."""
    return create_service("noop", routers=[router], lifespan=_lifespan)
