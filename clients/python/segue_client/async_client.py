"""The client for programs that run on asyncio or trio: the methods of `Segue`, with `await`."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from functools import partial
from itertools import count
from json import JSONDecodeError
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import uuid4

import anyio
import httpx

from segue_client import calls, pages
from segue_client._api import models
from segue_client._api.client import Client
from segue_client.base import Base, is_over
from segue_client.bodies import given
from segue_client.calls import Call, Event, SeedLike, TrackId
from segue_client.connection import Connection, check_async, foreign, unreachable
from segue_client.errors import SegueError, Unauthorized, accepted
from segue_client.retrying import pause_s

T = TypeVar("T")


class AsyncSegue(Base):
    """Segue at `url`: each method as `Segue` documents it. Use it with `async with`, or end it by `await close()`."""

    _check = staticmethod(check_async)

    def _connect(self, connection: Connection, key: str | None, session: models.Session | None) -> None:
        super()._connect(connection, key, session)
        self._renewing = anyio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self.api.get_async_httpx_client().aclose()

    async def send(self, call: Call[T]) -> T:
        """As `Segue.send`."""
        before = self.session
        try:
            return await self._attempts(call, self.api)
        except Unauthorized as error:
            if not is_over(error, before):
                raise
        async with self._renewing:
            if self.session is before:  # else another task has renewed it
                await self.refresh()
        return await self._attempts(call, self.api)

    async def _attempts(self, call: Call[T], api: Client) -> T:
        for attempt in count():
            try:
                return call.parsed(await call.operation.asyncio_detailed(client=api, **call.arguments))
            except httpx.TransportError as error:
                raise unreachable(self._connection.url, error) from error
            except JSONDecodeError as error:
                raise foreign(self._connection.url) from error
            except SegueError as error:
                pause = pause_s(error, attempt, self._connection.retries, call.repeatable)
                if pause is None:
                    raise
                await anyio.sleep(pause)
        raise AssertionError("count() has no end")

    async def login(self, email: str, password: str) -> Self:
        """As `Segue.login`."""
        return self._signed_in(await self.send(calls.login(email, password)))

    async def refresh(self) -> None:
        """As `Segue.refresh`."""
        async with self._guest() as guest:
            session = await self._attempts(calls.refresh(self._current()), guest)
        self._take(session, self.api.get_async_httpx_client())

    async def search(
        self, query: str, *, by: str | None = None, limit: int = 20, cursor: str | None = None
    ) -> models.SearchPage:
        """As `Segue.search`."""
        return await self.send(calls.search(query, by, limit, cursor))

    async def track(self, track: TrackId) -> models.Track:
        """As `Segue.track`."""
        return await self.send(calls.track(track))

    async def tracks(self, tracks: Iterable[TrackId]) -> models.TracksFound:
        """As `Segue.tracks`."""
        return await self.send(calls.tracks(tracks))

    async def recommend(
        self, seeds: Iterable[SeedLike] = (), *, name: str | None = None, limit: int = 20, **wishes: Any
    ) -> models.Recommendations:
        """As `Segue.recommend`."""
        return await self.send(calls.recommend(seeds, given(name=name, limit=limit, **wishes)))

    async def similar(self, track: TrackId, *, limit: int = 20, number: int = 1) -> models.Recommendations:
        """As `Segue.similar`."""
        return await self.send(calls.similar(track, limit, number))

    async def continue_playlist(
        self, tracks: Iterable[TrackId] | None = None, *, playlist: str | None = None, length: int = 20, **wishes: Any
    ) -> models.Recommendations:
        """As `Segue.continue_playlist`."""
        wanted = given(playlist=playlist, length=length, **wishes)
        return await self.send(calls.continue_playlist(tracks, wanted))

    async def genres(self, *, limit: int = 200) -> models.GenreList:
        """As `Segue.genres`."""
        return await self.send(calls.genres(limit))

    async def like(self, track: TrackId) -> models.CurrentOpinion:
        """As `Segue.like`."""
        return await self.send(calls.like(track))

    async def unlike(self, track: TrackId) -> models.CurrentOpinion:
        """As `Segue.unlike`."""
        return await self.send(calls.unlike(track))

    async def dislike(self, track: TrackId) -> models.FeedbackStored:
        """As `Segue.dislike`."""
        return accepted((await self.feedback([{"track": calls.track_id(track), "kind": "dislike"}]))[0])

    async def feedback(self, events: Iterable[Event], *, key: str | None = None) -> list[models.FeedbackStored]:
        """As `Segue.feedback`."""
        batches = calls.feedback(events, key or uuid4().hex)
        return [row for batch in batches for row in (await self.send(batch)).results]

    def liked(self, *, page_size: int = 50) -> AsyncIterator[models.LikedTrack]:
        """As `Segue.liked`."""
        return pages.items_async(lambda cursor: self.send(calls.liked(page_size, cursor)))

    def history(self, *, page_size: int = 20) -> AsyncIterator[models.RecommendedList]:
        """As `Segue.history`."""
        return pages.items_async(lambda cursor: self.send(calls.history(page_size, cursor)))

    def plays(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        order: str | None = None,
        page_size: int = 100,
    ) -> AsyncIterator[models.PlayedTrack]:
        """As `Segue.plays`."""
        fetch = partial(calls.plays, page_size, since=since, until=until, order=order)
        return pages.items_async(lambda cursor: self.send(fetch(cursor)))

    def playlists(self, *, page_size: int = 50) -> AsyncIterator[models.PlaylistSummary]:
        """As `Segue.playlists`."""
        return pages.items_async(lambda cursor: self.send(calls.playlists(page_size, cursor)))

    async def create_playlist(
        self, name: str, tracks: Iterable[TrackId] = (), *, description: str | None = None, key: str | None = None
    ) -> models.PlaylistChange:
        """As `Segue.create_playlist`."""
        return await self.send(calls.create_playlist(name, description, tracks, key or uuid4().hex))

    async def report(self, *, period: str = "all", voice: str | None = None) -> models.Report:
        """As `Segue.report`."""
        return await self.send(calls.report(period, voice))
