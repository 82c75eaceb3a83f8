"""Conformance tests of recent likes and plays over all people, on every database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from kit.wire.events import Event, EventType
from kit.wire.exclusions import NewExclusion
from kit.wire.library import Feedback, FeedbackKind
from services.catalog.library import exclusions, feedback_recording
from services.catalog.store import Store
from services.catalog.store.schema import feedback
from tests.stores.test_library_store import TRACKS, database_url, store  # noqa: F401 - fixtures

# ruff: noqa: F811 - fixtures
pytestmark = pytest.mark.anyio
DAYS, LEAST = 14, 3


async def record(store: Store, person: UUID, kind: str, *tracks: str, times: int = 1) -> list[UUID]:
    now = datetime.now(UTC)
    events = [
        Feedback(track=track, kind=FeedbackKind(kind), at=now - timedelta(minutes=number) if kind == "play" else None)
        for track in tracks
        for number in range(times)
    ]
    found = await feedback_recording.record(store, person, events)
    return [row.id for row in found.results if row.id]


async def recent(store: Store, least: int = LEAST) -> dict[str, int]:
    found = await store.recent.tracks(DAYS, least)
    return {item.track: item.people for item in found.items}


async def test_a_person_counts_once_for_a_track_however_often_they_played_it(store: Store) -> None:
    people = [uuid4() for _ in range(4)]
    for person in people:
        await record(store, person, "like", TRACKS[1])
        await record(store, person, "play", TRACKS[1], TRACKS[2], times=5)
    await record(store, people[0], "skip", TRACKS[3])
    assert await recent(store) == {TRACKS[1]: 4, TRACKS[2]: 4}
    assert (await store.recent.tracks(DAYS, LEAST)).people == 4


async def test_what_a_person_excludes_does_not_count(store: Store) -> None:
    people = [uuid4() for _ in range(LEAST)]
    for person in people:
        await record(store, person, "play", TRACKS[1], TRACKS[2])
    _, made = await exclusions.add(store, people[0], NewExclusion(track=TRACKS[1]))
    assert await recent(store) == {TRACKS[2]: LEAST}
    await exclusions.remove(store, people[0], made.id)
    assert await recent(store) == {TRACKS[1]: LEAST, TRACKS[2]: LEAST}


async def test_tracks_of_too_few_people_are_not_told(store: Store) -> None:
    fan = uuid4()
    await record(store, fan, "like", *TRACKS)
    await record(store, fan, "play", *TRACKS, times=3)
    await record(store, uuid4(), "like", *TRACKS)
    found = await store.recent.tracks(DAYS, LEAST)
    assert (found.items, found.people) == ([], 0)
    await record(store, uuid4(), "like", TRACKS[5])
    found = await store.recent.tracks(DAYS, LEAST)
    assert [(item.track, item.people) for item in found.items] == [(TRACKS[5], 3)]
    assert found.people == 3


async def test_what_was_undone_taken_back_or_disliked_since_does_not_count(store: Store) -> None:
    people = [uuid4() for _ in range(3)]
    events = [await record(store, person, "like", *TRACKS[1:5]) for person in people]
    assert set(await recent(store)) == set(TRACKS[1:5])
    await feedback_recording.undo(store, people[0], events[0][0])
    await record(store, people[1], "neutral", TRACKS[2])
    [disliked] = await record(store, people[2], "dislike", TRACKS[3])
    assert set(await recent(store)) == {TRACKS[4]}
    await feedback_recording.undo(store, people[2], disliked)
    assert set(await recent(store)) == {TRACKS[3], TRACKS[4]}


async def test_what_a_client_dates_back_or_did_before_the_window_does_not_count(store: Store) -> None:
    people = [uuid4() for _ in range(3)]
    for person in people:
        await record(store, person, "like", TRACKS[1])
    async with store._database.write() as connection:
        old = datetime.now(UTC) - timedelta(days=DAYS, hours=1)
        await connection.execute(sa.update(feedback).values(recorded_at=old))
    assert await recent(store) == {}


async def test_deleted_people_leave(store: Store) -> None:
    people = [uuid4() for _ in range(3)]
    for person in people:
        await record(store, person, "play", TRACKS[0])
    assert await recent(store) == {TRACKS[0]: 3}
    gone = Event(number=1, kind=EventType.PERSON_DELETED, subject=people[0], at=datetime.now(UTC))
    await store.people.apply([gone], 1)
    assert await recent(store) == {}
    assert await recent(store, least=2) == {TRACKS[0]: 2}
