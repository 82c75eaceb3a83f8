"""What becomes of feedback: stored, repeated or refused. Pure: the store brings what is known, and stores the outcome.

    repeated   the key was used for the same before; the opinion holds already; the same track was played, skipped
               or shown at the same moment
    refused    the key was used for something else; no such track; a moment that cannot be; the log is full
    stored     all else. A row that is refused takes no other down with it.

Rows are judged in order, each as if those before it were recorded already.
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
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # no service's history of what was played begins before
ORIGIN = datetime(1900, 1, 1, tzinfo=UTC)  # of the moments in digests: stored keys hold them
DIGEST_BYTES = 16
OPINIONS = frozenset(FeedbackKind(opinion) for opinion in Opinion)
PLAYED = frozenset({FeedbackKind.PLAY, FeedbackKind.SKIP})
Happening = tuple[UUID, str, datetime]


@dataclass(frozen=True, slots=True)
class CurrentRating:
    """The opinion that holds for a track, and the event that says so."""

    id: UUID
    opinion: Opinion


@dataclass(frozen=True, slots=True)
class IdempotencyRecord:
    """What a key was used for: the event that was answered and a digest of what was said."""

    event: UUID
    content: bytes


@dataclass(frozen=True, slots=True)
class FeedbackState:
    """What is there already: tracks by the id asked for, then by track, by moment and by key what was said before, and
    how much more there is room for."""

    tracks: dict[str, UUID]
    room: Room
    held: dict[UUID, CurrentRating] = field(default_factory=dict)
    happened: dict[Happening, UUID] = field(default_factory=dict)
    keyed: dict[str, IdempotencyRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeedbackEvent:
    """An event to record."""

    id: UUID
    track: UUID
    kind: str
    ms: int | None
    at: datetime
    source: str
    context: str | None


@dataclass(frozen=True, slots=True)
class FeedbackResult:
    """What became of one event; `refusal` says why not."""

    status: Literal["stored", "repeated", "refused"]
    id: UUID | None = None
    refusal: Problem | None = None


class FeedbackRules:
    """Judges one batch. `rows` and `keyed` are what to record then; `known` goes along."""

    def __init__(self, known: FeedbackState, now: datetime, new_id: Callable[[], UUID]) -> None:
        self.known = known
        self.rows: list[FeedbackEvent] = []
        self.keyed: dict[str, IdempotencyRecord] = {}
        self.taste_changed = False
        self._now = now
        self._new_id = new_id

    def judge(self, event: Feedback, only_over: Opinion | None = None) -> FeedbackResult:
        """What becomes of the event; with `only_over` every opinion but that one stays as it is."""
        before = self.known.keyed.get(event.key) if event.key else None
        if before:
            return _again(event, before)
        if refusal := self._refusal(event):
            return FeedbackResult("refused", refusal=refusal)
        track, at = self.known.tracks[event.track], event.at or self._now
        if event.kind in OPINIONS:
            verdict = self._opinion(event, track, at, only_over)
        else:
            verdict = self._happening(event, track, at)
        if event.key and verdict.id:
            self.known.keyed[event.key] = self.keyed[event.key] = IdempotencyRecord(verdict.id, digest(event))
        return verdict

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
        self.taste_changed |= counts_in_profile(held) or opinion is not Opinion.NEUTRAL
        verdict = self._store(event, track, at)
        self.known.held[track] = CurrentRating(verdict, opinion)
        return FeedbackResult("stored", verdict)

    def _happening(self, event: Feedback, track: UUID, at: datetime) -> FeedbackResult:
        moment = (track, event.kind.value, at.astimezone(UTC))
        if before := self.known.happened.get(moment):
            return FeedbackResult("repeated", before)
        if event.kind in PLAYED:
            if refusal := self.known.room.refuse_play():
                return FeedbackResult("refused", refusal=refusal)
            self.known.room.plays -= 1
            self.taste_changed = True
        self.known.happened[moment] = stored = self._store(event, track, at)
        return FeedbackResult("stored", stored)

    def _store(self, event: Feedback, track: UUID, at: datetime) -> UUID:
        row = FeedbackEvent(self._new_id(), track, event.kind.value, event.ms, at, event.source, event.context)
        self.rows.append(row)
        return row.id


def misdated(event: Feedback, now: datetime) -> str | None:
    """What is wrong with the event's moment, if anything."""
    if event.at and event.at > now + SKEW:
        return f"at {event.at.isoformat()!r} is in the future: send when it happened, or leave it out"
    if event.at and event.at < EARLIEST:
        return f"at {event.at.isoformat()!r} is before {EARLIEST.year}: send when it happened, or leave it out"
    return None


def counts_in_profile(held: CurrentRating | None) -> bool:
    """True for an opinion that a taste is made of: neutral is as good as none."""
    return held is not None and held.opinion is not Opinion.NEUTRAL


def undo_changes_profile(kind: str, before: CurrentRating | None, after: CurrentRating | None) -> bool:
    """Whether taking an event back changed the taste, given what held for its track before and after."""
    return kind in PLAYED or (before != after and (counts_in_profile(before) or counts_in_profile(after)))


def digest(event: Feedback) -> bytes:
    """16 bytes that are the same for the same content, whatever the time zone its moment was written in."""
    at = event.at and (event.at - ORIGIN)
    said = (event.track, event.kind.value, at, event.ms, event.source, event.context)
    return blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def _again(event: Feedback, before: IdempotencyRecord) -> FeedbackResult:
    if before.content == digest(event):
        return FeedbackResult("repeated", before.event)
    return FeedbackResult(
        "refused", refusal=Conflict(f"the key {event.key!r} was used for other feedback: take a new one")
    )
