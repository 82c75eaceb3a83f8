"""Recording what a person says: one transaction that knows what was said before, judges, and adds."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from kit import ids
from kit.errors import NotFound
from kit.wire.library import VALUE, Feedback, FeedbackAnswer, FeedbackKind, FeedbackStored, Opinion, Said
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


async def say(store: Store, person: UUID, events: Sequence[Feedback], key: str | None = None) -> FeedbackAnswer:
    """Records events in order; `key` covers those without one of their own, each by its place."""
    if key:
        events = [e if e.key else e.model_copy(update={"key": f"{key}/{i}"}) for i, e in enumerate(events)]
    verdicts, _, version = await _record(store, person, events)
    return FeedbackAnswer(results=[_stored(verdict) for verdict in verdicts], taste_version=version)


async def set_opinion(
    store: Store, person: UUID, track: str, opinion: Opinion, key: str | None, only_over: Opinion | None = None
) -> Said:
    """Records one opinion, with `only_over` where that one holds or none, and answers what holds; NotFound, or Conflict
    for a key of other feedback."""
    event = Feedback(track=track, kind=FeedbackKind(opinion), key=key)
    [verdict], hearing, version = await _record(store, person, [event], only_over)
    if verdict.refusal:
        raise verdict.refusal
    number = hearing.known.tracks[track]
    return _said(number, hearing.known.held.get(number), verdict.id, version)


async def undo(store: Store, person: UUID, event: UUID) -> Said:
    """Takes an event back, once; what held before it holds again. NotFound when it is not this person's."""
    async with store.feedback.change(person) as change:
        if (recorded := await change.find(event)) is None:
            raise NotFound(f"no feedback of yours has the id {str(event)!r}: it stands in the answer that stored it")
        before = after = (await change.held([recorded.track])).get(recorded.track)
        if not recorded.undone:
            await change.undo(recorded)
            after = (await change.held([recorded.track])).get(recorded.track)
            if undo_changes_profile(recorded.kind, before, after):
                await change.raise_version()
    return _said(recorded.track, after, event, change.version)


async def _record(
    store: Store, person: UUID, events: Sequence[Feedback], only_over: Opinion | None = None
) -> tuple[list[FeedbackResult], FeedbackRules, int]:
    tracks = await store.tracks.resolve({event.track for event in events})
    now = datetime.now(UTC)
    async with store.feedback.change(person) as change:
        hearing = FeedbackRules(await _known(change, tracks, events, now), now, uuid7)
        verdicts = [hearing.judge(event, only_over) for event in events]
        await change.add(hearing.rows, hearing.keyed)
        if hearing.taste_changed:
            await change.raise_version()
    return verdicts, hearing, change.version


async def _known(change: Change, tracks: dict[str, UUID], events: Sequence[Feedback], now: datetime) -> FeedbackState:
    there = [event for event in events if event.track in tracks and not misdated(event, now)]
    moments = {(tracks[e.track], e.kind.value, e.at or now) for e in there if e.kind not in OPINIONS}
    return FeedbackState(
        tracks,
        await change.room({event.kind for event in there}),
        await change.held({tracks[event.track] for event in there if event.kind in OPINIONS}),
        await change.happened(moments),
        await change.keyed({event.key for event in events if event.key}),
    )


def _stored(verdict: FeedbackResult) -> FeedbackStored:
    detail = verdict.refusal.detail if verdict.refusal else None
    return FeedbackStored(status=verdict.status, id=verdict.id, detail=detail)


def _said(track: UUID, held: CurrentRating | None, event: UUID | None, version: int) -> Said:
    """Where nothing holds any more, the id is that of the event that was taken back."""
    assert held or event
    return Said(
        id=held.id if held else event,
        track=ids.encode(track),
        opinion=held.opinion if held else Opinion.NEUTRAL,
        like=VALUE[held.opinion] if held else None,
        taste_version=version,
    )
