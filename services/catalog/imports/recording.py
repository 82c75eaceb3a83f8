"""Records plays and opinions of an import, and plays that scrobblers send, in the feedback log, each once.

A play within SAME_PLAY_S of another play of the track is the same play: exports overlap, one service tells minutes and
another seconds, one the beginning and another the end. An opinion of a file is recorded only where the person has none
of the track, so that importing a file again brings no like back that was taken away.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from kit import ids
from kit.formats.user_exports import Listen, Rating
from kit.wire.library import Feedback, FeedbackKind, FeedbackStored
from services.catalog.imports.counts import Counts
from services.catalog.library import feedback_recording
from services.catalog.library.feedback_rules import EARLIEST, SKEW
from services.catalog.store import Store
from services.catalog.store.import_origins import SOURCE

SAME_PLAY_S = 60.0
MISDATED = "a moment in the future or before 2000"
_KINDS = {1: FeedbackKind.LIKE, -1: FeedbackKind.DISLIKE, -2: FeedbackKind.NEVER}


class Resolved(NamedTuple):
    """A record and its track; `source` is what exclusions name."""

    file: str
    record: Listen | Rating
    track: UUID
    source: str = SOURCE


class _Play(NamedTuple):
    """A play; `event` is its id, None = it is of this batch."""

    at: float
    event: UUID | None


_AT: Callable[[_Play], float] = itemgetter(0)


class Recorder:
    """Records for one import, whose id is the `context` of its events; None = they come from no import."""

    def __init__(self, store: Store, person: UUID, import_id: UUID | None) -> None:
        self._store, self._person, self._import_id = store, person, import_id
        self._room = feedback_recording.RoomOfJob()

    async def record(self, rows: Sequence[Resolved], counts: Counts) -> None:
        """Records at most a batch of rows and counts them as new, repeated or skipped."""
        for row, result in zip(rows, await self.results(rows), strict=True):
            if result.status == "refused":
                counts.skip(result.detail or "refused", row.file, row.record.line)
            elif result.status == "stored":
                counts.new += 1
            else:
                counts.repeated += 1

    async def results(self, rows: Sequence[Resolved]) -> list[FeedbackStored]:
        """Records at most a batch of rows; what became of each, in their order. A repeated play has no id."""
        results = [FeedbackStored(status="repeated") for _ in rows]
        repeats = set[UUID]()
        dated = list[int]()
        for at, row in enumerate(rows):
            if _misdated(row.record):
                results[at] = FeedbackStored(status="refused", detail=MISDATED)
            else:
                dated.append(at)
        fresh = [dated[at] for at in await self._fresh([rows[at] for at in dated], repeats)]
        await self._store.origins.note(self._import_id, self._person, repeats)
        if fresh:
            events = [self._event(rows[at]) for at in fresh]
            stored = await feedback_recording.record(self._store, self._person, events, room=self._room)
            for at, result in zip(fresh, stored.results, strict=True):
                results[at] = result
        return results

    async def _fresh(self, rows: Sequence[Resolved], repeats: set[UUID]) -> list[int]:
        """The positions of the rows that are not recorded yet, each play and opinion once; adds the events that the
        others repeat to `repeats`."""
        played = await self._played([row for row in rows if isinstance(row.record, Listen)])
        rated = {row.track for row in rows if isinstance(row.record, Rating)}
        opinions = await self._store.opinions.current(self._person, rated) if rated else {}
        held = set(opinions)
        fresh = []
        for at, row in enumerate(rows):
            if isinstance(row.record, Rating):
                if row.track not in held:
                    held.add(row.track)
                    fresh.append(at)
                elif (known := opinions.get(row.track)) and known.opinion.value == _KINDS[row.record.value].value:
                    repeats.add(known.id)
            elif (near := _near(played.setdefault(row.track, []), row.record.at)) is None:
                insort(played[row.track], _Play(row.record.at, None), key=_AT)
                fresh.append(at)
            elif near.event:
                repeats.add(near.event)
        return fresh

    async def _played(self, rows: Collection[Resolved]) -> dict[UUID, list[_Play]]:
        """The stored plays of these tracks around these rows, in order."""
        if not rows:
            return {}
        moments = [row.record.at for row in rows if row.record.at is not None]
        first, last = _moment(min(moments) - SAME_PLAY_S), _moment(max(moments) + SAME_PLAY_S)
        found: dict[UUID, list[_Play]] = {}
        tracks = {row.track for row in rows}
        for track, at, event in await self._store.unmatched.plays(self._person, tracks, first, last):
            insort(found.setdefault(track, []), _Play(at.timestamp(), event), key=_AT)
        return found

    def _event(self, row: Resolved) -> Feedback:
        record = row.record
        return Feedback(
            track=ids.encode(row.track),
            kind=FeedbackKind.PLAY if isinstance(record, Listen) else _KINDS[record.value],
            at=_moment(record.at) if record.at is not None else None,
            ms=record.ms if isinstance(record, Listen) else None,
            source=row.source,
            context=str(self._import_id) if self._import_id else None,
        )


def _near(plays: Sequence[_Play], at: float) -> _Play | None:
    """The first play within SAME_PLAY_S of a moment; `plays` are in order."""
    place = bisect_left(plays, at - SAME_PLAY_S, key=_AT)
    return plays[place] if place < len(plays) and plays[place].at <= at + SAME_PLAY_S else None


def _misdated(record: Listen | Rating) -> bool:
    if record.at is None:
        return False
    return not EARLIEST.timestamp() <= record.at <= (datetime.now(UTC) + SKEW).timestamp()


def _moment(at: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)
