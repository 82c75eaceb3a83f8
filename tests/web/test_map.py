"""The map in the browser: points, a flight to a song, the lasso, and the list for keyboards and without WebGL."""

import base64
import re

import httpx2
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fleet.fleets import Fleet
from tests.web.browser import NO_WEBGL, PHONE, WIDE
from tests.web.conftest import OpenPage
from tests.web.people import Person, popular
from tests.web.test_import import faults_of

NEEDLE = (0xDF, 0x48, 0x1A)
COUNTS = """async ([png, colour]) => {
  const picture = new Image()
  picture.src = `data:image/png;base64,${png}`
  await picture.decode()
  const board = document.createElement('canvas').getContext('2d')
  Object.assign(board.canvas, { width: picture.width, height: picture.height })
  board.drawImage(picture, 0, 0)
  const { data } = board.getImageData(0, 0, picture.width, picture.height)
  const far = (i, [r, g, b]) => Math.hypot(data[i] - r, data[i + 1] - g, data[i + 2] - b)
  const counts = { drawn: 0, near: 0 }
  for (let i = 0; i < data.length; i += 4) {
    if (far(i, data) > 60) counts.drawn++
    if (far(i, colour) < 12) counts.near++
  }
  return counts
}"""
CARD, CHOSEN = "Picked song", "Chosen songs"


def points(page: Page) -> dict[str, int]:
    """Pixels of the map's middle, below its bars, that differ from the page, and those of the needle's colour."""
    page.locator("canvas").wait_for()
    page.wait_for_timeout(300)  # labels and points come a frame later
    clip = {"x": 300, "y": 220, "width": 500, "height": 500}
    shot = base64.b64encode(page.screenshot(clip=clip)).decode()  # type: ignore[arg-type]
    counts: dict[str, int] = page.evaluate(COUNTS, [shot, NEEDLE])
    return counts


def title_of(site: Fleet, track: str) -> str:
    return str(httpx2.get(f"{site.url}/v1/tracks/{track}", timeout=30).json()["title"])


def fly(page: Page, title: str) -> None:
    page.get_by_role("combobox", name="Fly to a song or artist").fill(title)
    page.get_by_role("option", name=title).first.wait_for()
    page.keyboard.press("Enter")


def draw_around(page: Page, reach: int) -> None:
    """A square line by the mouse, around the middle of the map."""
    page.get_by_role("button", name="Draw around songs").click()
    box = page.locator("canvas").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - reach, y - reach)
    page.mouse.down()
    for right, down in ((1, -1), (1, 1), (-1, 1), (-1, -0.9)):
        page.mouse.move(x + right * reach, y + down * reach, steps=4)
    page.mouse.up()


def test_the_map_draws_songs_and_likes(open_page: OpenPage, site: Fleet, person: Person) -> None:
    guest = points(open_page("/map"))
    assert guest["drawn"] > 3000
    person.like(popular(site.url, 50))
    signed = open_page("/map", person=person)
    expect(signed.get_by_text(re.compile(r"your \d+ likes"))).to_be_visible()
    assert points(signed)["near"] > guest["near"] + 200


def test_search_flies_to_a_song_and_a_list_starts_from_it(open_page: OpenPage, site: Fleet) -> None:
    page = open_page("/map")
    before = points(page)
    title = title_of(site, popular(site.url, 1)[0])
    fly(page, title)
    card = page.get_by_role("region", name=CARD)
    expect(card.get_by_role("link", name=title).first).to_be_visible()
    expect(page).to_have_url(re.compile(r"/map\?at=[0-9A-Za-z]{22}$"))
    assert points(page) != before
    card.get_by_role("link", name="Start from this").click()
    expect(page).to_have_url(re.compile(r"/recommend\?seeds=[0-9A-Za-z]{22}$"))


def test_a_press_picks_the_nearest_song(open_page: OpenPage, site: Fleet) -> None:
    """The song that was flown to is in the middle of what the card leaves free; its ring says where."""
    page = open_page(f"/map?at={popular(site.url, 1)[0]}")
    circle = page.get_by_role("application").locator("circle").last
    circle.wait_for()
    ring = circle.bounding_box()
    assert ring
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("region", name=CARD)).to_have_count(0)
    page.mouse.click(ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
    title = title_of(site, popular(site.url, 1)[0])
    expect(page.get_by_role("region", name=CARD).get_by_role("link", name=title).first).to_be_visible()


def test_a_lasso_leads_to_recommendations(open_page: OpenPage) -> None:
    page = open_page("/map")
    draw_around(page, 140)
    chosen = page.get_by_role("region", name=CHOSEN)
    expect(chosen.get_by_role("heading")).to_have_text(re.compile(r"^[\d,]+ songs inside$"))
    expect(chosen.get_by_role("listitem")).to_have_count(5)
    chosen.get_by_role("link", name="Recommend from these").click()
    expect(page).to_have_url(re.compile(r"/recommend\?seeds=([0-9A-Za-z]{22}(%2C|,)){9}[0-9A-Za-z]{22}$"))


def test_the_list_works_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/map")
    page.get_by_role("button", name="Explore as list").press("Enter")
    expect(page).to_have_url(re.compile("as=list"))
    page.locator("button[aria-expanded]").first.press("Enter")
    expect(page.get_by_text(re.compile("^1 to 20 of "))).to_be_visible()
    page.get_by_role("button", name="Later", exact=True).press("Enter")
    expect(page.get_by_text(re.compile("^21 to 40 of "))).to_be_visible()
    page.get_by_role("button", name=re.compile("^Explore from")).first.press("Enter")
    here = page.get_by_role("region", name="Where you are")
    expect(here).to_be_focused()
    way = next(way for way in ("Right", "Down", "Left", "Up") if not _ends(here.get_by_role("button", name=way)))
    to = here.get_by_role("button", name=way).locator("bdi")
    expect(to).not_to_be_empty()
    title = to.inner_text()
    page.keyboard.press(f"Arrow{way}")
    expect(here.get_by_role("heading")).to_have_text(title)
    expect(here).to_be_focused()


def _ends(button: Locator) -> bool:
    return button.get_attribute("aria-disabled") == "true"


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (WIDE, "light")], ids=["phone", "wide"])
def test_without_webgl_the_list_stands_alone(open_page: OpenPage, size: tuple[int, int], scheme: str) -> None:
    page = open_page("/developers", size, scheme)
    page.add_init_script(NO_WEBGL)
    page.goto("/map")
    expect(page.get_by_text("needs WebGL 2")).to_be_visible()
    expect(page.get_by_role("button", name="Show the map")).to_have_count(0)
    expect(page.get_by_role("heading", name="Neighbourhoods")).to_be_visible()
    page.locator("button[aria-expanded]").first.click()
    expect(page.get_by_text(re.compile("^1 to 20 of "))).to_be_visible()
    assert faults_of(page) == []
