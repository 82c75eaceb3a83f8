"""The client. `AsyncSegue` has the same methods with `await`."""

import threading
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import count
from json import JSONDecodeError
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import uuid4

import httpx

from segue_client import calls, pages
from segue_client._api import models
from segue_client._api.client import Client
from segue_client.base import Base, is_over
from segue_client.bodies import given
from segue_client.calls import Call, Event, SeedLike, TrackId
from segue_client.connection import Connection, check, foreign, unreachable
from segue_client.errors import SegueError, Unauthorized, accepted
from segue_client.retrying import pause_s

T = TypeVar("T")


class Segue(Base):
    """Calls Segue at `url` with an API key, or as a guest without one. Use it with `with`, or end it by `close()`.

    `timeout` in seconds; answers of 429, 502, 503 and 504 are asked for again up to `retries` times, after the seconds
    that the server names. Every method raises a SegueError (errors.py) when the server refuses.
    """

    _check = staticmethod(check)

    def _connect(self, connection: Connection, key: str | None, session: models.Session | None) -> None:
        super()._connect(connection, key, session)
        self._renewing = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self.api.get_httpx_client().close()

    def send(self, call: Call[T]) -> T:
        """The answer to one call, after retries where it may be repeated; a session that has expired is renewed."""
        before = self.session
        try:
            return self._attempts(call, self.api)
        except Unauthorized as error:
            if not is_over(error, before):
                raise
        with self._renewing:
            if self.session is before:  # else another thread has renewed it
                self.refresh()
        return self._attempts(call, self.api)

    def _attempts(self, call: Call[T], api: Client) -> T:
        for attempt in count():
            try:
                return call.parsed(call.operation.sync_detailed(client=api, **call.arguments))
            except httpx.TransportError as error:
                raise unreachable(self._connection.url, error) from error
            except JSONDecodeError as error:
                raise foreign(self._connection.url) from error
            except SegueError as error:
                pause = pause_s(error, attempt, self._connection.retries, call.repeatable)
                if pause is None:
                    raise
                time.sleep(pause)
        raise AssertionError("count() has no end")

    def login(self, email: str, password: str) -> Self:
        """A client of this person. Its session is renewed when the access token expires, as long as the server allows;
        programs that run on their own use an API key."""
        return self._signed_in(self.send(calls.login(email, password)))

    def refresh(self) -> None:
        """Renews the session that `login` began, which `send` does by itself; ValueError without one."""
        with self._guest() as guest:
            session = self._attempts(calls.refresh(self._current()), guest)
        self._take(session, self.api.get_httpx_client())

    def search(
        self, query: str, *, by: str | None = None, limit: int = 20, cursor: str | None = None
    ) -> models.SearchPage:
        """Tracks by title and artist, tolerant of typing mistakes; `by` is "title", "artist" or "both"."""
        return self.send(calls.search(query, by, limit, cursor))

    def track(self, track: TrackId) -> models.Track:
        """One track; NotFound when there is none."""
        return self.send(calls.track(track))

    def tracks(self, tracks: Iterable[TrackId]) -> models.TracksFound:
        """Up to 500 tracks at once: `items`, and the ids that are `unknown`."""
        return self.send(calls.tracks(tracks))

    def recommend(
        self, seeds: Iterable[SeedLike] = (), *, name: str | None = None, limit: int = 20, **wishes: Any
    ) -> models.Recommendations:
        """Tracks near the seeds, or fitting the name of a list, best first. `wishes` are the other fields of
        POST /v1/recommendations: mode, filters, targets, dials, avoid, mutes, set, exclude_known ...; ValueError for
        one that there is not."""
        return self.send(calls.recommend(seeds, given(name=name, limit=limit, **wishes)))

    def similar(self, track: TrackId, *, limit: int = 20, number: int = 1) -> models.Recommendations:
        """The nearest tracks of one track; `number` 2 is another set without those of set 1."""
        return self.send(calls.similar(track, limit, number))

    def continue_playlist(
        self, tracks: Iterable[TrackId] | None = None, *, playlist: str | None = None, length: int = 20, **wishes: Any
    ) -> models.Recommendations:
        """What comes next after these tracks, or after one of the person's own playlists (its id). `wishes`: ordered,
        name, filters, dials ..."""
        wanted = given(playlist=playlist, length=length, **wishes)
        return self.send(calls.continue_playlist(tracks, wanted))

    def genres(self, *, limit: int = 200) -> models.GenreList:
        """Genres, those of most tracks first."""
        return self.send(calls.genres(limit))

    def like(self, track: TrackId) -> models.CurrentOpinion:
        """Likes a track; it counts in the next list."""
        return self.send(calls.like(track))

    def unlike(self, track: TrackId) -> models.CurrentOpinion:
        """Takes the like back."""
        return self.send(calls.unlike(track))

    def dislike(self, track: TrackId) -> models.FeedbackStored:
        """The track never comes again; Refused when there is none."""
        return accepted(self.feedback([{"track": calls.track_id(track), "kind": "dislike"}])[0])

    def feedback(self, events: Iterable[Event], *, key: str | None = None) -> list[models.FeedbackStored]:
        """Sends any number of events in batches of 500; the server's answer to each, in their order.

        A refused row loses no other: look at `status`. With a `key` of your own (at most 100 characters) the same
        events may be sent again within 24 hours, after an error for instance: nothing is stored twice.
        """
        batches = calls.feedback(events, key or uuid4().hex)
        return [row for batch in batches for row in self.send(batch).results]

    def liked(self, *, page_size: int = 50) -> Iterator[models.LikedTrack]:
        """All liked tracks, latest first."""
        return pages.items(lambda cursor: self.send(calls.liked(page_size, cursor)))

    def history(self, *, page_size: int = 20) -> Iterator[models.RecommendedList]:
        """All lists that were recommended to the person, latest first."""
        return pages.items(lambda cursor: self.send(calls.history(page_size, cursor)))

    def plays(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        order: str | None = None,
        page_size: int = 100,
    ) -> Iterator[models.PlayedTrack]:
        """All plays of a time; `order` as GET /v1/me/plays has it."""
        fetch = partial(calls.plays, page_size, since=since, until=until, order=order)
        return pages.items(lambda cursor: self.send(fetch(cursor)))

    def playlists(self, *, page_size: int = 50) -> Iterator[models.PlaylistSummary]:
        """All playlists of the person."""
        return pages.items(lambda cursor: self.send(calls.playlists(page_size, cursor)))

    def create_playlist(
        self, name: str, tracks: Iterable[TrackId] = (), *, description: str | None = None, key: str | None = None
    ) -> models.PlaylistChange:
        """A new playlist of these tracks, in order; with the same `key` once."""
        return self.send(calls.create_playlist(name, description, tracks, key or uuid4().hex))

    def report(self, *, period: str = "all", voice: str | None = None) -> models.Report:
        """The taste report of a period: "all", a year, a month (2026-11)."""
        return self.send(calls.report(period, voice))
