"""Wiring of recommend: opens the release store and the clients, watches releases and catalog's feed, closes all."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI

from kit import log
from kit.app import create_service
from kit.background import Background
from kit.event_consumer import Apply, event_consumer
from kit.http import ServiceClient, Wire
from kit.release import Release
from kit.release_follower import ReleaseFollower
from kit.tokens import verifier_of
from kit.vectors import TrackIndex
from kit.vectors.batching import Arrivals
from kit.vectors.rescored import open_release_index
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
    follower = ReleaseFollower(settings.bucket, settings.data, settings.releases_poll_s)
    store = ReleaseStore(settings.releases, settings.poll_s, index_of)
    probe = RecallProbe(store, settings.recall_probe_s)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        log.configure("recommend", settings.log_level)
        async with (
            ServiceClient("catalog", settings.url_of("catalog"), catalog) as library,
            ServiceClient(
                "catalog", settings.url_of("catalog"), catalog
            ) as words,  # slow texts must not cut off the tastes
            ServiceClient("auth", settings.url_of("auth"), auth) as issuer,
        ):
            key = settings.shared_key(settings.url_of("catalog"), settings.url_of("auth"))
            library_client, texts = (
                CatalogClient(library, key, settings.taste_wait_s),
                TextLookup(words, settings.texts_wait_s),
            )
            profiles, impressions = ProfileCache(library_client), Impressions(library_client)
            app.state.verifier, app.state.service_key = verifier_of(issuer), key
            app.state.store = store
            recent = RecentFeedback(library_client, settings.trending_age_s)
            app.state.release_admin = ReleaseAdmin(
                store, settings.data, settings.index_url, settings.index_api_key, settings.releases_url
            )
            app.state.recommender = RecommendationPipeline(
                store, library_client, texts, profiles, impressions, arrivals
            )
            app.state.home = HomePipeline(store, library_client, profiles, impressions, recent)
            app.state.weekly = WeeklyPipeline(store, library_client, profiles)
            schedule = WeeklySchedule(app.state.weekly, issuer, key, settings.weekly_look_s)
            await store.refresh()
            deletions = event_consumer(library, _forgetting(profiles), key, settings.poll_s)
            works = {"release_watch": store.watch, **deletions, "impressions": impressions.run, "trending": recent.run}
            if settings.recall_probe_s:
                works["recall probe"] = probe.run
            works["weekly"] = schedule.run
            app.state.metrics.gauge(
                "segue_recommend_impressions_waiting", "Lists not yet recorded in catalog.", impressions.waiting
            )
            async with background.running(works | follower.works, follower.stops):
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


def _forgetting(profiles: ProfileCache) -> Apply:
    async def apply(events: Sequence[Event], _after: int) -> None:
        profiles.forget(event.subject for event in events if event.kind is EventType.PERSON_DELETED)

    return apply
