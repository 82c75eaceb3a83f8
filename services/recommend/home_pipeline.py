"""Orchestrates home rows, trending tracks, similar artists and versions of a track, as pipeline.py does one list."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kit.errors import IndexUnavailable, NotFound
from kit.tokens import Caller
from kit.wire.library import UserFeedback
from kit.wire.recommend import RecommendationOptions
from kit.wire.recommend_options import Filters
from services.recommend import home_rows, metrics, similar_artists
from services.recommend.home_rows import HomeQueries
from services.recommend.profile.cache import ProfileCache
from services.recommend.profile.catalog_client import CatalogClient
from services.recommend.profile.impressions import Impressions
from services.recommend.profile.recent_feedback import RecentFeedback
from services.recommend.profile_queries import release_profile_of, without_rows
from services.recommend.response.document import (
    document,
    home_document,
    similar_artists_document,
    track_versions_document,
)
from services.recommend.retrieval.genre_filter import with_release_spellings
from services.recommend.retrieval.query_vectors import single_query_vector
from services.recommend.retrieval.seeds import ResolvedSeeds, resolve
from services.recommend.served.release_store import ReleaseStore
from services.recommend.served.served_release import ServedRelease
from services.recommend.values import HomeRow, QueryVector, RecommendationContext, SeedRef


@dataclass(frozen=True, slots=True)
class HomePipeline:
    """Holds what every request needs; one instance a process."""

    releases: ReleaseStore
    catalog: CatalogClient
    profiles: ProfileCache
    impressions: Impressions
    recent: RecentFeedback

    async def home(self, caller: Caller | None, limit: int, request_id: str | None) -> bytes:
        """The rows of a person or a guest, as JSON. While the profile or the index is unavailable: a guest's rows."""
        async with self.releases.lease() as serving:
            recent = self.recent.current()
            if caller is None:
                rows = home_rows.of_guest(serving, limit, recent)
                return home_document(serving.release, rows, {}, None, request_id)
            with metrics.PROFILE.time():
                lookup = await self.profiles.of(caller)
            if lookup.profile is None:
                metrics.count_degraded(lookup.degraded)
                rows = home_rows.of_guest(serving, limit, recent)
                return home_document(serving.release, rows, {}, lookup.degraded, request_id)
            profile = await release_profile_of(lookup.profile, serving, self.catalog.tracks_of(caller))
            muted = await serving.muted(lookup.profile.feedback.mutes)
            known, disliked = profile.known | muted, profile.disliked | muted
            queries = await self._queries(lookup.profile.feedback, profile.by_cluster, muted, serving, caller)
            degraded = lookup.degraded or profile.degraded
            try:
                rows = await home_rows.of_person(serving, queries, known, disliked, limit, recent)
            except IndexUnavailable:
                rows = home_rows.popular_rows(serving, limit, disliked, recent)
                degraded = "index_unavailable"
            metrics.count_degraded(degraded)
            self._remember(caller, serving, rows)
            return home_document(serving.release, rows, profile.opinions, degraded, request_id)

    async def trending(self, wishes: RecommendationOptions, caller: Caller | None, request_id: str | None) -> bytes:
        """Trending tracks, as JSON; without what the caller dislikes."""
        async with self.releases.lease() as serving:
            context = RecommendationContext([], frozenset())
            if caller and (lookup := await self.profiles.of(caller)).profile:
                profile = await release_profile_of(lookup.profile, serving, self.catalog.tracks_of(caller))
                context.excluded = profile.disliked | await serving.muted(lookup.profile.feedback.mutes)
                context.opinions = profile.opinions
            wishes, context.unknown_genres = with_release_spellings(wishes, serving.tables.genres)
            recent = self.recent.current()
            found = home_rows.trending(serving, wishes.filters, context.excluded, wishes.limit, recent)
            return document(serving.release, found, context, request_id)

    async def similar_artists(self, artist_id: str, caller: Caller | None, limit: int, request_id: str | None) -> bytes:
        """Artists near an artist, as JSON, without what the caller dislikes or mutes; NotFound for an artist without a
        learned track in the release."""
        async with self.releases.lease() as serving:
            unwanted = frozenset[int]()
            if caller and (lookup := await self.profiles.of(caller)).profile:
                profile = await release_profile_of(lookup.profile, serving, self.catalog.tracks_of(caller))
                unwanted = profile.disliked | await serving.muted(lookup.profile.feedback.mutes)
            found = await similar_artists.similar_artists(serving, artist_id, limit, unwanted)
            if found is None:
                raise NotFound(
                    f"no artist with a learned track has the id {artist_id!r}: take it from a track's artists"
                )
            return similar_artists_document(serving.release, found, request_id)

    async def versions(self, track_id: str, limit: int, request_id: str | None) -> bytes:
        """Other versions of a track's recording, the most popular first, as JSON; NotFound outside the release."""
        async with self.releases.lease() as serving:
            release, tables = serving.release, serving.tables
            row = int(release.rows([track_id])[0])
            if row < 0:
                raise NotFound(f"this release has no track {track_id!r}: take an id from GET /v1/search")
            others = sorted(tables.recording_groups.expand([row]) - {row})
            rows = sorted(others, key=lambda other: -float(np.nan_to_num(tables.popularity[other], nan=-1.0)))
            return track_versions_document(release, rows[:limit], request_id)

    async def _queries(
        self,
        feedback: UserFeedback,
        clusters: Sequence[QueryVector],
        muted: frozenset[int],
        serving: ServedRelease,
        caller: Caller,
    ) -> HomeQueries:
        feedback = without_rows(feedback, muted, serving.release)
        unwanted = {*feedback.dislikes, *feedback.never}
        played = [one.track for one in feedback.played if one.plays > one.skips and one.track not in unwanted]
        liked = [track for track in feedback.likes if track not in played[:1]]
        return HomeQueries(
            await self._around(SeedRef(played[0], because="played"), serving, caller) if played else None,
            await self._around(SeedRef(liked[0], because="liked"), serving, caller) if liked else None,
            clusters,
        )

    async def _around(self, seed: SeedRef, serving: ServedRelease, caller: Caller) -> QueryVector | None:
        resolved = ResolvedSeeds()
        await resolve([seed], [], serving, self.catalog.tracks_of(caller), resolved)
        return single_query_vector(serving.poolings, resolved.seeds, [])

    def _remember(self, caller: Caller, serving: ServedRelease, rows: Sequence[HomeRow]) -> None:
        tracks = [serving.release.track_id(row) for one in rows for row in one.tracks.rows]
        seeds = [serving.release.track_id(one.seed) for one in rows if one.seed is not None and one.seed >= 0]
        self.impressions.add(caller.person, serving.release.version, "home", tracks, seeds)


def trending_request(limit: int, genres: Sequence[str]) -> RecommendationOptions:
    """The options of a request for trending tracks."""
    return RecommendationOptions(limit=limit, filters=Filters(genres=list(genres)) if genres else Filters())
