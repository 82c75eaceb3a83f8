"""What recommend asks catalog: tracks by id and by words, in batches."""

import asyncio
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from kit.errors import NeighbourUnavailable
from kit.http import Neighbour
from kit.wire.catalog import MAX_BATCH, SearchBatchFound, Track, TracksFound

Form = TypeVar("Form", bound=BaseModel)


class Catalog:
    """Typed questions to catalog; every failure is NeighbourUnavailable."""

    def __init__(self, neighbour: Neighbour) -> None:
        self._neighbour = neighbour

    async def tracks(self, ids: Sequence[str]) -> dict[str, Track]:
        """The tracks that exist, by id; seeds and avoided tracks together may fill two batches."""
        batches = [list(ids[start : start + MAX_BATCH]) for start in range(0, len(ids), MAX_BATCH)]
        answers = await asyncio.gather(*(self._neighbour.post("/v1/tracks:batch", {"ids": one}) for one in batches))
        return {track.id: track for answer in answers for track in _read(TracksFound, answer).items}

    async def find(self, texts: Sequence[str]) -> list[Track | None]:
        """The best track for each text, None where nothing comes near."""
        answer = await self._neighbour.post("/internal/search:batch", {"texts": list(texts)})
        found = _read(SearchBatchFound, answer).tracks
        if len(found) != len(texts):
            raise NeighbourUnavailable(f"catalog answered {len(found)} of {len(texts)} texts")
        return found


def _read(form: type[Form], answer: Any) -> Form:
    """The answer in its wire form; another version of catalog may speak otherwise."""
    try:
        return form.model_validate(answer)
    except ValidationError as error:
        raise NeighbourUnavailable(f"catalog's answer is not understood: {error.errors()[0]['msg']}") from None
