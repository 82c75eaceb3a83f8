"""Typed client of catalog: tracks by id in batches, a person's profile, and the impressions that are sent back."""

import asyncio
from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from kit.errors import NeighbourUnavailable
from kit.http import ConditionalReply, ServiceClient
from kit.tokens import Caller
from kit.wire.catalog import MAX_BATCH, Track, TracksFound
from kit.wire.library import RecentImpressions, RecentTracks, UserFeedback
from kit.wire.playlists import PlaylistLookup, StoredPlaylist

Form = TypeVar("Form", bound=BaseModel)


class CatalogClient:
    """Calls catalog; every failure is NeighbourUnavailable, a token that it refuses Unauthorized."""

    def __init__(self, neighbour: ServiceClient, service_key: str, taste_wait_s: float) -> None:
        self._neighbour, self._taste_wait_s = neighbour, taste_wait_s
        self._service = f"Segue-Service {service_key}"

    async def tracks(self, ids: Sequence[str]) -> dict[str, Track]:
        """The tracks that exist, by requested reference; seeds and avoided tracks together may fill two batches."""
        batches = [list(ids[start : start + MAX_BATCH]) for start in range(0, len(ids), MAX_BATCH)]
        answers = await asyncio.gather(*(self._neighbour.post("/v1/tracks:batch", {"ids": one}) for one in batches))
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


def _read(form: type[Form], answer: Any) -> Form:
    """The answer in its wire form; another version of catalog may speak otherwise."""
    try:
        return form.model_validate(answer)
    except ValidationError as error:
        raise _not_understood(error) from None


def _not_understood(error: ValidationError) -> NeighbourUnavailable:
    return NeighbourUnavailable(f"catalog's answer is not understood: {error.errors()[0]['msg']}")
