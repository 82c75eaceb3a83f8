"""Wiring of recommend: opens the release store and the clients, watches releases and catalog's feed, closes all."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

from fastapi import FastAPI

from kit import log
from kit.app import create_service
from kit.background import Background, Work
from kit.event_consumer import Apply, event_consumer
from kit.http import ServiceClient, Wire
from kit.release import Release
from kit.release_downloads import ReleaseDownloads
from kit.tokens import verifier_of
from kit.vectors import TrackIndex
from kit.vectors.batching import Arrivals
from kit.vectors.choice import open_release_index
from kit.wire.events import Event, EventType
from services.recommend.admin_routes import router as admin_router
from services.recommend.home_pipeline import HomePipeline
from services.recommend.home_routes import router as home_router
from services.recommend.map_routes import router as map_router
from services.recommend.pipeline import RecommendationPipeline
from services.recommend.profile.cache import ProfileCache
from services.recommend.profile.catalog_client import CatalogClient
from services.recommend.profile.impressions import Impressions
from services.recommend.profile.recent_feedback import RecentFeedback
from services.recommend.release_admin import ReleaseAdmin
from services.recommend.retrieval.text_seeds import TextLookup
from services.recommend.routes import hot, router
from services.recommend.served.recall_probe import RecallProbe
from services.recommend.served.release_store import ReleaseStore
from services.recommend.settings import Settings
from services.recommend.weekly.pipeline import WeeklyPipeline
from services.recommend.weekly.routes import router as weekly_router
from services.recommend.weekly.schedule import WeeklySchedule


def create_app(settings: Settings | None = None, catalog: Wire | None = None, auth: Wire | None = None) -> FastAPI:
    """The service; `catalog` and `auth` are the transports to these services, which tests replace by in-process
    apps."""
    settings, arrivals = settings or Settings(), Arrivals()

    def index_of(release: Release) -> TrackIndex:
        return open_release_index(settings.data, release, settings.index_url, settings.index_api_key, arrivals)

    background = Background()
    downloads = ReleaseDownloads(settings.bucket, settings.data, settings.releases_poll_s)
    store = ReleaseStore(settings.releases, settings.poll_s, index_of)
    probe = RecallProbe(store, settings.recall_probe_s)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        log.configure("recommend", settings.log_level)
        app.state.store = store
        async with _clients(settings, catalog, auth) as clients:
            impressions = _set_state(app, settings, clients, arrivals)
            await store.refresh()
            works = _works(app, settings, clients.library, impressions)
            if settings.recall_probe_s:
                works["recall_probe"] = probe.run
            async with background.running(works | downloads.works, downloads.stops):
                yield
            await impressions.close()
            await store.close()

    checks = {"release": store.ping, "background": background.ping}
    routers = [hot, home_router, weekly_router, map_router, router, admin_router]
    app = create_service(
        "recommend",
        routers=routers,
        lifespan=lifespan,
        checks=checks,
        drain_s=settings.drain_s,
        traces=settings.tracing,
    )
    app.state.metrics.gauge(
        "segue_release_created_timestamp_seconds", "When the release being served was made; 0 = none.", store.created
    )
    app.state.metrics.gauge(
        "segue_recommend_index_recall", "Share of the exact best tracks that the index finds, 0 to 1.", probe.recall
    )
    return app


class _Clients(NamedTuple):
    """The clients of other services."""

    library: ServiceClient
    texts: ServiceClient  # of catalog too: slow texts must not cut off the reads of feedback
    issuer: ServiceClient


@asynccontextmanager
async def _clients(settings: Settings, catalog: Wire | None, auth: Wire | None) -> AsyncIterator[_Clients]:
    catalog_url = settings.url_of("catalog")
    async with (
        ServiceClient("catalog", catalog_url, catalog) as library,
        ServiceClient("catalog", catalog_url, catalog) as texts,
        ServiceClient("auth", settings.url_of("auth"), auth) as issuer,
    ):
        yield _Clients(library, texts, issuer)


def _set_state(app: FastAPI, settings: Settings, clients: _Clients, arrivals: Arrivals) -> Impressions:
    """Sets what the routes read beside the release store; returns the queue of impressions."""
    state, store = app.state, app.state.store
    state.verifier = verifier_of(clients.issuer)
    state.service_key = settings.shared_key(settings.url_of("catalog"), settings.url_of("auth"))
    catalog = CatalogClient(clients.library, state.service_key, settings.taste_wait_s)
    texts = TextLookup(clients.texts, settings.texts_wait_s)
    state.profiles, impressions = ProfileCache(catalog), Impressions(catalog)
    state.recent = RecentFeedback(catalog, settings.trending_age_s)
    state.release_admin = ReleaseAdmin(
        store, settings.data, settings.index_url, settings.index_api_key, settings.releases_url
    )
    state.pipeline = RecommendationPipeline(store, catalog, texts, state.profiles, impressions, arrivals)
    state.home = HomePipeline(store, catalog, state.profiles, impressions, state.recent)
    state.weekly = WeeklyPipeline(store, catalog, state.profiles)
    state.weekly_schedule = WeeklySchedule(state.weekly, clients.issuer, state.service_key, settings.weekly_look_s)
    state.metrics.gauge(
        "segue_recommend_impressions_waiting", "Lists not yet recorded in catalog.", impressions.waiting
    )
    return impressions


def _works(app: FastAPI, settings: Settings, library: ServiceClient, impressions: Impressions) -> dict[str, Work]:
    """The background tasks that every process runs, by name."""
    state = app.state
    deletions = event_consumer(library, _forgetting(state.profiles), state.service_key, settings.poll_s)
    return {
        "release_watch": state.store.watch,
        **deletions,
        "impressions": impressions.run,
        "trending": state.recent.run,
        "weekly": state.weekly_schedule.run,
    }


def _forgetting(profiles: ProfileCache) -> Apply:
    async def apply(events: Sequence[Event], _after: int) -> None:
        profiles.forget(event.subject for event in events if event.kind is EventType.PERSON_DELETED)

    return apply
