"""Records feedback: one transaction that reads the user's present state, applies the rules and appends events."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from kit import ids
from kit.errors import NotFound
from kit.wire.library import VALUE, CurrentOpinion, Feedback, FeedbackKind, FeedbackResults, FeedbackStored, Opinion
from services.catalog.library.feedback_rules import (
    OPINIONS,
    CurrentRating,
    FeedbackResult,
    FeedbackRules,
    FeedbackState,
    misdated,
    undo_changes_profile,
)
from services.catalog.store import Store
from services.catalog.store.feedback import Change


async def record(store: Store, person: UUID, events: Sequence[Feedback], key: str | None = None) -> FeedbackResults:
    """Records events in order; events without an idempotency key get one from `key` and their index."""
    if key:
        events = [e if e.key else e.model_copy(update={"key": f"{key}/{i}"}) for i, e in enumerate(events)]
    results, _, version = await _record(store, person, events)
    return FeedbackResults(results=[_stored(result) for result in results], taste_version=version)


async def set_opinion(
    store: Store, person: UUID, track: str, opinion: Opinion, key: str | None, only_over: Opinion | None = None
) -> CurrentOpinion:
    """Records one opinion and returns the current one. With `only_over`, any other current opinion is kept. NotFound
    for an unknown track, Conflict for a key that was used for other feedback."""
    event = Feedback(track=track, kind=FeedbackKind(opinion), key=key)
    [result], rules, version = await _record(store, person, [event], only_over)
    if result.refusal:
        raise result.refusal
    number = rules.known.tracks[track]
    return _current(number, rules.known.held.get(number), result.id, version)


async def undo(store: Store, person: UUID, event: UUID) -> CurrentOpinion:
    """Undoes an event, once; the previous opinion becomes current again. NotFound when it is not this user's."""
    async with store.feedback.change(person) as change:
        if (recorded := await change.find(event)) is None:
            raise NotFound(f"no feedback of yours has the id {str(event)!r}: it stands in the answer that stored it")
        before = after = (await change.current([recorded.track])).get(recorded.track)
        if not recorded.undone:
            await change.undo(recorded)
            after = (await change.current([recorded.track])).get(recorded.track)
            if undo_changes_profile(recorded.kind, before, after):
                await change.raise_version()
    return _current(recorded.track, after, event, change.version)


async def _record(
    store: Store, person: UUID, events: Sequence[Feedback], only_over: Opinion | None = None
) -> tuple[list[FeedbackResult], FeedbackRules, int]:
    tracks = await store.tracks.resolve({event.track for event in events})
    now = datetime.now(UTC)
    async with store.feedback.change(person) as change:
        rules = FeedbackRules(await _state(change, tracks, events, now), now, uuid7)
        results = [rules.apply(event, only_over) for event in events]
        await change.add(rules.rows, rules.keyed)
        if rules.taste_changed:
            await change.raise_version()
    return results, rules, change.version


async def _state(change: Change, tracks: dict[str, UUID], events: Sequence[Feedback], now: datetime) -> FeedbackState:
    valid = [event for event in events if event.track in tracks and not misdated(event, now)]
    moments = {(tracks[e.track], e.kind.value, e.at or now) for e in valid if e.kind not in OPINIONS}
    return FeedbackState(
        tracks,
        await change.room({event.kind for event in valid}),
        await change.current({tracks[event.track] for event in valid if event.kind in OPINIONS}),
        await change.happened(moments),
        await change.keyed({event.key for event in events if event.key}),
    )


def _stored(result: FeedbackResult) -> FeedbackStored:
    detail = result.refusal.detail if result.refusal else None
    return FeedbackStored(status=result.status, id=result.id, detail=detail)


def _current(track: UUID, held: CurrentRating | None, event: UUID | None, version: int) -> CurrentOpinion:
    """The response with the current opinion; without one, its id is that of the undone event."""
    assert held or event
    return CurrentOpinion(
        id=held.id if held else event,
        track=ids.encode(track),
        opinion=held.opinion if held else Opinion.NEUTRAL,
        like=VALUE[held.opinion] if held else None,
        taste_version=version,
    )
