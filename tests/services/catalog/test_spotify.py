"""Tests of the sync of Spotify accounts: catalog and the real auth in one process, a fake Spotify over HTTP.

The database of catalog is SQLite or PostgreSQL.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient, Response

from kit import ids
from kit.wire.catalog import Artist, Track
from services.catalog.app import create_app
from services.catalog.settings import Settings
from services.catalog.spotify.schedule import SpotifySchedule
from tests.fake_spotify import answers
from tests.fake_spotify.people import HITS
from tests.fake_spotify.server import FakeSpotify
from tests.services.auth import conftest as auth
from tests.services.auth.spotify_link import connect
from tests.services.catalog.conftest import POLL_S, SERVICE_KEY, eventually
from tests.wires import TransportWire

pytestmark = pytest.mark.anyio
fake = auth.fake
FIRST = next(iter(HITS))


@dataclass
class Listener:
    """A person who is signed in, at auth and at catalog."""

    somebody: auth.Somebody
    client: AsyncClient
    look: Callable[[], Awaitable[None]]
    """Looks which accounts are to be read, which the service does every two seconds."""

    async def request(self, method: str, path: str, **more: Any) -> Response:
        headers = {"authorization": f"Bearer {self.somebody.session['access_token']}"}
        return await self.client.request(method, path, headers=headers, **more)

    async def json(self, path: str) -> dict[str, Any]:
        return dict((await self.request("GET", path)).json())

    async def synced(self) -> dict[str, Any]:
        """The library once a sync has ended that is asked for now."""
        answer = await self.request("POST", "/v1/spotify/sync")
        assert answer.status_code == 202, answer.text
        return await self.ended(answer.json()["id"])

    async def ended(self, job: str) -> dict[str, Any]:
        async def is_over() -> bool:
            found.update(await self.json(f"/v1/me/jobs/{job}"))
            return found["status"] in ("done", "failed")

        found: dict[str, Any] = {}
        await eventually(is_over)
        return found

    async def library(self) -> dict[str, Any]:
        return await self.json("/v1/spotify/library")

    async def linked(self) -> None:
        async def knows() -> bool:
            await self.look()
            job = (await self.library())["job"]
            return job is not None and job["status"] == "done"

        await eventually(knows)


@dataclass
class World:
    """auth and catalog."""

    auth: auth.Service
    client: AsyncClient
    fake: FakeSpotify
    store: Any
    schedule: SpotifySchedule

    async def listener(self, email: str = "ann@example.org", account: str = "ada", purpose: str = "read") -> Listener:
        """Somebody who is connected and whose first sync has ended."""
        somebody = await self.auth.sign_up(email)
        await connect(somebody, self.fake, account, purpose)
        listener = Listener(somebody, self.client, partial(self.schedule.step, expire=False))
        await listener.linked()
        return listener


@asynccontextmanager
async def world(folder: Path, url: str | None, fake: FakeSpotify, **more: Any) -> AsyncIterator[World]:
    own = auth.Settings(data=folder / "auth", secret=auth.SECRET, service_key=SERVICE_KEY)
    settings = Settings(data=folder, poll_s=POLL_S, service_key=SERVICE_KEY, database_url=url, **more)
    async with auth.running(auth.linked_to(fake, own)) as people:
        app = create_app(settings, TransportWire(ASGITransport(people.app)))
        transport = ASGITransport(app, raise_app_exceptions=False)
        async with app.router.lifespan_context(app), AsyncClient(transport=transport, base_url="http://c") as client:
            store, kept = app.state.store, timedelta(days=settings.spotify_keep_days)
            schedule = SpotifySchedule(store, app.state.spotify_every_s, kept, lambda: None)
            yield World(people, client, fake, store, schedule)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    return None if request.param == "sqlite" else str(request.getfixturevalue("catalog_postgres"))


@pytest.fixture
async def both(tmp_path: Path, url: str | None, fake: FakeSpotify) -> AsyncIterator[World]:
    async with world(tmp_path, url, fake) as running:
        yield running


async def add_hit(store: Any) -> None:
    """Puts the first of HITS into the catalogue, under its Spotify id."""
    title, artist, _ = HITS[FIRST]
    track = Track(id=FIRST, title=title, artists=[Artist(id=ids.artist_id(artist), name=artist)])
    me = ids.decode(FIRST)
    assert await store.imports.claim(me, "v1", 60) == 0
    await store.imports.put(me, "v1", [track], 1, 60)
    await store.imports.finish(me, "v1")


@pytest.mark.must("S0-29", "S3-12")
async def test_a_link_is_read_and_ends_with_everything_that_it_brought(both: World) -> None:
    ann, ben = await both.listener(), await both.listener("ben@example.org", "ben")
    library = await ann.library()
    assert (library["liked"], library["top"], library["recent"]) == (3, 2, 2)
    assert [(one["name"], one["tracks"]) for one in library["playlists"]] == [("Morning", 2), ("Evening", 2)]
    rows = (await ann.json("/v1/spotify/tracks"))["items"]
    assert [row["title"] for row in rows] == [title for title, _, _ in HITS.values()]
    assert (await ann.json("/v1/spotify/tracks?playlist=p1"))["total"] == 2
    assert (await ben.json("/v1/spotify/tracks"))["total"] == 0, "each person sees their own"
    assert (await ben.json("/v1/spotify/tracks?playlist=p1"))["total"] == 0
    first = await ann.json("/v1/spotify/tracks?limit=2")
    assert len((await ann.json(f"/v1/spotify/tracks?limit=2&cursor={first['next_cursor']}"))["items"]) == 1
    assert (await ben.request("GET", f"/v1/spotify/tracks?cursor={first['next_cursor']}")).status_code == 422
    assert (await ann.json("/internal/taste"))["likes"] == []
    await ann.somebody.request("DELETE", "/v1/spotify")

    async def gone() -> bool:
        return (await ann.library())["synced_at"] is None

    await eventually(gone)
    assert (await ann.json("/v1/spotify/tracks"))["total"] == 0
    assert (await ann.json("/v1/me/jobs"))["items"] == []
    assert (await ann.request("POST", "/v1/spotify/sync")).status_code == 409


async def test_unchanged_snapshots_and_likes_are_not_read_again(both: World) -> None:
    ann = await both.listener()
    both.fake.seen.clear()
    job = await ann.synced()
    assert (job["status"], job["result"]["unchanged"]) == ("done", 2)
    assert not [call for call in both.fake.seen if call.endswith("/items")]
    both.fake.api.playlists["p1"].put([FIRST])
    both.fake.api.accounts["ada"].liked.remove(FIRST)
    del both.fake.api.playlists["p2"]
    job = await ann.synced()
    library = await ann.library()
    assert (job["result"]["unchanged"], library["liked"]) == (0, 2)
    assert [(one["name"], one["tracks"]) for one in library["playlists"]] == [("Morning", 1)]
    assert (await ann.json("/v1/spotify/tracks?playlist=p2"))["total"] == 0


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (answers.NOT_ALLOWLISTED, "not on the list"),
        (answers.NO_PREMIUM, "Premium"),
        (answers.QUOTA, "used up until"),
        (answers.REMOVED, "does not have this"),
    ],
)
async def test_a_sync_that_cannot_be_done_says_why_and_what_was_read_stays(
    tmp_path: Path, fake: FakeSpotify, refusal: answers.Answer, words: str
) -> None:
    async with world(tmp_path, None, fake) as running:
        ann = await running.listener()
        fake.plan("GET /v1/me/tracks", refusal)
        job = await ann.synced()
        assert (job["status"], words in job["detail"]) == ("failed", True), job
        assert (await ann.library())["liked"] == 3


async def test_a_permission_that_ended_is_told_and_what_was_read_stays(both: World) -> None:
    ann = await both.listener()
    both.fake.tokens.revoke()
    job = await ann.synced()
    assert (job["status"], "new sign-in" in job["detail"]) == ("failed", True)
    assert (await ann.library())["liked"] == 3


async def test_a_failure_that_passes_is_tried_again(tmp_path: Path, fake: FakeSpotify) -> None:
    async with world(tmp_path, None, fake) as running:
        ann = await running.listener()
        fake.plan("GET /v1/me/tracks", answers.BROKEN)
        job = (await ann.request("POST", "/v1/spotify/sync")).json()

        async def waits() -> bool:
            found = await ann.json(f"/v1/me/jobs/{job['id']}")
            return found["attempts"] == 1 and found["status"] == "queued"

        await eventually(waits)
        again = (await ann.request("POST", "/v1/spotify/sync")).json()
        assert again["id"] == job["id"], "one sync at a time"


@pytest.mark.must("S0-02")
async def test_with_the_operators_switch_likes_count_and_go_with_the_link(
    tmp_path: Path, url: str | None, fake: FakeSpotify
) -> None:
    async with world(tmp_path, url, fake, spotify_counts=True) as running:
        await add_hit(running.store)
        ann = await running.listener()

        async def likes() -> list[str]:
            return list((await ann.json("/internal/taste"))["likes"])

        async def counted() -> bool:
            return await likes() == [FIRST]

        await eventually(counted)
        assert (await ann.library())["counts_for_taste"] is True
        fake.api.accounts["ada"].liked.remove(FIRST)
        await ann.synced()
        assert await likes() == [], "no longer liked there"
        fake.api.accounts["ada"].liked.append(FIRST)
        await ann.synced()
        assert await likes() == [FIRST]
        session, client_of = ann.somebody.session, ann.somebody
    async with world(tmp_path, url, fake) as running:
        somebody = type(client_of)(running.auth, session)
        back = Listener(somebody, running.client, ann.look)
        assert (await back.json("/internal/taste"))["likes"] == [], "switched off, what counted is withdrawn"
        assert (await back.json("/v1/spotify/tracks"))["total"] == 3
