"""Records feedback: one transaction that reads the user's present state, applies the rules and appends events."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from services.catalog.library.retention import Room
from services.catalog.store import Store
from services.catalog.store.feedback import Change

AUTOMATIC = frozenset({"import", "spotify_api"})
"""Sources whose opinions nobody states by hand."""
COUNTED = (FeedbackKind.LIKE, FeedbackKind.PLAY)


@dataclass
class RoomOfJob:
    """The remaining capacity between the batches of one job, counted again only when somebody else has written:
    counting 200,000 plays takes 15 ms on SQLite, recording 500 some 60."""

    version: int = -1
    room: Room | None = None


async def record(
    store: Store, person: UUID, events: Sequence[Feedback], key: str | None = None, room: RoomOfJob | None = None
) -> FeedbackResults:
    """Records events in order; events without an idempotency key get one from `key` and their index. Jobs of many
    batches pass the same `room` to each."""
    if key:
        events = [e if e.key else e.model_copy(update={"key": f"{key}/{i}"}) for i, e in enumerate(events)]
    results, _, version = await _record(store, person, events, room=room)
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
    store: Store,
    person: UUID,
    events: Sequence[Feedback],
    only_over: Opinion | None = None,
    room: RoomOfJob | None = None,
) -> tuple[list[FeedbackResult], FeedbackRules, int]:
    tracks = await store.tracks.resolve({event.track for event in events}, person)
    now = datetime.now(UTC)
    async with store.feedback.change(person) as change:
        rules = FeedbackRules(await _state(change, tracks, events, now, room), now, uuid7)
        results = [rules.apply(event, only_over) for event in events]
        await change.keep(_confirmed(events, results))
        await change.add(rules.rows, rules.keyed)
        if rules.feedback_changed:
            await change.raise_version()
        if room:
            room.version, room.room = change.version, rules.known.room
    return results, rules, change.version


def _confirmed(events: Sequence[Feedback], results: Sequence[FeedbackResult]) -> list[UUID]:
    """Events that hold already and are now stated by hand."""
    stated = zip(events, results, strict=True)
    repeated = [
        result.id
        for event, result in stated
        if result.status == "repeated" and event.kind in OPINIONS and event.source not in AUTOMATIC
    ]
    return [event for event in repeated if event]


async def _room(change: Change, kinds: set[FeedbackKind], known: RoomOfJob | None) -> Room:
    if known is None:
        return await change.room(kinds)
    held = known.room
    if held and known.version == change.version and held.plays > 0 and held.opinions > 0:
        return held
    return await change.room(COUNTED)


async def _state(
    change: Change, tracks: dict[str, UUID], events: Sequence[Feedback], now: datetime, room: RoomOfJob | None
) -> FeedbackState:
    valid = [event for event in events if event.track in tracks and not misdated(event, now)]
    moments = {(tracks[e.track], e.kind.value, e.at or now) for e in valid if e.kind not in OPINIONS}
    return FeedbackState(
        tracks,
        await _room(change, {event.kind for event in valid}, room),
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
