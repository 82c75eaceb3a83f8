"""Tests of every failure of Spotify that is known, of the budget of calls, and of renewed access tokens."""

import asyncio
import time

import pytest

from tests.fake_spotify import answers
from tests.fake_spotify.answers import Answer
from tests.fake_spotify.server import FakeSpotify
from tests.services.auth.conftest import Service, Settings, linked_to, running
from tests.services.auth.spotify_link import connect, link_of, read

pytestmark = pytest.mark.anyio
LIKED = "GET /v1/me/tracks"


async def test_an_expired_access_token_is_renewed(linked: Service, fake: FakeSpotify) -> None:
    ann = await linked.sign_up()
    await connect(ann, fake)
    refresh = set(fake.tokens.refresh)
    fake.tokens.expire()
    page = await read(ann)
    assert (page["outcome"], len(page["tracks"])) == ("ok", 3)
    assert refresh.isdisjoint(fake.tokens.refresh), "the refresh token was good once"
    linked.clock.now += 3600
    assert (await read(ann))["outcome"] == "ok", "and it is renewed before it ends, with the new one"


async def test_a_permission_that_ended_needs_a_new_sign_in(linked: Service, fake: FakeSpotify) -> None:
    """Refresh tokens die six months after consent: invalid_grant."""
    ann = await linked.sign_up()
    await connect(ann, fake)
    fake.tokens.revoke()
    assert (await read(ann))["outcome"] == "needs_reauth"
    assert (await link_of(ann))["state"] == "needs_reauth"
    calls = len(fake.seen)
    assert (await read(ann))["outcome"] == "needs_reauth"
    assert len(fake.seen) == calls, "Spotify is not asked again"
    assert (await connect(ann, fake))["state"] == "connected"


@pytest.mark.parametrize(
    ("refusal", "outcome", "state"),
    [
        (answers.NOT_ALLOWLISTED, "not_allowlisted", "not_allowlisted"),
        (answers.NO_PREMIUM, "premium_lapsed", "premium_lapsed"),
        (answers.NO_SCOPE, "scope_missing", "connected"),
        (answers.error(403, "Forbidden"), "refused", "connected"),
        (answers.REMOVED, "gone", "connected"),
        (answers.BROKEN, "unavailable", "connected"),
        (answers.error(400, "Bad"), "refused", "connected"),
        (answers.html(500, "<h1>Oops"), "unavailable", "connected"),
        (answers.html(200, "<h1>Oops"), "unavailable", "connected"),
        (answers.json(500, {"error": "text"}), "unavailable", "connected"),
        (answers.json(200, []), "unavailable", "connected"),
        (Answer(302, b"", {"location": "http://127.0.0.1:9/"}), "unavailable", "connected"),
        (Answer(200, b"{}", delay_s=2.0), "unavailable", "connected"),
    ],
)
async def test_failures_of_one_call(
    linked: Service, fake: FakeSpotify, refusal: Answer, outcome: str, state: str
) -> None:
    ann = await linked.sign_up()
    await connect(ann, fake)
    fake.plan(LIKED, refusal)
    assert (await read(ann))["outcome"] == outcome
    assert (await link_of(ann))["state"] == state
    assert fake.seen.count(LIKED) == 1, "nothing is sent a second time"


@pytest.mark.parametrize(("refusal", "pause_s"), [(answers.QUOTA, 50_000), (answers.TOO_FAST, 7)])
async def test_after_429_nobody_calls_until_it_is_over(
    linked: Service, fake: FakeSpotify, refusal: Answer, pause_s: float
) -> None:
    ann, ben = await linked.sign_up(), await linked.sign_up("ben@example.org", "Ben")
    await connect(ann, fake)
    await connect(ben, fake, "ben")
    fake.plan(LIKED, refusal)
    began = time.monotonic()
    assert (await read(ann))["outcome"] == "quota_until"
    assert time.monotonic() - began < 5, "no thread sleeps through Retry-After"
    for person in (ann, ben):
        link = await link_of(person)
        assert (link["state"], link["quota_until"] is not None) == ("quota_until", True)
    assert (await read(ben))["outcome"] == "quota_until"
    assert fake.seen.count(LIKED) == 1
    linked.clock.now += pause_s + 1
    assert (await link_of(ann))["state"] == "connected"
    assert (await read(ann))["outcome"] == "ok"


async def test_the_budget_of_24_hours_rolls(settings: Settings, fake: FakeSpotify) -> None:
    """Ten calls of a person, counted in the database: another process goes on counting."""
    limited = linked_to(fake, settings, spotify_calls_per_person=10, spotify_calls_per_day=15)
    async with running(limited) as service:
        ann = await service.sign_up()
        await connect(ann, fake)
        for _ in range(9):
            assert (await read(ann))["outcome"] == "ok"
            service.clock.now += 60
        assert (await read(ann))["outcome"] == "quota_until"
        ben = await service.sign_up("ben@example.org", "Ben")
        assert (await connect(ben, fake, "ben"))["state"] == "connected", "one person does not take the others' calls"
        clock, session = service.clock, ann.session
    async with running(limited, clock) as service:
        assert service.clock is clock
        ann = type(ann)(service, session)
        assert (await link_of(ann))["state"] == "quota_until"
        clock.now += 24 * 3600 - 9 * 60 + 1
        assert (await read(ann))["outcome"] == "ok", "the first call is a day old"
    assert len(fake.seen) == 12


async def test_the_budget_of_everybody_ends_for_everybody(settings: Settings, fake: FakeSpotify) -> None:
    limited = linked_to(fake, settings, spotify_calls_per_person=10, spotify_calls_per_day=10)
    async with running(limited) as service:
        ann, ben = await service.sign_up(), await service.sign_up("ben@example.org", "Ben")
        await connect(ann, fake)
        await connect(ben, fake, "ben")
        for person in (ann, ben):
            for _ in range(4):
                await read(person)
        assert [(await read(person))["outcome"] for person in (ann, ben)] == ["quota_until", "quota_until"]


async def test_tokens_that_the_token_endpoint_does_not_give(linked: Service, fake: FakeSpotify) -> None:
    ann = await linked.sign_up()
    await connect(ann, fake)
    fake.tokens.expire()
    fake.plan("POST /api/token", answers.BROKEN)
    assert (await read(ann))["outcome"] == "unavailable"
    fake.plan("POST /api/token", answers.html(200, "no JSON"))
    assert (await read(ann))["outcome"] == "unavailable"
    assert (await read(ann))["outcome"] == "ok", "the refresh token is still there"


async def test_two_calls_at_once_renew_once(two_linked: tuple[Service, Service], fake: FakeSpotify) -> None:
    """A refresh token is good once: the second process waits or uses the new one, and the link stays connected."""
    one, other = two_linked
    ann = await one.sign_up()
    await connect(ann, fake)
    fake.tokens.expire()
    pages = await asyncio.gather(*(read(type(ann)(service, ann.session)) for service in (one, other, one, other)))
    assert {page["outcome"] for page in pages} <= {"ok", "unavailable"}
    assert "ok" in {page["outcome"] for page in pages}
    assert (await link_of(ann))["state"] == "connected"
