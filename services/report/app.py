"""App factory of report: opens and migrates the store, watches the release, consumes auth's deletions, makes exports,
closes all."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI

from kit import log
from kit.app import create_service
from kit.background import Background
from kit.event_consumer import Apply, event_consumer
from kit.http import ServiceClient, Wire
from kit.job_worker import JobWorker
from kit.release_downloads import ReleaseDownloads
from kit.tokens import verifier_of
from kit.wire.events import Event, EventType
from services.report.bounded_threads import BoundedThreads
from services.report.exports.job import ExportJob
from services.report.exports.routes import router as exports
from services.report.exports.sources import ExportTokens, OwnSource, ServiceSource, Source
from services.report.reports import Reports
from services.report.routes import mailed, router, shared
from services.report.served_catalogue import ServedCatalogue
from services.report.settings import Settings
from services.report.shared_cards import CardCache, SharedCards
from services.report.store import Store
from services.report.store.exports import EXPORT_JOB


def create_app(settings: Settings | None = None, catalog: Wire | None = None, auth: Wire | None = None) -> FastAPI:
    """Creates the app; nothing is opened before its lifespan starts. Tests pass wires in place of sockets."""
    settings = settings or Settings()
    background = Background()
    store = Store(settings.database)
    downloads = ReleaseDownloads(settings.bucket, settings.data, settings.releases_poll_s)
    served = ServedCatalogue(settings.releases, settings.poll_s)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        log.configure("report", settings.log_level)
        if settings.migrate_at_start:
            await store.migrate()
        threads = BoundedThreads(settings.threads, settings.waiting)
        card_threads = BoundedThreads(settings.shared_card_threads, settings.shared_card_waiting, "cards")
        async with (
            ServiceClient("catalog", settings.url_of("catalog"), catalog) as library,
            ServiceClient("auth", settings.url_of("auth"), auth) as issuer,
        ):
            key = settings.shared_key(settings.url_of("auth"), settings.url_of("catalog"))
            app.state.verifier, app.state.auth, app.state.store = verifier_of(issuer), issuer, store
            app.state.reports = Reports(library, served, threads, settings.likes_most)
            cards = CardCache(settings.shared_card_cache_mib << 20)
            app.state.shared_cards = SharedCards(card_threads, cards)
            app.state.metrics.gauge(
                "segue_report_computations",
                "Reports that are being computed or wait for a thread.",
                threads.pending,
            )
            app.state.metrics.gauge(
                "segue_report_share_cards",
                "Share cards that are being drawn or wait for a thread.",
                card_threads.pending,
            )
            await served.refresh()
            apply, after = _forgetting(store, cards), await store.people.offset()
            deletions = event_consumer(issuer, apply, key, settings.poll_s, after)
            tokens = ExportTokens(issuer, key)
            sources: list[Source] = [
                ServiceSource(issuer, tokens),
                ServiceSource(library, tokens),
                OwnSource(store.personal_data),
            ]
            export = ExportJob(store, sources, timedelta(days=settings.export_days))
            jobs = JobWorker(store.jobs, {EXPORT_JOB: export.run}, settings.poll_s, sweep=store.exports.sweep)
            app.state.jobs = jobs
            works = {"release_watch": served.watch, **deletions, "jobs": jobs.run, **downloads.works}
            async with background.running(works, {"jobs": jobs.stop, **downloads.stops}):
                yield
            threads.close()
            card_threads.close()
        await store.close()

    checks = {"database": store.ping, "release": served.ping, "background": background.ping}
    return create_service(
        "report",
        routers=[exports, router, shared, mailed],
        lifespan=lifespan,
        checks=checks,
        drain_s=settings.drain_s,
        traces=settings.tracing,
    )


def _forgetting(store: Store, cards: CardCache) -> Apply:
    async def apply(events: Sequence[Event], after: int) -> None:
        """Deletes what is kept of deleted people; their cards too, which are few enough to drop those of all."""
        await store.people.apply(events, after)
        if any(event.kind is EventType.PERSON_DELETED for event in events):
            cards.clear()

    return apply
