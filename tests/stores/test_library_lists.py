"""Conformance tests of mutes, exclusions, plays and playlists on every database."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from kit import ids
from kit.errors import Malformed, NotFound, PreconditionFailed, Unauthorized
from kit.recordings.version_types import VersionType
from kit.wire.exclusions import NewExclusion
from kit.wire.mutes import Mutes
from kit.wire.playlists import AddedTracks, MovedTracks, NewPlaylist, RemovedTracks
from services.catalog import cursor as cursor_codec
from services.catalog.library import exclusions, feedback_recording, mutes
from services.catalog.playlists import collection
from services.catalog.plays import history
from services.catalog.store import Store
from tests.stores.test_library_store import (  # noqa: F401
    NOON,
    TRACKS,
    database_url,
    deleted,
    feedback_of,
    library_track,
    second,
    store,
)

pytestmark = pytest.mark.anyio
ARTIST = ids.artist_id("Somebody")
ALL_THREE = Mutes(artists=[ARTIST], genres=["Hip Hop"], versions=[VersionType.LIVE])


async def test_mutes_are_kept_once_and_raise_the_version_once_a_change(store: Store) -> None:  # noqa: F811
    person, other = uuid4(), uuid4()
    added = await mutes.add(store, person, ALL_THREE)
    assert {(one.kind, one.name) for one in added.items} == {
        ("artist", "Somebody"),
        ("genre", "Hip Hop"),
        ("version", "live"),
    }
    assert await mutes.add(store, person, ALL_THREE) == added == await mutes.all_of(store, person)
    assert (await store.opinions.user_feedback(person, 1)).mutes == ALL_THREE
    assert (await mutes.all_of(store, other)).items == []
    left = await mutes.remove(store, person, "genre", "hiphop")
    assert (len(left.items), left.taste_version) == (2, 2)
    assert (await mutes.replace(store, person, Mutes())).taste_version == 3


async def test_exclusions_set_events_aside_by_track_source_and_period(store: Store) -> None:  # noqa: F811
    person = uuid4()
    events = [
        feedback_of(TRACKS[0], "like", at=NOON),
        feedback_of(TRACKS[1], "like", source="speaker"),
        feedback_of(TRACKS[2], "play", at=NOON - timedelta(days=40)),
        feedback_of(TRACKS[3], "like"),
        feedback_of(TRACKS[4], "never", at=NOON),
    ]
    await feedback_recording.record(store, person, events)
    made = [
        (await exclusions.add(store, person, NewExclusion(**what)))[1]
        for what in (
            {"track": TRACKS[0]},
            {"source": "speaker"},
            {"since": NOON - timedelta(days=41), "until": NOON - timedelta(days=39)},
        )
    ]
    assert [one.events for one in made] == [1, 1, 1]
    feedback = await store.opinions.user_feedback(person, 1)
    assert (feedback.likes, feedback.set_aside, feedback.heard) == ([TRACKS[3]], [TRACKS[1], TRACKS[0]], [TRACKS[2]])
    assert (feedback.never, feedback.played) == ([TRACKS[4]], [])
    assert (await store.opinions.likes(person, 2**62, 10, counted=True))[1] == 1
    for one in made:
        await exclusions.remove(store, person, one.id)
    feedback = await store.opinions.user_feedback(person, 1)
    assert (len(feedback.likes), feedback.set_aside, feedback.heard) == (3, [], [])


async def test_an_older_id_of_an_excluded_track_is_excluded(store: Store) -> None:  # noqa: F811
    person = uuid4()
    await feedback_recording.record(store, person, [feedback_of(TRACKS[0], "like")])
    await exclusions.add(store, person, NewExclusion(track=TRACKS[0]))
    moved = ids.derive(mbid="the new id of track 0")
    new = library_track(0, moved).model_copy(update={"external_ids": {}})
    await store.imports.claim(person, "v2", 60)
    await store.imports.put(person, "v2", [new], 1, 60)
    await store.imports.put_aliases(person, [(ids.decode(TRACKS[0]), ids.decode(moved))], [], 2, 60)
    await store.imports.finish(person, "v2")
    assert (await store.opinions.user_feedback(person, 1)).set_aside == [moved]


async def test_plays_come_in_pages_by_when_they_happened(store: Store) -> None:  # noqa: F811
    person = uuid4()
    moments = [NOON + timedelta(minutes=minute) for minute in (3, 1, 2, 2)]
    events = [feedback_of(TRACKS[at], "play", at=moment) for at, moment in enumerate(moments)]
    await feedback_recording.record(store, person, events)
    pages, cursor = [], None
    while not pages or cursor:
        page = await history.page(store, person, 1, cursor)
        pages.append(page.items[0].track.id)
        cursor = page.next_cursor
    assert pages == [TRACKS[0], TRACKS[3], TRACKS[2], TRACKS[1]]
    with pytest.raises(Malformed):
        await history.page(store, person, 1, cursor_codec.write(2**40, "plays", person.hex))


async def test_playlists_are_changed_under_their_version_and_known(store: Store) -> None:  # noqa: F811
    person, other = uuid4(), uuid4()
    made = (await collection.create(store, person, NewPlaylist(name="One", tracks=TRACKS[:5]), None)).playlist
    moved = await collection.move(store, person, made.id, MovedTracks(start=0, count=2, to=3), 1)
    assert moved.playlist.version == 2
    found = await collection.read(store, person, made.id, 10, None)
    assert [item.track.id for item in found.items] == [*TRACKS[2:5], *TRACKS[:2]]
    await collection.remove(store, person, made.id, RemovedTracks(tracks=[TRACKS[3]]), 2)
    assert [entry.track for entry in (await collection.whole(store, person, made.id))[1]] == [
        ids.decode(TRACKS[at]) for at in (2, 4, 0, 1)
    ]
    with pytest.raises(PreconditionFailed):
        await collection.add(store, person, made.id, AddedTracks(tracks=[TRACKS[7]]), 2)
    with pytest.raises(NotFound):
        await collection.delete(store, other, made.id, None)
    assert set((await store.opinions.user_feedback(person, 1)).in_playlists) == {TRACKS[at] for at in (2, 4, 0, 1)}
    await feedback_recording.record(store, person, [feedback_of(TRACKS[4], "like")])
    await exclusions.add(store, person, NewExclusion(playlist=made.id))
    assert (await store.opinions.user_feedback(person, 1)).set_aside == [TRACKS[4]]
    await collection.delete(store, person, made.id, 3)
    feedback = await store.opinions.user_feedback(person, 1)
    assert (feedback.in_playlists, feedback.set_aside, await store.exclusions.of(person)) == ([], [], [])


async def test_concurrent_additions_lose_no_track(store: Store, second: Store) -> None:  # noqa: F811
    person = uuid4()
    made = (await collection.create(store, person, NewPlaylist(name="One"), None)).playlist
    opened = [store, second]
    await asyncio.gather(
        *(
            collection.add(opened[at % 2], person, made.id, AddedTracks(tracks=[track]), None)
            for at, track in enumerate(TRACKS[:12])
        )
    )
    found = (await collection.whole(store, person, made.id))[1]
    assert {ids.encode(entry.track) for entry in found} == set(TRACKS[:12])


async def test_a_deleted_account_leaves_nothing_and_takes_nothing(store: Store) -> None:  # noqa: F811
    person = uuid4()
    await mutes.add(store, person, ALL_THREE)
    await exclusions.add(store, person, NewExclusion(source="speaker"))
    await collection.create(store, person, NewPlaylist(name="One", tracks=TRACKS[:2]), None)
    await gone(store, person)
    assert await store.mutes.of(person) == await store.exclusions.of(person) == []
    assert await store.playlists.page(person, 0, 9) == []
    assert (await store.opinions.user_feedback(person, 1)).in_playlists == []
    with pytest.raises(Unauthorized):
        await mutes.add(store, person, ALL_THREE)


async def gone(store: Store, person: UUID) -> None:  # noqa: F811
    """Applies the deletion of an account."""
    await store.people.apply([deleted(1, person)], 1)
