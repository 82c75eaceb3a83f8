"""Tests that what was read from Spotify is deleted after 30 days without another reading."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.catalog.settings import Settings
from services.catalog.spotify.schedule import SpotifySchedule
from services.catalog.store.spotify_schema import spotify_syncs
from tests.services.catalog.test_spotify import World, both, fake, url  # noqa: F401 - fixtures

pytestmark = pytest.mark.anyio


async def test_what_was_read_expires_unless_it_is_read_again(both: World) -> None:  # noqa: F811
    ann, ben = await both.listener(), await both.listener("ben@example.org", "ben")
    async with both.store._database.write() as connection:
        mine = sa.update(spotify_syncs).where(spotify_syncs.c.person == ann.somebody.id)
        await connection.execute(mine.values(synced_at=datetime.now(UTC) - timedelta(days=31)))
    kept = timedelta(days=Settings(data=Path("unused")).spotify_keep_days)
    await SpotifySchedule(both.store, 10**9, kept, lambda: None).step(expire=True)
    library = await ann.library()
    assert (library["synced_at"], library["liked"], library["playlists"]) == (None, 0, [])
    assert (await ann.json("/v1/spotify/tracks"))["total"] == 0
    assert (await ben.library())["synced_at"], "read today"
    await ann.synced()
    assert (await ann.library())["liked"] == 3, "the link stayed"
