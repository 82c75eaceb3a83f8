"""Orchestrates one request: profile, query vectors, candidates, ranked list, response."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from uuid import UUID

from kit.errors import BadRequest, IndexUnavailable, NeighbourUnavailable, NotFound, Unauthorized
from kit.tokens import Caller
from kit.vectors.batching import Arrivals
from kit.wire.library import MAX_SHOWN_SEEDS
from kit.wire.recommend import MAX_SEEDS, Continuation, RecommendationOptions, RecommendationRequest
from kit.wire.recommend_options import Mode
from services.recommend import metrics, ranked_list
from services.recommend.profile.cache import ProfileCache, ProfileLookup
from services.recommend.profile.catalog_client import CatalogClient
from services.recommend.profile.impressions import Impressions
from services.recommend.profile.user_profile import ReleaseProfile, UserProfile
from services.recommend.profile_queries import excluded_rows, release_profile_of
from services.recommend.response.document import document
from services.recommend.retrieval import list_name, seeds
from services.recommend.retrieval.genre_filter import with_release_spellings
from services.recommend.retrieval.query_vectors import (
    avoided_direction,
    query_vectors,
    sequence_query_vector,
    single_query_vector,
)
from services.recommend.retrieval.seeds import ResolvedSeeds
from services.recommend.retrieval.text_seeds import TextLookup
from services.recommend.retrieval.unusable_seeds import no_query_error
from services.recommend.served.release_store import ReleaseStore
from services.recommend.served.served_release import ServedRelease
from services.recommend.values import QueryVector, RankedList, RecommendationContext

NO_TASTE_YET = "Popular here: like some songs and this list becomes yours"
NOT_IN_RELEASE = "Popular here: none of the songs you like is in this release"
NAME_UNKNOWN = "Popular here: nothing is known of lists with that name"
PROFILE_UNAVAILABLE = "Popular here: your taste cannot be read right now"


@dataclass(frozen=True, slots=True)
class RecommendationPipeline:
    """Holds what every request needs; one instance a process."""

    releases: ReleaseStore
    catalog: CatalogClient
    texts: TextLookup
    profiles: ProfileCache
    impressions: Impressions
    arrivals: Arrivals

    async def for_user(self, wishes: RecommendationOptions, caller: Caller, request_id: str | None) -> bytes:
        """Tracks for what the caller likes, as JSON; popular ones while nothing is known of that."""
        async with self.releases.lease() as serving:
            lookup = await self._profile(caller)
            if lookup.profile is None:
                context = RecommendationContext(
                    [], frozenset(), degraded=lookup.degraded, popular_because=PROFILE_UNAVAILABLE
                )
            else:
                release_profile = await self._release_profile(lookup.profile, serving, caller)
                context = _profile_context(wishes, lookup, release_profile, serving)
            return await self._response(wishes, serving, context, caller, "taste", request_id)

    async def continued(self, continuation: Continuation, caller: Caller | None, request_id: str | None) -> bytes:
        """Tracks to go on with after a playlist, as JSON. Of a stored one: Unauthorized for a guest, NotFound when it
        is not the caller's, BadRequest when it is empty."""
        known: Sequence[str] = ()
        if continuation.playlist is not None:
            known, name = await self._stored_tracks(continuation.playlist, caller)
            taken = {"tracks": known[-MAX_SEEDS:], "name": continuation.name or name}
            continuation = continuation.model_copy(update=taken)
        return await self.from_seeds(continuation.as_request(), caller, "playlist", request_id, known)

    async def _stored_tracks(self, playlist: UUID, caller: Caller | None) -> tuple[Sequence[str], str | None]:
        if caller is None:
            raise Unauthorized("sign in to continue a playlist of yours, or send its tracks")
        if (found := await self.catalog.playlist(caller, playlist)) is None:
            raise NotFound(f"no playlist of yours has the id {str(playlist)!r}: GET /v1/me/playlists lists them")
        if not found.tracks:
            raise BadRequest("the playlist is empty: add a track to go on from")
        return found.tracks, found.name.strip()[:200] or None

    async def from_seeds(
        self,
        request: RecommendationRequest,
        caller: Caller | None,
        source: str,
        request_id: str | None,
        known: Sequence[str] = (),
    ) -> bytes:
        """Tracks near the seeds, as JSON; NoUsableSeed when no seed has a vector, and NeighbourUnavailable when that is
        because catalog could not be asked. `known` tracks do not come, nor do the seeds."""
        async with self.releases.lease() as serving:
            with metrics.SEEDS.time():
                resolved = await seeds.of_request(request, serving, self.catalog.tracks_of(caller), self.texts)
            found = _query_vectors(request.mode, serving, resolved)
            if not found and not _name_suffices(request, serving):
                raise no_query_error(resolved)
            if request.mode is Mode.SEQUENCE and serving.cooccurrence is None:
                resolved.degraded = resolved.degraded or "sequence_unavailable"
            held = (row for row in serving.release.rows(list(known)).tolist() if row >= 0)
            context = RecommendationContext(
                query_vectors=found,
                excluded=serving.tables.recording_groups.expand([*resolved.rows, *held]),
                avoid=resolved.avoid,
                unknown=resolved.unknown,
                unknown_texts=resolved.unknown_texts,
                unknown_genres=resolved.unknown_genres,
                unknown_artists=resolved.unknown_artists,
                texts=resolved.texts,
                degraded=resolved.degraded,
                popular_because=NAME_UNKNOWN,
            )
            if caller:
                await self._make_personal(context, request, caller, serving)
            return await self._response(request, serving, context, caller, source, request_id)

    async def _make_personal(
        self, context: RecommendationContext, request: RecommendationRequest, caller: Caller, serving: ServedRelease
    ) -> None:
        lookup = await self._profile(caller)
        context.degraded = lookup.degraded or context.degraded
        if lookup.profile:
            release_profile = await self._release_profile(lookup.profile, serving, caller)
            context.excluded |= excluded_rows(request, lookup.profile.feedback, release_profile, serving)
            context.opinions, context.mutes = release_profile.opinions, lookup.profile.feedback.mutes

    async def _profile(self, caller: Caller) -> ProfileLookup:
        with metrics.PROFILE.time(), self.arrivals.coming():
            return await self.profiles.of(caller)

    async def _release_profile(self, profile: UserProfile, serving: ServedRelease, caller: Caller) -> ReleaseProfile:
        return await release_profile_of(profile, serving, self.catalog.tracks_of(caller))

    async def _response(
        self,
        wishes: RecommendationOptions,
        serving: ServedRelease,
        context: RecommendationContext,
        caller: Caller | None,
        source: str,
        request_id: str | None,
    ) -> bytes:
        if caller and wishes.exclude_shown:
            await self._leave_out_shown(context, caller, serving)
        if muted := await serving.muted(wishes.mutes, context.mutes):  # most mute nothing: no copy of the rows
            context.excluded |= muted
        seed_ids = _seed_ids(context) if caller else []
        _add_name(context, wishes.name, serving)
        wishes, unknown_genres = with_release_spellings(wishes, serving.tables.genres)
        context.unknown_genres = list(dict.fromkeys([*context.unknown_genres, *unknown_genres]))
        ranked_list = await _ranked_list(wishes, serving, context)
        if caller:
            tracks = [serving.release.track_id(row) for row in ranked_list.rows]
            self.impressions.add(
                caller.person, serving.release.version, source, tracks, seed_ids, _stated(wishes, context)
            )
        metrics.count_degraded(context.degraded)
        with metrics.RESPONSE.time():
            return document(serving.release, ranked_list, context, request_id)

    async def _leave_out_shown(self, context: RecommendationContext, caller: Caller, serving: ServedRelease) -> None:
        tracks = self.impressions.unsent(caller.person)
        try:
            tracks += await self.catalog.recent_impressions(caller)
        except NeighbourUnavailable:
            context.degraded = context.degraded or "shown_unavailable"
        shown = (row for row in serving.release.rows(tracks).tolist() if row >= 0)
        context.excluded |= serving.tables.recording_groups.expand(shown)


