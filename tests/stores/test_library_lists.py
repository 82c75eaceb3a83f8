"""Conformance tests of mutes, exclusions, plays and playlists on every database."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from kit import ids
from kit.errors import Unauthorized
from kit.recordings.version_types import VersionType
from kit.wire.exclusions import NewExclusion
from kit.wire.mutes import Mutes
from services.catalog.library import exclusions, feedback_recording, mutes
from services.catalog.store import Store
from tests.stores.test_library_store import (  # noqa: F401
    NOON,
    TRACKS,
    database_url,
    deleted,
    feedback_of,
    library_track,
    postgres_server,
    postgres_url,
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
    assert (await store.opinions.taste(person, 1)).mutes == ALL_THREE
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
    taste = await store.opinions.taste(person, 1)
    assert (taste.likes, taste.set_aside, taste.heard) == ([TRACKS[3]], [TRACKS[1], TRACKS[0]], [TRACKS[2]])
    assert (taste.never, taste.played) == ([TRACKS[4]], [])
    assert (await store.opinions.likes(person, 2**62, 10, counted=True))[1] == 1
    for one in made:
        await exclusions.remove(store, person, one.id)
    taste = await store.opinions.taste(person, 1)
    assert (len(taste.likes), taste.set_aside, taste.heard) == (3, [], [])


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
    assert (await store.opinions.taste(person, 1)).set_aside == [moved]


async def test_a_deleted_account_leaves_nothing_and_takes_nothing(store: Store) -> None:  # noqa: F811
    person = uuid4()
    await mutes.add(store, person, ALL_THREE)
    await exclusions.add(store, person, NewExclusion(source="speaker"))
    await gone(store, person)
    assert await store.mutes.of(person) == await store.exclusions.of(person) == []
    with pytest.raises(Unauthorized):
        await mutes.add(store, person, ALL_THREE)


async def gone(store: Store, person: UUID) -> None:  # noqa: F811
    """Applies the deletion of an account."""
    await store.people.follow([deleted(1, person)], 1)
