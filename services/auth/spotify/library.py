"""Reads pages of a person's Spotify account, and saves playlists there, for catalog. Failures are outcomes."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from kit.wire.spotify import SpotifyOutcome, SpotifyPage, SpotifyRead, SpotifyWrite, SpotifyWritten
from services.auth.spotify.access import Configured, SpotifyAccess
from services.auth.spotify.failures import SpotifyFailed
from services.auth.spotify.responses import PAGE
from services.auth.spotify.rows import marked, marker_of, next_offset, playlists_of, tracks_of
from services.auth.store.spotify_links import UNKNOWN, LinkRow, SavedRow, SpotifyLinkTable

MOST_SEARCHED = 200
"""Newest playlists among which one is looked for whose creation had no answer."""


class SpotifyLibrary:
    """The account of a person, page by page."""

    def __init__(
        self,
        spotify: Configured | None,
        access: SpotifyAccess | None,
        links: SpotifyLinkTable,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._spotify, self._access, self._links, self._clock = spotify, access, links, clock

    async def read(self, wanted: SpotifyRead) -> SpotifyPage:
        """One page of a section."""
        if self._spotify is None or self._access is None:
            return SpotifyPage(outcome=SpotifyOutcome.NOT_CONFIGURED)
        link = await self._links.find(wanted.person)
        if link is None:
            return SpotifyPage(outcome=SpotifyOutcome.NOT_CONNECTED)
        port = self._spotify.port
        try:
            if wanted.playlist is not None:
                playlist = wanted.playlist
                page = await self._access.linked(link, lambda t: port.playlist_page(t, playlist, wanted.offset))
            else:
                page = await self._access.linked(link, lambda t: port.page(t, wanted.section, wanted.offset))
        except SpotifyFailed as failed:
            return SpotifyPage(outcome=failed.outcome, until=self._until(failed))
        answer = SpotifyPage(outcome=SpotifyOutcome.OK, account=link.account)
        if wanted.section == "playlists":
            answer.playlists = playlists_of(page, link.account)
        else:
            answer.tracks = tracks_of(page)
        answer.total = page["total"] if isinstance(page.get("total"), int) else None
        answer.next_offset = None if wanted.section == "recent" else next_offset(page, wanted.offset)
        return answer

    async def write(self, wanted: SpotifyWrite) -> SpotifyWritten:
        """Writes tracks of a saved playlist, which is created at the first call."""
        if self._spotify is None or self._access is None:
            return SpotifyWritten(outcome=SpotifyOutcome.NOT_CONFIGURED)
        link = await self._links.find(wanted.person)
        if link is None:
            return SpotifyWritten(outcome=SpotifyOutcome.NOT_CONNECTED)
        try:
            return await self._write(link, wanted)
        except SpotifyFailed as failed:
            return SpotifyWritten(outcome=failed.outcome, until=self._until(failed))

    async def _write(self, link: LinkRow, wanted: SpotifyWrite) -> SpotifyWritten:
        assert self._access
        assert self._spotify
        saved = await self._links.saved(wanted.person, wanted.playlist)
        if wanted.position and (saved is None or saved.written != wanted.position):
            return SpotifyWritten(outcome=SpotifyOutcome.START_OVER)
        playlist = saved.spotify_id if saved and saved.spotify_id else await self._created(link, wanted, saved)
        await self._links.set_saved(wanted.person, wanted.playlist, SavedRow(playlist, UNKNOWN))
        port = self._spotify.port
        write = port.add_items if wanted.position else port.replace_items
        try:
            await self._access.linked(link, lambda token: write(token, playlist, wanted.ids))
        except SpotifyFailed as failed:
            if failed.outcome is SpotifyOutcome.GONE:  # deleted at Spotify: the next attempt creates another
                await self._links.set_saved(wanted.person, wanted.playlist, SavedRow(None, 0))
                return SpotifyWritten(outcome=SpotifyOutcome.START_OVER)
            raise
        written = wanted.position + len(wanted.ids)
        await self._links.set_saved(wanted.person, wanted.playlist, SavedRow(playlist, written))
        return SpotifyWritten(outcome=SpotifyOutcome.OK, id=playlist)

    async def _created(self, link: LinkRow, wanted: SpotifyWrite, saved: SavedRow | None) -> str:
        """The id of a new private playlist. After a creation without an answer it is looked for by its description."""
        assert self._access
        assert self._spotify
        port = self._spotify.port
        if saved is not None and saved.written == UNKNOWN and (found := await self._looked_up(link, wanted)):
            return found
        await self._links.set_saved(wanted.person, wanted.playlist, SavedRow(None, UNKNOWN))
        description = marker_of(wanted.playlist)
        return await self._access.linked(link, lambda t: port.create_playlist(t, wanted.name, description))

    async def _looked_up(self, link: LinkRow, wanted: SpotifyWrite) -> str | None:
        assert self._access
        assert self._spotify
        port = self._spotify.port
        for offset in range(0, MOST_SEARCHED, PAGE):
            page = await self._access.linked(link, lambda t, at=offset: port.page(t, "playlists", at))  # type: ignore[misc]
            if found := marked(page, wanted.playlist):
                return found
            if next_offset(page, offset) is None:
                break
        return None

    def _until(self, failed: SpotifyFailed) -> datetime | None:
        if failed.outcome is not SpotifyOutcome.QUOTA_UNTIL:
            return None
        return datetime.fromtimestamp(self._clock(), UTC) + timedelta(seconds=failed.pause_s)
