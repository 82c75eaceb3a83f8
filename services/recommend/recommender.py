"""The way of one request: who asks, what from, which songs, which answer. The only place that knows the order."""

from dataclasses import dataclass

from kit.errors import IndexUnavailable, NeighbourUnavailable, NoUsableSeed, Problem
from kit.tokens import Caller
from kit.wire.recommend import Ask, Mode, Wishes
from services.recommend import choose, seeds
from services.recommend.answer import Start, document
from services.recommend.catalog import Catalog
from services.recommend.genres import as_spelled
from services.recommend.impressions import Impressions
from services.recommend.listeners import Heard, Listener, Listeners
from services.recommend.prepared import Prepared, prepare
from services.recommend.seeds import Resolved
from services.recommend.store import ReleaseStore, Serving
from services.recommend.taste import Taste, questions, taste
from services.recommend.texts import TextLookup

NO_TASTE_YET = "Popular here: like some songs and this list becomes yours"
NOT_IN_RELEASE = "Popular here: none of the songs you like is in this release"
TASTE_AWAY = "Popular here: your taste cannot be read right now"


@dataclass(frozen=True, slots=True)
class Recommender:
    """Everything a request needs; one a process."""

    releases: ReleaseStore
    catalog: Catalog
    texts: TextLookup
    listeners: Listeners
    impressions: Impressions

    async def from_taste(self, wishes: Wishes, caller: Caller, request_id: str | None) -> bytes:
        """Songs for what the caller likes, as JSON; popular ones while nothing is known of that."""
        async with self.releases.lease() as serving:
            heard = await self.listeners.of(caller)
            if heard.listener is None:
                start = Start([], frozenset(), degraded=heard.degraded, popular_because=TASTE_AWAY)
            else:
                start = _of_taste(wishes, heard, await self._prepared(heard.listener, serving))
            return await self._answer(wishes, serving, start, caller, "taste", request_id)

    async def from_seeds(self, ask: Ask, caller: Caller | None, source: str, request_id: str | None) -> bytes:
        """Songs near the seeds, as JSON; NoUsableSeed when no seed has a vector, and NeighbourUnavailable when that is
        because catalog could not be asked."""
        async with self.releases.lease() as serving:
            resolved = await seeds.of_request(ask, serving, self.catalog, self.texts)
            asked = _questions(ask.mode, serving, resolved)
            if not asked:
                raise _why_none(resolved)
            named = serving.tables.versions.spread(resolved.rows)
            start = Start(asked, named, {}, resolved.unknown, resolved.unknown_texts)
            start.degraded, start.texts = resolved.degraded, resolved.texts
            if caller:
                await self._make_personal(start, ask, caller, serving)
            return await self._answer(ask, serving, start, caller, source, request_id)

    async def _make_personal(self, start: Start, ask: Ask, caller: Caller, serving: Serving) -> None:
        heard = await self.listeners.of(caller)
        start.degraded = heard.degraded or start.degraded
        if heard.listener:
            prepared = await self._prepared(heard.listener, serving)
            start.left_out |= prepared.left_out(with_known=ask.exclude_known)
            start.opinions = prepared.opinions

    async def _prepared(self, listener: Listener, serving: Serving) -> Prepared:
        """Worked out once for a taste and a release, unless catalog could not say all."""
        prepared = listener.prepared
        if prepared is None or prepared.release != serving.release.version:
            prepared = await prepare(listener.taste, serving, self.catalog)
            listener.prepared = None if prepared.degraded else prepared
        return prepared

    async def _answer(
        self, wishes: Wishes, serving: Serving, start: Start, caller: Caller | None, source: str, request_id: str | None
    ) -> bytes:
        if caller and wishes.exclude_shown:
            await self._leave_out_shown(start, caller, serving)
        wishes, start.unknown_genres = as_spelled(wishes, serving.tables.genres)
        chosen = await _chosen(wishes, serving, start)
        if caller:
            tracks = [serving.release.track_id(row) for row in chosen.rows]
            self.impressions.add(caller.person, serving.release.version, source, tracks)
        return document(serving.release, chosen, start, request_id)

    async def _leave_out_shown(self, start: Start, caller: Caller, serving: Serving) -> None:
        tracks = self.impressions.untold(caller.person)
        try:
            tracks += await self.catalog.shown(caller)
        except NeighbourUnavailable:
            start.degraded = start.degraded or "shown_unavailable"
        shown = (row for row in serving.release.rows(tracks).tolist() if row >= 0)
        start.left_out |= serving.tables.versions.spread(shown)


def _of_taste(wishes: Wishes, heard: Heard, prepared: Prepared) -> Start:
    assert heard.listener
    return Start(
        prepared.questions(pure=wishes.mode is Mode.SIMILAR),
        prepared.left_out(with_known=wishes.exclude_known),
        prepared.opinions,
        degraded=heard.degraded or prepared.degraded,
        popular_because=NOT_IN_RELEASE if heard.listener.taste.likes else NO_TASTE_YET,
    )


def _questions(mode: Mode, serving: Serving, resolved: Resolved) -> list[Taste]:
    """One for each kind of music among the seeds; the pure ranking asks with all in one, as `evaluate` scores it."""
    if mode is not Mode.SIMILAR:
        return questions(serving.poolings, resolved.seeds, resolved.avoid)
    one = taste(serving.poolings, resolved.seeds, resolved.avoid)
    return [one] if one else []


async def _chosen(wishes: Wishes, serving: Serving, start: Start) -> choose.Chosen:
    if start.questions:
        try:
            return await choose.near(wishes, serving, start.questions, start.left_out)
        except IndexUnavailable:
            start.degraded = "index_unavailable"
            start.popular_because = Start.popular_because
    return choose.popular_songs(wishes, serving, start.left_out, start.popular_because)


def _why_none(resolved: Resolved) -> Problem:
    if resolved.degraded:
        return NeighbourUnavailable("the catalogue could not be asked about these seeds; try again in a moment")
    missing = [*resolved.unknown, *resolved.unknown_texts]
    if not missing:
        return NoUsableSeed("this release was built without the network that places a sound; seed with tracks instead")
    detail = f"no vector for {missing[:5]!r}; seed with other tracks, or search for them at /v1/search"
    return NoUsableSeed(detail, unknown=resolved.unknown, unknown_texts=resolved.unknown_texts)
