"""Records plays that scrobblers send: resolved by the resolver of imports, each play once, short ones as skips.

    matched     a play (or a skip) in the feedback log, with the scrobbler as its source
    unmatched   kept with the unmatched rows of an import that the person has for this, where it can be corrected
    refused     no names, an impossible time, or a full log

A scrobbler repeats what was not answered, and two scrobblers may report one play: a play within a minute of another
play of the track, and a skip at the same moment, are repeated and add nothing.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from kit import ids
from kit.formats.user_exports import Listen, TrackNames
from kit.wire.library import Feedback, FeedbackKind, FeedbackStored
from kit.wire.plays import NewPlay, PlayResult, PlayResults
from services.catalog.imports.matching import Resolution
from services.catalog.imports.recording import MISDATED, Recorder, Resolved
from services.catalog.imports.resolver import Resolver
from services.catalog.imports.unmatched_rows import merged, unmatched
from services.catalog.library import feedback_recording
from services.catalog.library.feedback_rules import EARLIEST, SKEW
from services.catalog.plays.listen_rule import is_listen
from services.catalog.plays.named_tracks import names_of
from services.catalog.store import Store

NO_NAMES = "it names no track: send title and artist, or an mbid, isrc or spotify id"
NO_ROOM = "no track is certain, and more unmatched plays are not kept: correct some at /v1/me/imports first"
Rows = list[tuple[int, NewPlay, TrackNames]]
"""Plays with their positions in the request and their names."""


async def record(store: Store, person: UUID, plays: Sequence[NewPlay]) -> PlayResults:
    """Records a batch of plays, answered in their order; a refused one loses no other."""
    named = [(at, play, names_of(play)) for at, play in enumerate(plays)]
    results = {row[0]: PlayResult(status="refused", detail=wrong) for row in named if (wrong := _fault(*row[1:]))}
    rows = [row for row in named if row[0] not in results]
    found = await Resolver(store, person).resolve(names for _, _, names in rows)
    results |= await _matched(store, person, [row for row in rows if found[row[2]].confident], found)
    missed = [row for row in rows if not found[row[2]].confident]
    results |= await _kept(store, person, missed, found)
    return PlayResults(
        results=[results[at] for at in range(len(plays))],
        taste_version=await store.people.version(person),
        unmatched_in=store.uploads.scrobbles_of(person) if missed else None,
    )


def _fault(play: NewPlay, names: TrackNames) -> str | None:
    """Why a play cannot be recorded, whatever its track."""
    if not names.is_identified:
        return NO_NAMES
    return None if EARLIEST <= play.played_at <= datetime.now(UTC) + SKEW else MISDATED


async def _matched(
    store: Store, person: UUID, rows: Rows, found: dict[TrackNames, Resolution]
) -> dict[int, PlayResult]:
    """Records plays whose track is certain."""
    if not rows:
        return {}
    lengths = await _durations(store, person, rows, found)
    counts = {row[0]: is_listen(row[1].ms, lengths.get(found[row[2]].track)) for row in rows}
    listened, skipped = ([row for row in rows if counts[row[0]] is wanted] for wanted in (True, False))
    recorded = await Recorder(store, person, None).results([_resolved(row, found[row[2]]) for row in listened])
    results = {row[0]: _result(stored, "play", found[row[2]]) for row, stored in zip(listened, recorded, strict=True)}
    if skipped:
        events = [_skip(row[1], found[row[2]]) for row in skipped]
        stored_skips = (await feedback_recording.record(store, person, events)).results
        pairs = zip(skipped, stored_skips, strict=True)
        results |= {row[0]: _result(stored, "skip", found[row[2]]) for row, stored in pairs}
    return results


async def _durations(
    store: Store, person: UUID, rows: Rows, found: dict[TrackNames, Resolution]
) -> dict[UUID | None, int | None]:
    """The durations of the tracks whose plays tell how long they lasted: the player's, else the catalogue's."""
    timed = {found[names].track: play.duration_ms for _, play, names in rows if play.ms is not None}
    missing = [ids.encode(track) for track, duration in timed.items() if track and not duration]
    known = await store.tracks.find(missing, person) if missing else {}
    return timed | {ids.decode(track.id): track.duration_ms for track in known.values()}


async def _kept(store: Store, person: UUID, rows: Rows, found: dict[TrackNames, Resolution]) -> dict[int, PlayResult]:
    """Keeps plays without a certain track, for the person to correct; later plays of the names follow."""
    if not rows:
        return {}
    by_names: dict[TrackNames, list[list[Any]]] = {}
    for _, play, names in rows:
        if is_listen(play.ms, play.duration_ms):
            event = ["play", play.played_at.timestamp(), play.ms, play.source]
            by_names.setdefault(names, []).append(event)
    missed = merged([unmatched(names, events, found[names].candidates) for names, events in by_names.items()])
    lost = await store.unmatched.add(await store.uploads.hold_scrobbles(person), person, missed) if missed else 0
    kept = PlayResult(status="unmatched", detail=NO_ROOM if lost else None)
    return {at: kept for at, _, _ in rows}


def _resolved(row: tuple[int, NewPlay, TrackNames], resolution: Resolution) -> Resolved:
    at, play, names = row
    assert resolution.track is not None
    return Resolved("", Listen(at, names, play.played_at.timestamp(), play.ms), resolution.track, play.source)


def _skip(play: NewPlay, resolution: Resolution) -> Feedback:
    assert resolution.track is not None
    track = ids.encode(resolution.track)
    return Feedback(track=track, kind=FeedbackKind.SKIP, at=play.played_at, ms=play.ms, source=play.source)


def _result(stored: FeedbackStored, kind: str, resolution: Resolution) -> PlayResult:
    assert resolution.track is not None
    found = {"track": ids.encode(resolution.track), "confidence": resolution.confidence, "by": resolution.rule}
    return PlayResult.model_validate(stored.model_dump() | found | {"kind": kind})
