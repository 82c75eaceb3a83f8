"""How much of what one person says and was shown is kept, on every database: little of what has no effect, and never
less of what has one."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from kit.errors import Conflict, NotFound
from kit.sql import Database
from kit.wire.library import Opinion
from services.catalog.library import feedback_recording
from services.catalog.library.retention import MAX_KEYS, Retention
from services.catalog.store import Store
from services.catalog.store.schema import feedback, feedback_keys, shown
from tests.stores.test_library_store import (
    ME,
    NOON,
    TRACKS,
    database_url,  # noqa: F401 - a fixture
    feedback_of,
    library_track,
    opinions_of,
    shown_list,
)

pytestmark = pytest.mark.anyio
MOST = Retention(opinions=10, plays=12, shown_tracks=20)
LIKE, DISLIKE, NEVER, NEUTRAL = Opinion


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:  # noqa: F811
    opened = Store(database_url, MOST)
    await opened.migrate()
    assert await opened.imports.claim(ME, "v1", 60) == 0
    await opened.imports.put(ME, "v1", [library_track(*one) for one in enumerate(TRACKS)], len(TRACKS), 60)
    await opened.imports.finish(ME, "v1")
    yield opened
    await opened.close()


async def rows(url: str, table: sa.Table, person: UUID) -> int:
    database = Database(url)
    async with database.read() as connection:
        counted = sa.select(sa.func.count()).select_from(table).where(table.c.person == person)
        found = await connection.scalar(counted)
    await database.close()
    return int(found or 0)


async def test_an_opinion_beyond_the_limit_is_refused(store: Store) -> None:
    person = uuid4()
    batch = [feedback_of(track, "dislike") for track in TRACKS[:11]]
    results = (await feedback_recording.record(store, person, batch)).results
    assert [row.status for row in results] == ["stored"] * 10 + ["refused"]
    assert "an opinion of 10 tracks, the most that is kept" in (results[10].detail or "")
    with pytest.raises(Conflict, match="SEGUE_CATALOG_OPINIONS_MOST"):
        await feedback_recording.set_opinion(store, person, TRACKS[12], LIKE, None)
    assert set(await opinions_of(store, person)) == set(TRACKS[:10])
    await feedback_recording.set_opinion(store, person, TRACKS[0], NEVER, None)  # a change takes no more room
    await feedback_recording.set_opinion(store, person, TRACKS[1], NEUTRAL, None)
    await feedback_recording.set_opinion(store, person, TRACKS[12], LIKE, None)
    found = await store.opinions.user_feedback(person, 1)
    assert (found.likes, found.never, set(found.dislikes)) == ([TRACKS[12]], [TRACKS[0]], set(TRACKS[2:10]))


async def test_repeated_likes_and_unlikes_take_bounded_space(store: Store, database_url: str) -> None:  # noqa: F811
    person = uuid4()
    for _ in range(3):
        await feedback_recording.record(
            store, person, [feedback_of(TRACKS[0], ("like", "neutral")[i % 2]) for i in range(101)]
        )
    await feedback_recording.record(store, person, [feedback_of(track, "like") for track in TRACKS[1:4]])
    for track in TRACKS[:20]:  # also on ever other tracks
        await feedback_recording.record(store, person, [feedback_of(track, "dislike"), feedback_of(track, "neutral")])
    await feedback_recording.set_opinion(store, person, TRACKS[30], LIKE, None)
    assert await rows(database_url, feedback, person) < 20
    assert [track for track, kind in (await opinions_of(store, person)).items() if kind == "like"] == [TRACKS[30]]


async def test_undone_plays_take_bounded_space_and_others_are_kept(store: Store, database_url: str) -> None:  # noqa: F811
    person = uuid4()
    await feedback_recording.record(
        store, person, [feedback_of(TRACKS[0], "play", at=NOON + timedelta(days=day)) for day in range(5)]
    )
    for minute in range(30):
        [row] = (
            await feedback_recording.record(
                store, person, [feedback_of(TRACKS[1], "skip", at=NOON + timedelta(minutes=minute))]
            )
        ).results
        assert row.status == "stored"
        assert row.id
        await feedback_recording.undo(store, person, row.id)
    assert await rows(database_url, feedback, person) < 3 * MOST.plays
    assert [(one.track, one.plays) for one in (await store.opinions.user_feedback(person, 1)).played] == [
        (TRACKS[0], 5)
    ]


async def test_a_play_beyond_the_limit_is_refused_but_impressions_are_not(store: Store) -> None:
    person = uuid4()
    batch = [feedback_of(TRACKS[i % 3], "play", at=NOON + timedelta(minutes=i)) for i in range(14)]
    results = (await feedback_recording.record(store, person, [*batch, feedback_of(TRACKS[0], "impression")])).results
    assert [row.status for row in results] == ["stored"] * 12 + ["refused"] * 2 + ["stored"]
    assert "12 plays and skips of yours are kept" in (results[12].detail or "")
    assert sum(one.plays for one in (await store.opinions.user_feedback(person, 1)).played) == 12
    again = await feedback_recording.record(store, person, batch[:3])
    assert [row.status for row in again.results] == ["repeated"] * 3
    assert (await feedback_recording.record(store, person, [feedback_of(TRACKS[0], "like")])).results[
        0
    ].status == "stored"


async def test_impressions_are_kept_seven_days_and_a_number(store: Store, database_url: str) -> None:  # noqa: F811
    person, now = uuid4(), datetime.now(UTC)
    for number in range(4):
        at = now - timedelta(minutes=10 - number)
        batch = [feedback_of(track, "impression", at=at) for track in TRACKS[number * 8 : number * 8 + 8]]
        results = (await feedback_recording.record(store, person, batch)).results
        assert {row.status for row in results} == {"stored"}
        assert results[0].id
        await feedback_recording.undo(store, person, results[0].id)
    assert await rows(database_url, feedback, person) <= MOST.shown_tracks + 4
    latest = await store.impressions.recent_tracks(person)
    assert set(TRACKS[25:32]) <= set(latest)
    assert not set(TRACKS[:8]) & set(latest)
    database = Database(database_url)
    async with database.write() as connection:
        past = now - timedelta(days=8)
        await connection.execute(sa.update(feedback).values(at=past, recorded_at=past))
    await database.close()
    await feedback_recording.record(store, person, [feedback_of(TRACKS[39], "impression")])
    assert await store.impressions.recent_tracks(person) == [TRACKS[39]]
    assert await rows(database_url, feedback, person) == 1


async def test_lists_are_kept_seven_days_and_a_number_of_tracks_each(store: Store, database_url: str) -> None:  # noqa: F811
    ann, ben, now = uuid4(), uuid4(), datetime.now(UTC)
    assert await store.impressions.add([shown_list(ben, *TRACKS[:3], at=now - timedelta(days=6))]) == 1
    for number in range(30):
        await store.impressions.add(
            [shown_list(ann, *TRACKS[number : number + 4], at=now - timedelta(minutes=30 - number))]
        )
    assert await rows(database_url, shown, ann) == MOST.shown_tracks // 4  # 4 tracks are more than what may wait
    assert await store.impressions.recent_tracks(ann) == [*TRACKS[29:33], *TRACKS[28:24:-1]]
    assert set(await store.impressions.recent_tracks(ben)) == set(TRACKS[:3])
    await store.impressions.add([shown_list(ben, TRACKS[5], at=now - timedelta(days=8))])
    assert await rows(database_url, shown, ben) == 1


async def test_lists_beyond_the_number_are_deleted_together_now_and_then(database_url: str) -> None:  # noqa: F811
    most = Retention(shown_tracks=200)  # 20 more may wait
    store, person, now = Store(database_url, most), uuid4(), datetime.now(UTC)
    await store.migrate()
    counts = []
    for number in range(60):
        added = [shown_list(person, *TRACKS[:5], at=now - timedelta(minutes=60 - number))]
        assert await store.impressions.add(added) == 1
        counts.append(await rows(database_url, shown, person))
    assert max(counts) == 44, "40 lists of 5 and what may wait"
    assert min(counts[40:]) == 40
    assert len(await store.impressions.recent_tracks(person)) == 5
    await store.close()


async def test_a_list_longer_than_what_is_kept_is_told_in_part(store: Store) -> None:
    person = uuid4()
    await store.impressions.add([shown_list(person, *TRACKS)])
    assert await store.impressions.recent_tracks(person) == TRACKS[: MOST.shown_tracks]


async def test_idempotency_keys_of_the_oldest_events_are_deleted(store: Store, database_url: str) -> None:  # noqa: F811
    person, batches = uuid4(), MAX_KEYS // 500 + 4
    for number in range(batches):
        await feedback_recording.record(
            store, person, [feedback_of(TRACKS[0], "like", key=f"{number}/{i}") for i in range(500)]
        )
    assert await rows(database_url, feedback_keys, person) <= MAX_KEYS * 1.1
    again = await feedback_recording.record(store, person, [feedback_of(TRACKS[0], "like", key=f"{batches - 1}/0")])
    assert again.results[0].status == "repeated"


async def test_deleted_events_cannot_be_undone(store: Store) -> None:
    person = uuid4()
    first = await feedback_recording.set_opinion(store, person, TRACKS[0], LIKE, None)
    await feedback_recording.record(store, person, [feedback_of(track, "dislike") for track in TRACKS[:10]])
    await feedback_recording.record(store, person, [feedback_of(TRACKS[20], "like")])
    with pytest.raises(NotFound):
        await feedback_recording.undo(store, person, first.id)
    assert (await opinions_of(store, person))[TRACKS[0]] == "dislike"
