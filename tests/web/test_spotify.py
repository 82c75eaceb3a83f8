"""Connecting a (fake) Spotify account in the browser: agree, see what was read, disconnect; decline; every state."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.fake_spotify.people import CLIENT_ID, fake_spotify
from tests.fake_spotify.server import FakeSpotify, serving
from tests.fleet.fleets import Fleet, fleet
from tests.real import missing
from tests.web import browser as browsers
from tests.web.browser import WIDE, Faults
from tests.web.conftest import OpenPage
from tests.web.people import Person, signed_up
from tests.web.test_pages import AXE, SIDEWAYS, STATE_VIEWS, VIOLATIONS

STATES = {
    "not_configured": "Not set up on this server",
    "not_connected": "Not connected",
    "connected": "Connected as ada",
    "needs_reauth": "Spotify wants a new sign-in",
    "quota_until": "Resting until",
    "not_allowlisted": "This account is not on the list",
    "premium_lapsed": "Spotify does not serve this server now",
}


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeSpotify]:
    with serving(fake_spotify()) as fake:
        yield fake


@pytest.fixture(scope="module")
def linked(fake: FakeSpotify, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A fleet that is linked to the fake; Spotify sends the browser back to it."""
    settings = {"SEGUE_AUTH_SPOTIFY_CLIENT_ID": CLIENT_ID, "SEGUE_GATEWAY_SIGN_IN_PER_MINUTE": "0"}
    settings |= {"SEGUE_AUTH_SPOTIFY_ACCOUNTS_URL": fake.url, "SEGUE_AUTH_SPOTIFY_API_URL": fake.url}
    with fleet(tmp_path_factory.mktemp("spotify") / "data", **settings) as running:
        fake.tokens.redirect_uris = (f"{running.url}/connect/spotify",)
        running.wait_for_output("Ctrl-C stops everything")
        yield running


@pytest.fixture
def page(linked: Fleet, chromium: Browser) -> Iterator[Page]:
    """A browser of somebody who is signed in, on the page."""
    faults = Faults()
    with ExitStack() as stack:
        context = stack.enter_context(browsers.context(chromium, linked.url, WIDE, "light"))
        page = context.new_page()
        signed_up(linked.url).sign_in(page)
        faults.watch(page)
        page.goto("/connect/spotify")
        yield page
    assert faults.seen == []


@pytest.mark.must("S0-20", "S0-28", "S2-12")
def test_connect_likes_appear_disconnect_gone(page: Page) -> None:
    card = page.get_by_role("region", name="Connection")
    expect(card).to_contain_text("Not connected")
    expect(card.get_by_role("link", name="Cancel")).to_be_visible()
    card.get_by_role("button", name="Connect").click()
    page.get_by_role("button", name="Agree").click()
    expect(card).to_contain_text("Connected as ada")
    expect(page).to_have_url(re.compile("/connect/spotify$"))
    expect(card).to_contain_text("3 liked songs, 2 playlists", timeout=60_000)
    rows = page.get_by_role("list", name="Liked at Spotify").get_by_role("listitem")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("Never Gonna Give You Up")
    card.get_by_role("button", name="Read again").click()
    expect(card).to_contain_text("2 of them unchanged", timeout=60_000)
    card.get_by_role("button", name="Disconnect").click()
    expect(card).to_contain_text("Not connected")
    expect(rows).to_have_count(0)
    page.reload()
    expect(card).to_contain_text("Not connected")
    expect(rows).to_have_count(0)


def test_who_declines_reads_that_nothing_was_read(page: Page) -> None:
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("region", name="Connection")).to_contain_text("You declined")
    expect(page).to_have_url(re.compile("/connect/spotify$"))


def test_an_answer_that_belongs_to_no_sign_in_is_refused(linked: Fleet, chromium: Browser) -> None:
    """A link with somebody else's code connects nothing (CSRF)."""
    with browsers.context(chromium, linked.url, WIDE, "light") as context:
        page = context.new_page()
        signed_up(linked.url).sign_in(page)
        page.goto("/connect/spotify?code=a&state=b")
        expect(page.get_by_text("Spotify was not connected.")).to_be_visible()
        expect(page.get_by_role("region", name="Connection")).to_contain_text("Not connected")


@STATE_VIEWS
def test_every_state_is_whole(open_page: OpenPage, person: Person, size: tuple[int, int], scheme: str) -> None:
    """Each of the states: its words, nothing that axe finds, nothing that scrolls sideways."""
    if not AXE.exists():
        missing("node", "axe-core is not installed: make web")
    guest = open_page("/connect/spotify", size, scheme)
    expect(guest.get_by_role("heading", name="A connection needs an account")).to_be_visible()
    assert faults_of(guest) == []
    for state, title in STATES.items():
        page = open_page("/signin", size, scheme, person)
        page.route("**/v1/spotify", partial(_state, state))
        page.goto("/connect/spotify")
        expect(page.get_by_role("region", name="Connection")).to_contain_text(title)
        assert faults_of(page) == [], state


def _state(state: str, route: Route) -> None:
    link = {"state": state, "detail": "", "account": "ada", "can_save": False, "renewable": True}
    link |= {"changed_at": "2026-11-24T10:00:00Z", "quota_until": "2026-11-28T18:40:00Z"}
    route.fulfill(status=200, content_type="application/json", body=json.dumps(link))


def faults_of(page: Page) -> list[str]:
    page.evaluate(Path(AXE).read_text())
    found: list[str] = page.evaluate(VIOLATIONS)
    return found + (["scrolls sideways"] if page.evaluate(SIDEWAYS) else [])


def test_the_page_of_the_fake_is_real_html(fake: FakeSpotify) -> None:
    """What a person clicks through in `make run-with-fake-spotify`."""
    answer = httpx2.get(f"{fake.url}/authorize?client_id=unknown")
    assert (answer.status_code, "INVALID_CLIENT" in answer.text) == (400, True)
