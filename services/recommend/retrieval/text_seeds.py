"""Looks up in catalog what the texts among the seeds mean, a few texts a call, within one deadline for a request."""

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pydantic import ValidationError

from kit.errors import NeighbourUnavailable
from kit.http import ServiceClient
from kit.wire.catalog import SearchBatchFound, TextMatch

AT_ONCE = 5
"""Texts a call: some 50 ms of catalog's time in a catalogue of 200,000 tracks, between which others get their turn."""


class FoundTexts(NamedTuple):
    """What texts mean (None = nothing); texts that were not looked up are missing, and `degraded` says why."""

    matches: Mapping[str, TextMatch | None]
    degraded: str | None


class TextLookup:
    """Asks over a connection of its own: after slow texts only texts are left alone (kit.http's pause)."""

    def __init__(self, neighbour: ServiceClient, wait_s: float) -> None:
        self._neighbour, self._wait_s = neighbour, wait_s

    async def find(self, texts: Sequence[str]) -> FoundTexts:
        """The same text is looked up once. Ends with the deadline, or when catalog does not answer."""
        found: dict[str, TextMatch | None] = {}
        deadline = time.monotonic() + self._wait_s
        distinct = list(dict.fromkeys(texts))
        for start in range(0, len(distinct), AT_ONCE):
            some = distinct[start : start + AT_ONCE]
            left = deadline - time.monotonic()
            try:
                if left <= 0:
                    return FoundTexts(found, "texts_unfinished")
                found |= await self._matches(some, left)
            except NeighbourUnavailable:
                late = time.monotonic() >= deadline
                return FoundTexts(found, "texts_unfinished" if late else "catalog_unavailable")
        return FoundTexts(found, None)

    async def _matches(self, texts: Sequence[str], left_s: float) -> dict[str, TextMatch | None]:
        answer = await self._neighbour.post("/internal/search:batch", {"texts": list(texts)}, deadline_s=left_s)
        try:
            matches = SearchBatchFound.model_validate(answer).matches
        except ValidationError as error:
            raise NeighbourUnavailable(f"catalog's answer is not understood: {error.errors()[0]['msg']}") from None
        if len(matches) != len(texts):
            raise NeighbourUnavailable(f"catalog answered {len(matches)} of {len(texts)} texts")
        return dict(zip(texts, matches, strict=True))