def _profile_context(
    wishes: RecommendationOptions, lookup: ProfileLookup, release_profile: ReleaseProfile, serving: ServedRelease
) -> RecommendationContext:
    assert lookup.profile
    return RecommendationContext(
        release_profile.query_vectors(pure=wishes.mode is Mode.SIMILAR),
        excluded_rows(wishes, lookup.profile.feedback, release_profile, serving),
        opinions=release_profile.opinions,
        degraded=lookup.degraded or release_profile.degraded,
        mutes=lookup.profile.feedback.mutes,
        popular_because=NOT_IN_RELEASE if lookup.profile.feedback.likes else NO_TASTE_YET,
    )


def _seed_ids(context: RecommendationContext) -> list[str]:
    """The first tracks that the query vectors were made of, in turn from each."""
    queries = [[seed.track_id for seed in query.seeds[:MAX_SHOWN_SEEDS]] for query in context.query_vectors]
    turns = (track for turn in zip_longest(*queries) for track in turn if track)
    return list(dict.fromkeys(turns))[:MAX_SHOWN_SEEDS]


def _stated(wishes: RecommendationOptions, context: RecommendationContext) -> dict[str, Any]:
    """The options of a request that differ from the defaults, and its texts: what a history shows of it."""
    stated = {}
    if wishes.model_fields_set:
        kept: dict[str, Any] = {"exclude_unset": True, "exclude_defaults": True, "exclude": {"seeds", "avoid", "mutes"}}
        stated = wishes.model_dump(mode="json", **kept)  # unset fields, most of them, are not compared
    texts = [*(text.text for text in context.texts), *context.unknown_texts][:MAX_SHOWN_SEEDS]
    return stated | {"texts": texts} if texts else stated


