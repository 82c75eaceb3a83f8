"""Conformance tests of the library store on every database, against a replay of the log."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from kit import ids
from kit.errors import NotFound, Unauthorized
from kit.sql import Database
from kit.wire.catalog import Artist, Track
from kit.wire.events import Event, EventType
from kit.wire.library import VALUE, Feedback, FeedbackKind, ImpressionList, Opinion
from services.catalog.library import feedback_recording, likes
from services.catalog.store import Store
from services.catalog.store.opinions import MAX_PLAYED, OpinionView
from services.catalog.store.schema import people

pytestmark = pytest.mark.anyio
ME = uuid4()
TRACKS = [ids.derive(artist="Somebody", title=f"Song {i}") for i in range(40)]
SPOTIFY = ids.derive(mbid="the id that song 0 had before")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LIKE, DISLIKE, NEVER, NEUTRAL = Opinion


def library_track(number: int, track: str) -> Track:
    artist = Artist(id=ids.artist_id("Somebody"), name="Somebody")
    older = {"spotify": SPOTIFY} if number == 0 else {}
    return Track(id=track, title=f"Song {number}", artists=[artist], external_ids=older)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/catalog.db"
    url: str = request.getfixturevalue("catalog_postgres")
    return url


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened = Store(database_url)
    await opened.migrate()
    assert await opened.imports.claim(ME, "v1", 60) == 0
    await opened.imports.put(ME, "v1", [library_track(*one) for one in enumerate(TRACKS)], len(TRACKS), 60)
    await opened.imports.finish(ME, "v1")
    yield opened
    await opened.close()


@pytest.fixture
async def second(store: Store, database_url: str) -> AsyncIterator[Store]:
    """Another process on the same database."""
    opened = Store(database_url)
    yield opened
    await opened.close()


def feedback_of(track: str, kind: str, **more: object) -> Feedback:
    return Feedback.model_validate({"track": track, "kind": kind, **more})


def deleted(number: int, person: UUID) -> Event:
    return Event(number=number, kind=EventType.PERSON_DELETED, subject=person, at=NOON)


async def opinions_of(store: Store, person: UUID) -> dict[str, str]:
    held = await store.opinions.current(person, [ids.decode(track) for track in TRACKS])
    return {ids.encode(track): one.opinion.value for track, one in held.items()}


class Replay:
    """The rules once more, in plain Python over lists: no SQL, no cleverness."""

    def __init__(self) -> None:
        self.log: list[tuple[str, str, UUID]] = []  # track, kind, id: what was stored and not undone
        self.version = 0

    def holds(self, track: str) -> str | None:
        return next((kind for at, kind, _ in reversed(self.log) if at == track and kind in VALUE), None)

    def effect(self) -> dict[str, tuple[str, UUID]]:
        last = {track: (kind, event) for track, kind, event in self.log if kind in VALUE}
        return {track: one for track, one in last.items() if one[0] != "neutral"}

    def hear(self, track: str, kind: str, event: UUID) -> bool:
        if kind in VALUE and self.holds(track) == kind:
            return False
        before = self.effect()
        self.log.append((track, kind, event))
        self.version += self.effect() != before or kind in ("play", "skip")
        return True

    def undo(self, event: UUID) -> None:
        before, gone = self.effect(), [kind for *_, kind, one in self.log if one == event]
        self.log = [one for one in self.log if one[2] != event]
        self.version += self.effect() != before or gone in (["play"], ["skip"])

    def latest(self, kind: str) -> list[str]:
        effect = self.effect()
        return [track for track, _, event in reversed(self.log) if effect.get(track) == (kind, event)]

    def standing(self) -> list[tuple[str, str]]:
        effect = self.effect()
        return [(track, kind) for track, kind, event in self.log if effect.get(track) == (kind, event)]

    def times(self, kind: str) -> dict[str, int]:
        tracks = [track for track, one, _ in self.log if one == kind]
        return {track: tracks.count(track) for track in tracks}


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(TRACKS[:4]), st.sampled_from([kind.value for kind in FeedbackKind])),
        st.integers(0, 30),  # undo the one so many steps ago
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_current_opinions_equal_a_replay_of_the_log(store: Store, steps: Sequence[tuple[str, str] | int]) -> None:
    person, replay, stored = uuid4(), Replay(), list[UUID]()
    for number, step in enumerate(steps):
        if isinstance(step, int):
            if step < len(stored):
                replay.undo(stored[-1 - step])
                answer = await feedback_recording.undo(store, person, stored[-1 - step])
                assert answer.taste_version == replay.version
            continue
        [row] = (
            await feedback_recording.record(store, person, [feedback_of(*step, at=NOON + timedelta(seconds=number))])
        ).results
        assert row.id
        assert (row.status == "stored") is replay.hear(*step, row.id)
        stored += [row.id] * (row.status == "stored")
    held = {track: replay.holds(track) for track in TRACKS[:4]}
    assert await opinions_of(store, person) == {track: kind for track, kind in held.items() if kind}
    feedback = await store.opinions.user_feedback(person, await store.people.version(person))
    assert feedback.version == replay.version
    assert [feedback.likes, feedback.dislikes, feedback.never] == [
        replay.latest(kind) for kind in ("like", "dislike", "never")
    ]
    everybody = (await store.opinions.of_everybody(0)).items
    assert [(one.track, one.opinion) for one in everybody if one.person == person] == replay.standing()
    assert {one.track: one.plays for one in feedback.played if one.plays} == replay.times("play")
    assert {one.track: one.skips for one in feedback.played if one.skips} == replay.times("skip")
    page = await likes.page(store, person, 50, None)
    assert [item.track.id for item in page.items] == feedback.likes
    assert page.total == len(feedback.likes)


async def test_a_batch_gives_the_same_results_as_single_events(store: Store) -> None:
    rows = [
        feedback_of(TRACKS[i % 3], kind)
        for i, kind in enumerate(["like", "like", "never", "like", "neutral", "like"] * 2)
    ]
    together, apart = uuid4(), uuid4()
    at_once = (await feedback_recording.record(store, together, rows)).results
    one_by_one = [(await feedback_recording.record(store, apart, [row])).results[0] for row in rows]
    assert [row.status for row in at_once] == [row.status for row in one_by_one]
    assert await opinions_of(store, together) == await opinions_of(store, apart)


async def test_an_older_id_of_a_track_means_that_track(store: Store) -> None:
    person = uuid4()
    answer = await feedback_recording.set_opinion(store, person, SPOTIFY, LIKE, None)
    assert answer.track == TRACKS[0]
    again = await feedback_recording.set_opinion(store, person, TRACKS[0], LIKE, None)
    assert (again.id, again.taste_version) == (answer.id, 1)


async def test_writers_of_one_user_are_serialised(store: Store, second: Store) -> None:
    person = uuid4()

    async def like(number: int, track: str) -> int:
        writer = (store, second)[number % 2]
        return (await feedback_recording.set_opinion(writer, person, track, LIKE, None)).taste_version

    versions = await asyncio.gather(*(like(number, track) for number, track in enumerate(TRACKS)))
    assert sorted(versions) == list(range(1, len(TRACKS) + 1))
    assert await store.people.version(person) == len(TRACKS)
    feedback = await second.opinions.user_feedback(person, len(TRACKS))
    assert sorted(feedback.likes) == sorted(TRACKS)
    assert feedback.likes == [track for _, track in sorted(zip(versions, TRACKS, strict=True), reverse=True)]
    assert [event.subject for event in (await store.events(0)).items] == [person] * len(TRACKS)


async def test_the_same_batch_sent_many_times_at_once_is_stored_once(store: Store, second: Store) -> None:
    person, batch = (
        uuid4(),
        [feedback_of(TRACKS[0], "play"), feedback_of(TRACKS[1], "like"), feedback_of(TRACKS[2], "skip", at=NOON)],
    )
    answers = await asyncio.gather(
        *(feedback_recording.record((store, second)[i % 2], person, batch, "key") for i in range(8))
    )
    assert len({tuple(row.id for row in answer.results) for answer in answers}) == 1
    assert sorted(answer.results[0].status for answer in answers) == ["repeated"] * 7 + ["stored"]
    assert {answer.taste_version for answer in answers} == {1}


async def test_concurrent_undos_undo_once(store: Store, second: Store) -> None:
    person = uuid4()
    like = await feedback_recording.set_opinion(store, person, TRACKS[0], LIKE, None)
    answers = await asyncio.gather(
        *(feedback_recording.undo((store, second)[i % 2], person, like.id) for i in range(6))
    )
    assert {answer.taste_version for answer in answers} == {2}


async def test_an_undo_event_cannot_be_undone(store: Store) -> None:
    person = uuid4()
    like = await feedback_recording.set_opinion(store, person, TRACKS[0], LIKE, None)
    undone = await feedback_recording.undo(store, person, like.id)
    assert undone.id == like.id
    with pytest.raises(NotFound):
        await feedback_recording.undo(store, uuid4(), like.id)


async def test_timestamps_are_compared_independent_of_time_zone(store: Store) -> None:
    person = uuid4()
    texts = ["2026-01-01T12:00:00.123456Z", "2026-01-01T20:00:00.123456+08:00", "2026-01-01T12:00:00.123457Z"]
    rows = [
        (await feedback_recording.record(store, person, [feedback_of(TRACKS[0], "play", at=text)])).results[0]
        for text in texts
    ]
    assert [row.status for row in rows] == ["stored", "repeated", "stored"]


async def test_idempotency_is_independent_of_time_zone(store: Store) -> None:
    person = uuid4()
    first = feedback_of(TRACKS[0], "play", key="k", at="2026-01-01T12:00:00Z", source="app", context="radio", ms=5)
    await feedback_recording.record(store, person, [first])
    for change, status in (
        ({"at": "2026-01-01T13:00:00+01:00"}, "repeated"),
        ({"at": "2026-01-01T12:00:01Z"}, "refused"),
        ({"at": None}, "refused"),
        ({"ms": 6}, "refused"),
        ({"context": None}, "refused"),
        ({"source": "api"}, "refused"),
        ({"track": TRACKS[1]}, "refused"),
        ({"kind": "skip"}, "refused"),
    ):
        other = Feedback.model_validate(first.model_dump() | change)
        assert (await feedback_recording.record(store, person, [other])).results[0].status == status, change


@pytest.mark.parametrize("most", [1_000, pytest.param(MAX_PLAYED, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", ["like", "dislike", "never", "play"])
async def test_a_taste_has_all_opinions_however_many(store: Store, kind: str, most: int) -> None:
    """More than one batch of feedback holds, and more than a taste counts plays of."""
    person, more = uuid4(), [ids.derive(artist="Somebody", title=f"One more {i}") for i in range(most + 30)]
    assert await store.imports.claim(ME, "v2", 60) == 0
    await store.imports.put(ME, "v2", [library_track(*one) for one in enumerate(more, 1)], len(more), 60)
    for first in range(0, len(more), 500):
        at = NOON + timedelta(seconds=first)
        await feedback_recording.record(
            store, person, [feedback_of(track, kind, at=at) for track in more[first : first + 500]]
        )
    feedback = await OpinionView(store._database, most).user_feedback(person, 6)
    played = [one.track for one in feedback.played]
    assert len(played) == (most if kind == "play" else 0)
    stated = feedback.likes + feedback.dislikes + feedback.never + played + feedback.heard
    assert sorted(stated) == sorted(more)
    if kind != "play":
        assert stated == more[::-1]
    assert (await likes.page(store, person, 1, None)).total == (len(more) if kind == "like" else 0)
    by_default = await store.opinions.user_feedback(person, 6)
    assert len(by_default.played) == (min(len(more), MAX_PLAYED) if kind == "play" else 0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL's plans depend on the tables' sizes
async def test_one_users_library_is_read_by_index(store: Store, database_url: str) -> None:
    person, queried = uuid4(), list[tuple[str, object]]()
    like = await feedback_recording.set_opinion(store, person, TRACKS[0], LIKE, None)
    engine = store._database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: queried.append((given[2], given[3])))
    await store.opinions.user_feedback(person, 1)
    await likes.page(store, person, 20, None)
    await store.impressions.recent_tracks(person, 500)
    await opinions_of(store, person)
    await feedback_recording.record(store, person, [feedback_of(TRACKS[1], "play", key="k")])
    await feedback_recording.undo(store, person, like.id)
    reads = [(statement, values) for statement, values in queried if statement.startswith("SELECT")]
    assert len(reads) > 8
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as file:
        for statement, values in reads:
            plan = [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
            assert not [step for step in plan if step.split()[:2] in (["SCAN", "feedback"], ["SCAN", "shown"])], plan


def shown_list(person: UUID, *tracks: str, at: datetime | None = None) -> ImpressionList:
    when = at or datetime.now(UTC)
    return ImpressionList(id=uuid4(), person=person, at=when, release="r", source="me", tracks=list(tracks))


async def test_lists_of_many_people_are_kept_once_and_for_a_while(store: Store, second: Store) -> None:
    ann, ben, now = uuid4(), uuid4(), datetime.now(UTC)
    earlier = now - timedelta(seconds=1)
    lists = [shown_list(ann, *TRACKS[:3]), shown_list(ben, TRACKS[4]), shown_list(ann, TRACKS[5], at=earlier)]
    await asyncio.gather(*((store, second)[i % 2].impressions.add(lists[:: 1 - 2 * (i % 2)]) for i in range(6)))
    assert await store.impressions.recent_tracks(ann, 500) == [*TRACKS[:3], TRACKS[5]]
    assert await store.impressions.recent_tracks(ben, 500) == [TRACKS[4]]
    await store.impressions.add([shown_list(ann, TRACKS[9], at=now - timedelta(days=8))])
    assert TRACKS[9] not in await store.impressions.recent_tracks(ann, 500)


async def test_a_deleted_user_leaves_no_data_and_cannot_be_recreated(store: Store, second: Store) -> None:
    ann, ben = uuid4(), uuid4()
    for person in (ann, ben):
        await feedback_recording.record(
            store, person, [feedback_of(TRACKS[0], "like", key="k"), feedback_of(TRACKS[1], "impression")]
        )
        await store.impressions.add([shown_list(person, *TRACKS[2:4])])
    await store.people.apply([deleted(7, ann)], 7)
    for process in (store, second):
        with pytest.raises(Unauthorized, match="this account was deleted"):
            await process.people.version(ann)
        assert await process.people.versions([ben, ann, uuid4(), ben]) == [1, None, 0, 1]
        with pytest.raises(Unauthorized, match="this account was deleted"):
            await feedback_recording.set_opinion(process, ann, TRACKS[0], LIKE, None)
        with pytest.raises(Unauthorized, match="this account was deleted"):
            await feedback_recording.undo(process, ann, uuid4())
    assert await store.impressions.add([shown_list(ann, TRACKS[0]), shown_list(ben, TRACKS[0])]) == 1
    assert await opinions_of(store, ann) == {}
    assert await store.impressions.recent_tracks(ann, 500) == []
    assert await opinions_of(store, ben) == {TRACKS[0]: "like"}
    assert set(await store.impressions.recent_tracks(ben, 500)) == set(TRACKS[:4])
    last = (await store.events(0)).items[-1]
    assert (last.kind, last.subject) == (EventType.PERSON_DELETED, ann)


async def test_applying_a_page_of_deletions_is_idempotent(store: Store, second: Store) -> None:
    gone = [uuid4() for _ in range(5)]
    page = [deleted(number, person) for number, person in enumerate(gone, 1)]
    page += [Event(number=6, kind=EventType.TASTE_CHANGED, subject=uuid4(), at=NOON)]
    assert await store.people.offset() == 0
    await asyncio.gather(store.people.apply(page, 6), second.people.apply(page, 6), store.people.apply(page[:2], 2))
    assert await store.people.offset() == 6
    stated = [event.subject for event in (await store.events(0)).items]
    assert sorted(stated) == sorted(gone)


async def test_concurrent_feedback_and_deletion_leave_no_data(store: Store, second: Store) -> None:
    leaving = [uuid4() for _ in range(6)]

    async def talk(person: UUID) -> None:
        for track in TRACKS[:8]:
            try:
                await feedback_recording.set_opinion(second, person, track, LIKE, None)
            except Unauthorized:
                return

    async def delete() -> None:
        for number, person in enumerate(leaving, 1):
            await store.people.apply([deleted(number, person)], number)

    await asyncio.gather(delete(), *(talk(person) for person in leaving))
    for person in leaving:
        assert await opinions_of(store, person) == {}


async def test_the_row_of_a_deleted_user_is_kept_for_a_day(store: Store, database_url: str) -> None:
    old, young = uuid4(), uuid4()
    await store.people.apply([deleted(1, old), deleted(2, young)], 2)
    database = Database(database_url)
    async with database.write() as connection:
        for person, age in ((old, timedelta(hours=25)), (young, timedelta(hours=23))):
            stone = sa.update(people).where(people.c.person == person)
            await connection.execute(stone.values(deleted_at=datetime.now(UTC) - age))
    await database.close()
    await store.people.apply([deleted(3, uuid4())], 3)
    assert await store.people.version(old) == 0
    with pytest.raises(Unauthorized):
        await store.people.version(young)
