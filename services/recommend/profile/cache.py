"""LRU cache of user profiles, revalidated against catalog on every request: by ETag, or several together by version.

Bounded by the number of tracks that the profiles hold. Nothing here is durable: each worker process has its own cache,
and a profile that is missing is fetched again.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from kit.errors import NeighbourUnavailable, Unauthorized
from kit.tokens import Caller
from services.recommend.profile.catalog_client import CatalogClient
from services.recommend.profile.revalidation import Revalidation
from services.recommend.profile.user_profile import UserProfile

MAX_TRACKS = 50_000
"""Sum of UserProfile.tracks over the cached profiles: likes, dislikes, plays, tracks of playlists and the like.

By calculation, where every one of them is a seed of its person's queries: 100 MB for the pooled vectors (512 float32
each) and up to 160 MB for the sums of the co-occurrence table (200 neighbours each, with interest clusters and
without).
"""
MAX_DELETED_REMEMBERED = 10_000


class ProfileLookup(NamedTuple):
    """A user, None when nothing is known of the caller, and what was missing."""

    profile: UserProfile | None
    degraded: str | None


class ProfileCache:
    """The memory; one a process."""

    def __init__(self, catalog: CatalogClient, max_tracks: int = MAX_TRACKS) -> None:
        self._catalog, self._revalidation = catalog, Revalidation(catalog.versions)
        self._most = max_tracks
        self._known: OrderedDict[UUID, UserProfile] = OrderedDict()
        self._gone: OrderedDict[UUID, None] = OrderedDict()
        self._tracks = 0

    async def of(self, caller: Caller) -> ProfileLookup:
        """The caller as catalog knows them now; as we last knew them while catalog is away."""
        known = self._known.get(caller.person)
        try:
            if known and await self._revalidation.still(caller.person, known.feedback.version):
                return self._used(known)
            feedback, etag = await self._catalog.profile(caller, known.etag if known else None)
        except NeighbourUnavailable:
            return ProfileLookup(known, "taste_stale" if known else "taste_unavailable")
        except Unauthorized:
            self._drop(caller.person)
            raise
        if feedback is None:
            if known is None:
                return ProfileLookup(None, "taste_unavailable")
            return self._used(known)
        return ProfileLookup(self._remember(UserProfile(caller.person, etag, feedback)), None)

    def _used(self, known: UserProfile) -> ProfileLookup:
        if known.person in self._known:
            self._known.move_to_end(known.person)
        return ProfileLookup(known, None)

    def forget(self, people: Iterable[UUID]) -> None:
        """Drops everything known of deleted people; an answer still under way brings nothing of them back."""
        for person in people:
            self._drop(person)
            self._gone[person] = None
        while len(self._gone) > MAX_DELETED_REMEMBERED:
            self._gone.popitem(last=False)

    def __contains__(self, person: UUID) -> bool:
        return person in self._known

    def _remember(self, profile: UserProfile) -> UserProfile:
        known = self._known.get(profile.person)
        if profile.person in self._gone or (known and known.feedback.version > profile.feedback.version):
            return profile  # two requests crossed: the newer feedback stays
        self._drop(profile.person)
        self._known[profile.person] = profile
        self._tracks += profile.tracks
        while self._tracks > self._most and len(self._known) > 1:
            self._drop(next(iter(self._known)))
        return profile

    def _drop(self, person: UUID) -> None:
        if known := self._known.pop(person, None):
            self._tracks -= known.tracks
