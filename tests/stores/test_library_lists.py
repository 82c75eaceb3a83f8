"""Conformance tests of mutes, exclusions, plays and playlists on every database."""

from uuid import UUID, uuid4

import pytest

from kit import ids
from kit.errors import Unauthorized
from kit.recordings.version_types import VersionType
from kit.wire.mutes import Mutes
from services.catalog.library import mutes
from services.catalog.store import Store
from tests.stores.test_library_store import database_url, deleted, postgres_server, postgres_url, store  # noqa: F401

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


async def test_a_deleted_account_leaves_no_mute_and_takes_none(store: Store) -> None:  # noqa: F811
    person = uuid4()
    await mutes.add(store, person, ALL_THREE)
    await gone(store, person)
    assert await store.mutes.of(person) == []
    with pytest.raises(Unauthorized):
        await mutes.add(store, person, ALL_THREE)


async def gone(store: Store, person: UUID) -> None:  # noqa: F811
    """Applies the deletion of an account."""
    await store.people.follow([deleted(1, person)], 1)
