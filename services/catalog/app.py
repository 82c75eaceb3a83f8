"""App factory of catalog: opens and migrates the store, runs release import and auth's event consumer, closes all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from fastapi import FastAPI

from kit import log
from kit.app import create_service
from kit.background import Background
from kit.event_consumer import EventConsumer
from kit.http import ServiceClient, Wire
from kit.job_worker import JobWorker
from kit.release_downloads import ReleaseDownloads
from kit.tokens import verifier_of
from services.catalog.added import routes as added
from services.catalog.current_release import CurrentRelease
from services.catalog.imports import routes as imports
from services.catalog.imports.importer import Importer
from services.catalog.imports.undoing import UNDO, ImportUndo
from services.catalog.interest_test import routes as interest_test
from services.catalog.jobs import routes as job_routes
from services.catalog.library import exclusion_routes, mute_routes, personal_data_routes
from services.catalog.library import internal as library_internal
from services.catalog.library import routes as library
from services.catalog.library.recent_count_cache import RecentCountCache
from services.catalog.playlists import routes as playlists
from services.catalog.plays import routes as plays
from services.catalog.release_import import ReleaseImport
from services.catalog.routes import internal, router
from services.catalog.settings import Settings
from services.catalog.spotify import routes as spotify_routes
from services.catalog.spotify.account import SpotifyAccount
from services.catalog.spotify.saving import SpotifySaving
from services.catalog.spotify.schedule import SpotifySchedule
from services.catalog.spotify.sync import SpotifySync
from services.catalog.store import Store
from services.catalog.store.spotify_links import SAVE, SYNC
from services.catalog.store.uploads import IMPORT
from services.catalog.weekly import routes as weekly


def create_app(settings: Settings | None = None, auth: Wire | None = None) -> FastAPI:
    """Creates the app; nothing is opened before its lifespan starts. Tests pass `auth` in place of a socket."""
    settings = settings or Settings()
    background = Background()
    store = Store(settings.database, settings.retention)
    importer = Importer(store)
    downloads = ReleaseDownloads(settings.bucket, settings.data, settings.releases_poll_s)
    releases = ReleaseImport(store, settings.releases, settings.poll_s)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        log.configure("catalog", settings.log_level)
        if settings.migrate_at_start:
            await store.migrate()
        app.state.current_release = CurrentRelease(settings.releases)
        lately = partial(store.recent.tracks, settings.trending_days, settings.trending_least_people)
        app.state.trending = trending = RecentCountCache(lately)
        app.state.import_most_bytes = settings.import_most_mb << 20
        app.state.store, app.state.service_key = store, settings.shared_key(settings.url_of("auth"))
        app.state.spotify_counts, app.state.spotify_keep_days = settings.spotify_counts, settings.spotify_keep_days
        app.state.spotify_every_s = settings.spotify_every_hours * 3600
        if not settings.spotify_counts:
            await store.spotify.withdraw_all()
        async with ServiceClient("auth", settings.url_of("auth"), auth) as neighbour:
            app.state.verifier = verifier_of(neighbour)
            jobs, schedule = _jobs(app, settings, store, neighbour, importer)
            app.state.jobs = jobs
            after = await store.people.offset()
            people = EventConsumer(neighbour, app.state.service_key, after, store.people.apply, settings.poll_s)
            app.state.auth_events = people
            works = {**people.work, "release_import": releases.run, "jobs": jobs.run, "spotify": schedule.run}
            stops = {"release_import": releases.stop, "jobs": jobs.stop, **downloads.stops}
            async with background.running(works | downloads.works, stops):
                yield
        await trending.close()
        await store.close()

    checks = {"database": store.ping, "release": releases.ping, "background": background.ping}
    routers = [
        library_internal.router,
        library.router,
        mute_routes.router,
        exclusion_routes.router,
        personal_data_routes.router,
        playlists.router,
        plays.router,
        weekly.router,
        weekly.internal,
        interest_test.router,
        job_routes.router,
        spotify_routes.router,
        imports.router,
        added.router,
        router,
        internal,
    ]
    app = create_service(
        "catalog",
        routers=routers,
        lifespan=lifespan,
        checks=checks,
        drain_s=settings.drain_s,
        traces=settings.tracing,
    )
    app.state.metrics.gauge(
        "segue_catalog_release_imported", "1 while the tracks of the current release are stored, else 0.", releases.done
    )
    return app


def _jobs(
    app: FastAPI, settings: Settings, store: Store, auth: ServiceClient, importer: Importer
) -> tuple[JobWorker, SpotifySchedule]:
    """The worker of all jobs, and what enqueues those of Spotify."""
    account = SpotifyAccount(auth, app.state.service_key)
    sync, saving = SpotifySync(store, account, counts=settings.spotify_counts), SpotifySaving(store, account)
    handlers = {IMPORT: importer.run, UNDO: ImportUndo(store).run, SYNC: sync.run, SAVE: saving.run}
    jobs = JobWorker(store.jobs, handlers, settings.poll_s, sweep=importer.sweep)
    kept = timedelta(days=settings.spotify_keep_days)
    return jobs, SpotifySchedule(store, app.state.spotify_every_s, kept, jobs.wake)
