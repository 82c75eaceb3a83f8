"""What recommend asks catalog: tracks by id and by words, in batches."""

from collections.abc import Sequence

from kit.http import Neighbour
from kit.wire.catalog import MAX_BATCH, SearchBatchFound, Track, TracksFound


class Catalog:
    """Typed questions to catalog; every failure is NeighbourUnavailable."""

    def __init__(self, neighbour: Neighbour) -> None:
        self._neighbour = neighbour

    async def tracks(self, ids: Sequence[str]) -> dict[str, Track]:
        """The tracks that exist, by id (at most 500 ids)."""
        answer = await self._neighbour.post("/v1/tracks:batch", {"ids": list(ids)[:MAX_BATCH]})
        return {track.id: track for track in TracksFound.model_validate(answer).items}

    async def find(self, texts: Sequence[str]) -> list[Track | None]:
        """The best track for each text, None where nothing comes near."""
        answer = await self._neighbour.post("/internal/search:batch", {"texts": list(texts)})
        return SearchBatchFound.model_validate(answer).tracks
