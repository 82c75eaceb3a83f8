"""Makes a person's report: likes from catalog, the period's part of them, the analyses in a thread."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from kit.http import ServiceClient
from kit.tokens import Caller
from kit.wire.report import Report, Voice
from kit.wire.report_sharing import Keywords
from services.report import period as periods
from services.report import taste_report
from services.report.bounded_threads import BoundedThreads
from services.report.card import rasteriser
from services.report.card.facts import content
from services.report.card.layout import Ground, Size, svg
from services.report.liked_tracks import LikedTracks
from services.report.likes import Likes, read_likes
from services.report.reference import CatalogueTables
from services.report.served_catalogue import ServedCatalogue
from services.report.title_languages import TitleLanguages
from services.report.wording.keywords import keywords


class Reports:
    """Reports, keywords and cards. At most `likes_most` likes are read for one."""

    def __init__(
        self, catalog: ServiceClient, served: ServedCatalogue, threads: BoundedThreads, likes_most: int
    ) -> None:
        self._catalog = catalog
        self._served = served
        self._threads = threads
        self._likes_most = likes_most
        self._languages = TitleLanguages()

    async def report(self, caller: Caller, period: str, voice: Voice) -> Report:
        """The report of a period; NoRelease, NeighbourUnavailable, Unauthorized, Overloaded."""
        tables, likes = await self._inputs(caller)
        return await self._threads.run(self._report, tables, likes, period, voice, caller.person)

    async def keywords(self, caller: Caller, period: str) -> Keywords:
        """The keyword chips of a period."""
        tables, likes = await self._inputs(caller)
        return await self._threads.run(self._keywords, tables, likes, period)

    async def card(
        self, report: Report, name: str | None, size: Size, ground: Ground, facts: Sequence[str] = ()
    ) -> str:
        """The share card of a report as SVG, with the facts of these codes or the strongest ones."""
        return await self._threads.run(lambda: svg(content(report, name, facts), size, ground))

    async def picture(self, card: str) -> bytes:
        """The card as PNG."""
        return await self._threads.run(rasteriser.png, card)

    async def _inputs(self, caller: Caller) -> tuple[CatalogueTables, Likes]:
        tables = self._served.tables()
        return tables, await read_likes(self._catalog, caller, self._likes_most)

    def _report(self, tables: CatalogueTables, likes: Likes, period: str, voice: Voice, person: UUID) -> Report:
        now, liked = datetime.now(UTC), _liked(tables, likes, period)
        found = taste_report.findings(liked, tables, self._languages.of, now)
        return taste_report.report(liked, tables, found, period, voice, person, now)

    def _keywords(self, tables: CatalogueTables, likes: Likes, period: str) -> Keywords:
        liked = _liked(tables, likes, period)
        found = taste_report.findings(liked, tables, self._languages.of, datetime.now(UTC))
        return Keywords(period=period, n_likes=len(liked), items=keywords(found))


def _liked(tables: CatalogueTables, likes: Likes, period: str) -> LikedTracks:
    inside = periods.within(likes.moments, period)
    track_ids, moments = [likes.track_ids[at] for at in inside], [likes.moments[at] for at in inside]
    return LikedTracks.of(tables.catalogue.release, track_ids, moments, len(likes.track_ids))
