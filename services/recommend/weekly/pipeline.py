"""Makes the weekly lists of one person: from the profile, the lists' rules, into catalog, which keeps them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from kit.errors import IndexUnavailable, NeighbourUnavailable, NoRelease
from kit.tokens import Caller
from kit.wire.weekly import WeeklyKey, WeeklyLists
from services.recommend.profile.cache import ProfileCache
from services.recommend.profile.catalog_client import CatalogClient
from services.recommend.profile.user_profile import UserProfile
from services.recommend.profile_queries import release_profile_of
from services.recommend.served.release_store import ReleaseStore
from services.recommend.served.served_release import ServedRelease
from services.recommend.values import RankedList, Reason
from services.recommend.weekly.lists import deep_cuts, discover
from services.recommend.weekly.rediscover import Memory, memories, reason_of, rediscovered

Made = list[dict[str, str | Reason]]


@dataclass(frozen=True, slots=True)
class WeeklyPipeline:
    """Holds what every list needs; one instance a process. `now` is replaced in tests."""

    releases: ReleaseStore
    catalog: CatalogClient
    profiles: ProfileCache
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def week(self) -> date:
        """The Monday of this week, in UTC."""
        today = self.now().date()
        return today - timedelta(days=today.weekday())

    async def read(self, caller: Caller) -> WeeklyLists:
        """The caller's lists of this week, made now when they are not yet; the last ones, marked, when they cannot be
        made."""
        found = await self.catalog.weekly(caller)
        if found.week is not None and found.week >= self.week and any(one.tracks for one in found.lists):
            return found
        try:
            await self.make(caller, found)
        except (IndexUnavailable, NoRelease, NeighbourUnavailable):
            return found.model_copy(update={"degraded": "weekly_old"})
        return await self.catalog.weekly(caller)

    async def make(self, caller: Caller, last: WeeklyLists | None = None) -> None:
        """Makes and stores the lists of this week. What last week's lists held does not come again.
        IndexUnavailable, NoRelease, NeighbourUnavailable."""
        last = last or await self.catalog.weekly(caller)
        lookup = await self.profiles.of(caller)
        if lookup.profile is None or lookup.degraded:
            raise NeighbourUnavailable("catalog could not tell what the person likes")
        liked_days = await self.catalog.liked_days(caller)
        async with self.releases.lease() as serving:
            lists = await self._lists(lookup.profile, liked_days, last, serving, caller)
            release = serving.release.version
        await self.catalog.keep_weekly(caller.person, self.week, release, lists)

    async def _lists(
        self,
        profile: UserProfile,
        liked_days: dict[str, int],
        last: WeeklyLists,
        serving: ServedRelease,
        caller: Caller,
    ) -> dict[WeeklyKey, Made]:
        feedback, groups = profile.feedback, serving.tables.recording_groups
        found = await release_profile_of(profile, serving, self.catalog.tracks_of(caller))
        muted = await serving.muted(feedback.mutes)
        before = groups.expand(_rows(serving, [item.track.id for one in last.lists for item in one.tracks]))
        excluded = found.known | muted | before
        new = await discover(serving, found.by_cluster, excluded)
        familiar = _rows(serving, [*feedback.likes, *(one.track for one in feedback.played if one.plays > one.skips)])
        taken = excluded | groups.expand(new.rows if new else [])
        deep = deep_cuts(serving, found.by_cluster, familiar, taken)
        again = self._rediscovered(profile, liked_days, muted | found.disliked, serving)
        return {
            WeeklyKey.DISCOVER: _made(serving, new),
            WeeklyKey.REDISCOVER: [{"track": one.track, "reason": reason_of(one)} for one in again],
            WeeklyKey.DEEP_CUTS: _made(serving, deep),
        }

    def _rediscovered(
        self, profile: UserProfile, liked_days: dict[str, int], unwanted: frozenset[int], serving: ServedRelease
    ) -> list[Memory]:
        remembered = memories(profile.feedback, liked_days)
        rows = serving.release.rows([one.track for one in remembered]).tolist()
        row_of = dict(zip((one.track for one in remembered), rows, strict=True))

        def artist_of(track: str) -> int | None:
            row = row_of[track]
            return int(serving.tables.main_artist[row]) if row >= 0 and row not in unwanted else None

        return rediscovered(remembered, profile.person, self.week, artist_of)


def _rows(serving: ServedRelease, tracks: list[str]) -> list[int]:
    rows = serving.release.rows(tracks)
    return [int(row) for row in np.unique(rows[rows >= 0])]


def _made(serving: ServedRelease, found: RankedList | None) -> Made:
    if found is None:
        return []
    pairs = zip(found.rows, found.reasons, strict=True)
    return [{"track": serving.release.track_id(row), "reason": reason} for row, reason in pairs]
