"""Feedback in JSON Lines: every line by itself, in batches of 500, each batch in one transaction."""

from collections.abc import Sequence
from uuid import UUID

from kit.json_lines import Line, batches, parse
from kit.wire.library import Feedback, FeedbackLine
from services.catalog.library import feedback_recording
from services.catalog.store import Store


async def record(
    store: Store, person: UUID, lines: Sequence[tuple[int, bytes]], key: str | None = None
) -> list[FeedbackLine]:
    """Records the good lines in order and answers every line; rows without a key of their own get one from `key` and
    their line number, so that the same lines may be sent again with the same key."""
    answers: list[FeedbackLine] = []
    for batch in batches(lines):
        answers += await _recorded(store, person, parse(batch, Feedback), key)
    return answers


async def _recorded(store: Store, person: UUID, lines: Sequence[Line[Feedback]], key: str | None) -> list[FeedbackLine]:
    good = {line.number: _keyed(line.row, line.number, key) for line in lines if line.row}
    stored = (await feedback_recording.record(store, person, list(good.values()))).results if good else []
    found = dict(zip(good, stored, strict=True))
    return [
        FeedbackLine(line=line.number, **found[line.number].model_dump())
        if line.number in found
        else FeedbackLine(line=line.number, status="refused", detail=line.fault)
        for line in lines
    ]


def _keyed(event: Feedback, number: int, key: str | None) -> Feedback:
    return event if event.key or not key else event.model_copy(update={"key": f"{key}/{number}"})
