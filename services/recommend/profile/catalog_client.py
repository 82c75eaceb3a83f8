"""Typed client of catalog: tracks by id in batches, a person's profile, and what is sent back: impressions, weekly
lists."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from kit.errors import NeighbourUnavailable
from kit.http import ConditionalReply, ServiceClient
from kit.tokens import Caller
from kit.wire.catalog import MAX_BATCH, Track, TracksFound
from kit.wire.library import LikeDates, RecentImpressions, RecentTracks, UserFeedback, Versions
from kit.wire.playlists import PlaylistLookup, StoredPlaylist
from kit.wire.weekly import WeeklyClaimed, WeeklyKey, WeeklyLists

Form = TypeVar("Form", bound=BaseModel)


class CatalogClient:
    """Calls catalog; every failure is NeighbourUnavailable, a token that it refuses Unauthorized."""

    def __init__(self, neighbour: ServiceClient, service_key: str, taste_wait_s: float) -> None:
        self._neighbour, self._taste_wait_s = neighbour, taste_wait_s
        self._service = f"Segue-Service {service_key}"

    def tracks_of(self, caller: Caller | None) -> Callable[[Sequence[str]], Awaitable[dict[str, Track]]]:
        """`tracks` for a caller, who also sees tracks of their own."""
        return partial(self.tracks, caller=caller)

    async def tracks(self, ids: Sequence[str], caller: Caller | None = None) -> dict[str, Track]:
        """The tracks that exist, by requested reference; seeds and avoided tracks together may fill two batches."""
        path, bearer = ("/internal/tracks:batch", f"Bearer {caller.token}") if caller else ("/v1/tracks:batch", None)
        batches = [list(ids[start : start + MAX_BATCH]) for start in range(0, len(ids), MAX_BATCH)]
        answers = await asyncio.gather(*(self._neighbour.post(path, {"ids": one}, bearer) for one in batches))
        found: dict[str, Track] = {}
        for batch, answer in zip(batches, answers, strict=True):
            read = _read(TracksFound, answer)
            missing = set(read.unknown)
            known = [one for one in batch if one not in missing]
            if len(known) != len(read.items):
                raise NeighbourUnavailable(f"catalog answered {len(read.items)} of {len(known)} tracks")
            found |= zip(known, read.items, strict=True)
        return found

    async def profile(self, caller: Caller, etag: str | None) -> tuple[UserFeedback | None, str | None]:
        """The caller's taste and its ETag; None when it is still what `etag` names."""
        bearer = f"Bearer {caller.token}"
        answer: ConditionalReply = await self._neighbour.get("/internal/taste", bearer, etag, self._taste_wait_s)
        if answer.body is None:
            return None, answer.etag
        try:
            return UserFeedback.model_validate_json(answer.body), answer.etag
        except ValidationError as error:
            raise _not_understood(error) from None

    async def versions(self, people: Sequence[UUID]) -> list[int | None]:
        """The version of each person's taste now; None of a deleted account."""
        wanted = {"people": [str(person) for person in people]}
        answer = await self._neighbour.post("/internal/taste:versions", wanted, self._service, self._taste_wait_s)
        found = _read(Versions, answer).versions
        if len(found) != len(people):
            raise NeighbourUnavailable(f"catalog answered {len(found)} of {len(people)} versions")
        return found

    async def playlist(self, caller: Caller, playlist: UUID) -> StoredPlaylist | None:
        """One of the caller's playlists; None when they have no such playlist."""
        answer = await self._neighbour.get_json(f"/internal/playlists/{playlist}", f"Bearer {caller.token}")
        return _read(PlaylistLookup, answer).playlist

    async def recent_impressions(self, caller: Caller) -> list[str]:
        """Tracks that the caller was shown lately, the latest first."""
        answer = await self._neighbour.get_json("/internal/shown", f"Bearer {caller.token}")
        return _read(RecentImpressions, answer).tracks

    async def recent_tracks(self) -> RecentTracks:
        """The tracks that most people liked or played lately."""
        return _read(RecentTracks, await self._neighbour.get_json("/internal/trending", self._service))

    async def remember_shown(self, lists: Sequence[dict[str, Any]]) -> None:
        """Sends lists that people were shown (kit.wire.library.ImpressionList); idempotent by the lists' ids."""
        await self._neighbour.post("/internal/impressions", {"lists": list(lists)}, self._service)

    async def weekly(self, caller: Caller) -> WeeklyLists:
        """The caller's weekly lists that were made last."""
        return _read(WeeklyLists, await self._neighbour.get_json("/internal/weekly", f"Bearer {caller.token}"))

    async def liked_days(self, caller: Caller) -> dict[str, int]:
        """The day (datetime.date.toordinal) of each like of the caller that counts."""
        days: dict[str, int] = {}
        path: str | None = "/internal/likes"
        while path:
            page = _read(LikeDates, await self._neighbour.get_json(path, f"Bearer {caller.token}"))
            days |= {like.track: like.liked_at.toordinal() for like in page.items}
            path = f"/internal/likes?before={page.next}" if page.next else None
        return days

    async def keep_weekly(self, person: UUID, week: date, release: str, lists: Mapping[WeeklyKey, Any]) -> None:
        """Stores a person's weekly lists (kit.wire.weekly.MadeLists); those that were first stay."""
        sent = {
            "person": str(person),
            "week": week.isoformat(),
            "release": release,
            "lists": {key.value: made for key, made in lists.items()},
        }
        await self._neighbour.post("/internal/weekly", sent, self._service)

    async def claim_weekly(self, week: date, most: int) -> list[UUID]:
        """People whose weekly lists are to be made, claimed for this caller."""
        wanted = {"week": week.isoformat(), "most": most}
        return _read(WeeklyClaimed, await self._neighbour.post("/internal/weekly:claim", wanted, self._service)).people


def _read(form: type[Form], answer: Any) -> Form:
    """The answer in its wire form; another version of catalog may speak otherwise."""
    try:
        return form.model_validate(answer)
    except ValidationError as error:
        raise _not_understood(error) from None


def _not_understood(error: ValidationError) -> NeighbourUnavailable:
    return NeighbourUnavailable(f"catalog's answer is not understood: {error.errors()[0]['msg']}")
