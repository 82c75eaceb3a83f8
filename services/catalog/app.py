"""Wiring of catalog: opens and migrates the store, runs the release import beside it, closes both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from kit import log
from kit.app import create_service
from services.catalog.release_import import ReleaseImport
from services.catalog.routes import internal, router
from services.catalog.settings import Settings
from services.catalog.store import Store


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service; nothing is opened before its lifespan begins."""
    settings = settings or Settings()
    store = Store(settings.database)
    releases = ReleaseImport(store, settings.releases, settings.poll_s)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        log.configure("catalog", settings.log_level)
        if settings.migrate_at_start:
            await store.migrate()
        app.state.store = store
        importing = asyncio.create_task(releases.run())
        yield
        releases.stop()
        await importing
        await store.close()

    checks = {"database": store.ping, "release": releases.ping}
    return create_service("catalog", routers=[router, internal], lifespan=lifespan, checks=checks)
