"""Looks tracks up by JSON Lines: an answer to every line, read from the store as they are sent."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from kit.json_lines import Line, batches, parse, written
from kit.wire.catalog import Track, TrackLine, TrackLookup
from services.catalog.library.likes import add_ratings
from services.catalog.store import Store


async def found(store: Store, person: UUID | None, lines: Sequence[tuple[int, bytes]]) -> AsyncIterator[bytes]:
    """The track of each line, or why there is none, in the order asked for."""
    for batch in batches(lines):
        rows = parse(batch, TrackLookup)
        tracks = await store.tracks.find([line.row.id for line in rows if line.row], person)
        await add_ratings(store, person, tracks.values())
        yield written([_answer(line, tracks) for line in rows])


async def of_ids(store: Store, person: UUID | None, ids: Sequence[str]) -> AsyncIterator[bytes]:
    """The same for ids that are validated already; their line is their index from 1."""
    tracks = await store.tracks.find(list(ids), person)
    await add_ratings(store, person, tracks.values())
    rows = [Line(number, TrackLookup.model_construct(id=one)) for number, one in enumerate(ids, 1)]
    yield written([_answer(line, tracks) for line in rows])


def _answer(line: Line[TrackLookup], tracks: dict[str, Track]) -> TrackLine:
    if line.row is None:
        return TrackLine(line=line.number, status="refused", detail=line.fault)
    if line.row.id not in tracks:
        detail = f"no track has the id {line.row.id!r}: search for it by name"
        return TrackLine(line=line.number, status="unknown", detail=detail)
    return TrackLine(line=line.number, status="found", track=tracks[line.row.id])
