"""Wiring of recommend: opens the release store and the client to catalog, watches for releases, closes all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from kit import log
from kit.app import create_service
from kit.http import Neighbour, Transport
from kit.release import Release
from kit.vectors import SongIndex, open_index
from services.recommend.catalog import Catalog
from services.recommend.routes import router
from services.recommend.settings import Settings
from services.recommend.store import ReleaseStore


def create_app(settings: Settings | None = None, catalog: Transport | None = None) -> FastAPI:
    """The service; `catalog` is the seam through which tests put another app in the neighbour's place."""
    settings = settings or Settings()

    def index_of(release: Release) -> SongIndex:
        return open_index(settings.data, release.version, release.dims, settings.index_url, settings.index_api_key)

    store = ReleaseStore(settings.releases, settings.poll_s, index_of)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        log.configure("recommend", settings.log_level)
        async with Neighbour("catalog", settings.catalog_url, catalog) as neighbour:
            app.state.store, app.state.catalog = store, Catalog(neighbour)
            await store.refresh()
            watcher = asyncio.create_task(store.watch())
            yield
            watcher.cancel()
            with suppress(asyncio.CancelledError):
                await watcher
            await store.close()

    return create_service("recommend", routers=[router], lifespan=lifespan, checks={"release": store.ping})
