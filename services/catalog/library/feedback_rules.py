"""Decides for each feedback event whether it is stored, repeated or refused. Pure: the store does all I/O.

    repeated   the key was used for the same feedback before; the opinion is already current; the same track was
               played, skipped or shown at the same time
    refused    the key was used for other feedback; no such track; an impossible time; the log is full
    stored     all else. A refused event does not affect the others.

Events are processed in order, each as if the previous ones were already recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Literal
from uuid import UUID

from kit.errors import BadRequest, Conflict, NotFound, Problem
from kit.wire.library import Feedback, FeedbackKind, Opinion
from services.catalog.library.retention import Room

SKEW = timedelta(minutes=5)  # how far a listener's clock may run ahead of ours
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # no service's listening history starts before
ORIGIN = datetime(1900, 1, 1, tzinfo=UTC)  # origin of times in digests; changing it would invalidate stored keys
DIGEST_BYTES = 16
OPINIONS = frozenset(FeedbackKind(opinion) for opinion in Opinion)
PLAYED = frozenset({FeedbackKind.PLAY, FeedbackKind.SKIP})
Happening = tuple[UUID, str, datetime]


@dataclass(frozen=True, slots=True)
class CurrentRating:
    """The current opinion of a user on a track, and the event that set it."""

    id: UUID
    opinion: Opinion


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """The use of an idempotency key: the event it created and a digest of the event's content."""

    event: UUID
    content: bytes


@dataclass(frozen=True, slots=True)
class FeedbackState:
    """Stored state that the rules need: tracks by requested id, the remaining capacity, current opinions by track,
    plays, skips and impressions by time, and idempotency records by key."""

    tracks: dict[str, UUID]
    room: Room
    held: dict[UUID, CurrentRating] = field(default_factory=dict)
    happened: dict[Happening, UUID] = field(default_factory=dict)
    keyed: dict[str, IdempotencyRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeedbackEvent:
    """A feedback event to record."""

    id: UUID
    track: UUID
    kind: str
    ms: int | None
    at: datetime
    source: str
    context: str | None


@dataclass(frozen=True, slots=True)
class FeedbackResult:
    """The outcome of one event; `refusal` is the reason when it was refused."""

    status: Literal["stored", "repeated", "refused"]
    id: UUID | None = None
    refusal: Problem | None = None


class FeedbackRules:
    """Applies the rules to one batch. `rows` and `keyed` collect what to record; `known` is updated meanwhile."""

    def __init__(self, known: FeedbackState, now: datetime, new_id: Callable[[], UUID]) -> None:
        self.known = known
        self.rows: list[FeedbackEvent] = []
        self.keyed: dict[str, IdempotencyRecord] = {}
        self.feedback_changed = False
        self._now = now
        self._new_id = new_id

    def apply(self, event: Feedback, only_over: Opinion | None = None) -> FeedbackResult:
        """The outcome of one event; with `only_over` any other current opinion is kept."""
        before = self.known.keyed.get(event.key) if event.key else None
        if before:
            return _again(event, before)
        if refusal := self._refusal(event):
            return FeedbackResult("refused", refusal=refusal)
        track, at = self.known.tracks[event.track], event.at or self._now
        if event.kind in OPINIONS:
            result = self._opinion(event, track, at, only_over)
        else:
            result = self._happening(event, track, at)
        if event.key and result.id:
            self.known.keyed[event.key] = self.keyed[event.key] = IdempotencyRecord(result.id, digest(event))
        return result

    def _refusal(self, event: Feedback) -> Problem | None:
        if event.track not in self.known.tracks:
            return NotFound(f"no track has the id {event.track!r}: search for it by name")
        if wrong := misdated(event, self._now):
            return BadRequest(wrong)
        if "\0" in event.source + (event.context or ""):
            return BadRequest("source and context cannot hold the character U+0000: leave it out")
        return None

    def _opinion(self, event: Feedback, track: UUID, at: datetime, only_over: Opinion | None) -> FeedbackResult:
        opinion, held = Opinion(event.kind), self.known.held.get(track)
        if held and (held.opinion is opinion or (only_over and held.opinion is not only_over)):
            return FeedbackResult("repeated", held.id)
        if opinion is not Opinion.NEUTRAL and not counts_in_profile(held):
            if refusal := self.known.room.refuse_opinion():
                return FeedbackResult("refused", refusal=refusal)
            self.known.room.opinions -= 1
        self.feedback_changed |= counts_in_profile(held) or opinion is not Opinion.NEUTRAL
        stored = self._store(event, track, at)
        self.known.held[track] = CurrentRating(stored, opinion)
        return FeedbackResult("stored", stored)

    def _happening(self, event: Feedback, track: UUID, at: datetime) -> FeedbackResult:
        moment = (track, event.kind.value, at.astimezone(UTC))
        if before := self.known.happened.get(moment):
            return FeedbackResult("repeated", before)
        if event.kind in PLAYED:
            if refusal := self.known.room.refuse_play():
                return FeedbackResult("refused", refusal=refusal)
            self.known.room.plays -= 1
            self.feedback_changed = True
        self.known.happened[moment] = stored = self._store(event, track, at)
        return FeedbackResult("stored", stored)

    def _store(self, event: Feedback, track: UUID, at: datetime) -> UUID:
        row = FeedbackEvent(self._new_id(), track, event.kind.value, event.ms, at, event.source, event.context)
        self.rows.append(row)
        return row.id


def misdated(event: Feedback, now: datetime) -> str | None:
    """The error text for an event dated in the future or before EARLIEST; None when its time is valid."""
    if event.at and event.at > now + SKEW:
        return f"at {event.at.isoformat()!r} is in the future: send when it happened, or leave it out"
    if event.at and event.at < EARLIEST:
        return f"at {event.at.isoformat()!r} is before {EARLIEST.year}: send when it happened, or leave it out"
    return None


def counts_in_profile(held: CurrentRating | None) -> bool:
    """True for an opinion that is part of the taste; neutral is not."""
    return held is not None and held.opinion is not Opinion.NEUTRAL


def undo_changes_profile(kind: str, before: CurrentRating | None, after: CurrentRating | None) -> bool:
    """Whether undoing an event changed the taste, given the current opinion on its track before and after."""
    return kind in PLAYED or (before != after and (counts_in_profile(before) or counts_in_profile(after)))


def digest(event: Feedback) -> bytes:
    """A 16-byte hash of an event's content, independent of the time zone of its timestamp."""
    at = event.at and (event.at - ORIGIN)
    content = (event.track, event.kind.value, at, event.ms, event.source, event.context)
    return blake2b(repr(content).encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def _again(event: Feedback, before: IdempotencyRecord) -> FeedbackResult:
    if before.content == digest(event):
        return FeedbackResult("repeated", before.event)
    return FeedbackResult(
        "refused", refusal=Conflict(f"the key {event.key!r} was used for other feedback: take a new one")
    )