def _name_suffices(request: RecommendationRequest, serving: ServedRelease) -> bool:
    """Whether a request without a usable seed can be answered: it names only a list, or one of which something is
    known."""
    return request.name is not None and (
        not request.seeds or list_name.looked_up(serving.names, request.name) is not None
    )


def _add_name(context: RecommendationContext, name: str | None, serving: ServedRelease) -> None:
    """Adds the name of the list to the query vectors, and what is known of it to the response."""
    if name is None:
        return
    vector = list_name.looked_up(serving.names, name) if list_name.steers(context.query_vectors) else None
    context.name = list_name.list_name_of(name, vector)
    if vector and serving.names:
        avoided = avoided_direction(serving.poolings, context.avoid)
        context.query_vectors = list_name.with_name(serving.names, vector, context.query_vectors, avoided)


def _query_vectors(mode: Mode, serving: ServedRelease, resolved: ResolvedSeeds) -> list[QueryVector]:
    """One for each interest cluster of the seeds; modes `similar` and `sequence` use a single one of all, as
    `evaluate` scores it."""
    if mode is Mode.SEQUENCE:
        one = sequence_query_vector(serving, resolved.seeds, resolved.avoid)
    elif mode is Mode.SIMILAR:
        one = single_query_vector(serving.poolings, resolved.seeds, resolved.avoid)
    else:
        return query_vectors(serving.poolings, resolved.seeds, resolved.avoid)
    return [one] if one else []


async def _ranked_list(
    wishes: RecommendationOptions, serving: ServedRelease, context: RecommendationContext
) -> RankedList:
    if context.query_vectors:
        try:
            return await ranked_list.nearest_tracks(wishes, serving, context.query_vectors, context.excluded)
        except IndexUnavailable:
            context.degraded = "index_unavailable"
            context.popular_because = RecommendationContext.popular_because
    return ranked_list.popular_tracks(wishes, serving, context.excluded, context.popular_because)
