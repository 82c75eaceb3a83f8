"""The bar that leads everywhere, and the player: each song of a playlist has a demo that plays, pauses and goes on."""

import pytest
from playwright.sync_api import Page, expect

from tests.fleet.fleets import Fleet
from tests.web.conftest import OpenPage
from tests.web.people import Person, popular
from tests.web.test_playlists import made, title_of

BAR = {"Recommend": "/recommend", "Liked": "/liked", "Report": "/report", "History": "/history", "Home": "/"}
MENU = {"Interest test": "/test", "Your taste": "/profile"}


def path(page: Page) -> str:
    return "/" + page.url.split("/", 3)[3].partition("?")[0]


@pytest.mark.must("S0-27")
def test_the_bar_leads_to_recommendations_report_search_test_and_profile(open_page: OpenPage, person: Person) -> None:
    page = open_page("/", person=person)
    for name, address in BAR.items():
        page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(lambda url, address=address: path(page) == address)
        here = page.get_by_role("navigation", name="Main").locator('[aria-current="page"]')
        expect(here).to_have_text(name)
    for name, address in MENU.items():
        page.get_by_role("button", name="Account").click()
        page.get_by_role("menuitem", name=name).click()
        page.wait_for_url(lambda url, address=address: path(page) == address)
        page.goto("/")
    page.get_by_role("link", name="Find a song").click()
    page.wait_for_url(lambda url: path(page) == "/search")


@pytest.mark.must("S0-08", "S3-11")
def test_songs_play_pause_and_go_on_beside_their_playlist(open_page: OpenPage, site: Fleet, person: Person) -> None:
    tracks = popular(site.url, 3)
    first, second = (title_of(site, track) for track in tracks[:2])
    page = open_page(f"/playlists/{made(person, tracks)}", person=person)
    page.get_by_role("button", name="Play", exact=True).first.click()
    player = page.get_by_role("region", name="Player")
    expect(player.get_by_role("link", name=first)).to_be_visible()
    place = player.locator("> span[aria-hidden]")
    expect(place).not_to_have_attribute("style", "width: 0%;")
    player.get_by_role("button", name="Pause").click()
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()
    player.get_by_role("button", name="Song after").click()
    expect(player.get_by_role("link", name=second)).to_be_visible()
    player.get_by_role("button", name="Pause").click()  # a sketch is over, and the next song plays, in 8 s
    page.get_by_role("heading", level=1).click()  # on a button the arrows keep their meaning
    page.keyboard.press("ArrowLeft")
    expect(player.get_by_role("link", name=first)).to_be_visible()
    rows = page.get_by_role("list", name="Songs in order").locator("[data-track]")
    assert [row.get_attribute("data-track") for row in rows.all()] == tracks
