"""Playlists in the browser: made, filled, put in order by keys, gone on with, exported, changed elsewhere."""

import re

import httpx2
from playwright.sync_api import Page, expect

from tests.fleet.fleets import Fleet
from tests.web.conftest import OpenPage
from tests.web.people import Person, popular

NAME = "Night drive"


def title_of(site: Fleet, track: str) -> str:
    return str(httpx2.get(f"{site.url}/v1/tracks/{track}", timeout=30).json()["title"])


def made(person: Person, tracks: list[str]) -> str:
    body = {"name": NAME, "tracks": tracks}
    return str(person.call("POST", "/v1/me/playlists", json=body).json()["playlist"]["id"])


def stored(person: Person, playlist: str) -> list[str]:
    items = person.call("GET", f"/v1/me/playlists/{playlist}").json()["items"]
    return [item["track"]["id"] for item in items]


def order(page: Page) -> list[str]:
    rows = page.get_by_role("list", name="Songs in order").locator("[data-track]")
    return [row.get_attribute("data-track") or "" for row in rows.all()]


def test_a_playlist_is_made_and_filled_from_the_box(open_page: OpenPage, site: Fleet, person: Person) -> None:
    track = popular(site.url, 1)[0]
    page = open_page("/playlists", person=person)
    page.get_by_role("button", name="Make one").click()
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name=NAME, level=1)).to_be_visible()
    page.get_by_label("Add a song").fill(title_of(site, track))
    page.get_by_role("option", name=re.compile(re.escape(title_of(site, track)))).first.click()
    expect(page.locator(f'[data-track="{track}"]').first).to_be_visible()
    assert stored(person, page.url.rsplit("/", 1)[-1]) == [track]


def test_a_song_is_moved_by_keys_and_put_back_by_escape(open_page: OpenPage, site: Fleet, person: Person) -> None:
    tracks = popular(site.url, 4)
    playlist = made(person, tracks)
    page = open_page(f"/playlists/{playlist}", person=person)
    page.get_by_role("button", name=re.compile("^Move .*now 1 of 4")).focus()
    for key in ("Space", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    moved = [tracks[1], tracks[2], tracks[0], tracks[3]]
    assert order(page) == moved
    page.keyboard.press("Escape")
    assert order(page) == tracks
    for key in ("Space", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    with page.expect_response(re.compile("tracks:move")) as answer:
        page.keyboard.press("Space")
    assert answer.value.status == 200
    expect(page.get_by_role("button", name=re.compile("^Move .*now 3 of 4"))).to_be_focused()
    assert stored(person, playlist) == moved


def test_it_goes_on_with_reasons_and_one_press_adds(open_page: OpenPage, site: Fleet, person: Person) -> None:
    tracks = popular(site.url, 5)
    playlist = made(person, tracks)
    page = open_page(f"/playlists/{playlist}", person=person)
    suggested = page.get_by_role("list", name="Songs that follow").locator("[data-track]")
    expect(suggested).to_have_count(6)
    first = suggested.first.get_attribute("data-track") or ""
    assert first not in tracks
    expect(suggested.first.get_by_role("button", expanded=False).last).to_be_visible()  # its reason
    with page.expect_response(re.compile(r"/tracks$")):
        suggested.first.get_by_role("button", name=re.compile("^Add ")).click()
    order_list = page.get_by_role("list", name="Songs in order")
    expect(order_list.locator(f'[data-track="{first}"]')).to_be_visible()
    assert stored(person, playlist) == [*tracks, first]


def test_it_leaves_as_a_file(open_page: OpenPage, site: Fleet, person: Person) -> None:
    playlist = made(person, popular(site.url, 3))
    page = open_page(f"/playlists/{playlist}", person=person)
    for form, ending in (("JSPF", "jspf.json"), ("M3U8", "m3u8"), ("CSV", "csv"), ("JSON", "json")):
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name=re.compile(f"^{form}")).click()
        assert download.value.suggested_filename == f"night-drive.{ending}"


def test_a_change_made_elsewhere_is_read_again(open_page: OpenPage, site: Fleet, person: Person) -> None:
    tracks = popular(site.url, 4)
    playlist = made(person, tracks[:3])
    page = open_page(f"/playlists/{playlist}", person=person)
    grip = page.get_by_role("button", name=re.compile("^Move .*now 1 of 3"))
    expect(grip).to_be_visible()
    person.call("POST", f"/v1/me/playlists/{playlist}/tracks", json={"tracks": [tracks[3]]})
    grip.focus()
    for key in ("Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
    expect(page.get_by_text("changed elsewhere")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Move .*now 4 of 4"))).to_be_visible()
    assert order(page) == tracks


def test_a_song_is_added_from_its_page_and_the_playlist_deleted(
    open_page: OpenPage, site: Fleet, person: Person
) -> None:
    tracks = popular(site.url, 2)
    playlist = made(person, tracks[:1])
    page = open_page(f"/track/{tracks[1]}", person=person)
    page.get_by_role("button", name=re.compile("to a playlist")).click()
    with page.expect_response(re.compile(r"/tracks$")):
        page.get_by_role("menuitem", name=re.compile(NAME)).click()
    assert stored(person, playlist) == tracks
    page.goto(f"/playlists/{playlist}")
    page.get_by_role("button", name="More for this playlist").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="No playlist yet")).to_be_visible()
    assert person.call("GET", "/v1/me/playlists").json()["items"] == []


def test_a_song_is_dragged_by_its_dots(open_page: OpenPage, site: Fleet, person: Person) -> None:
    tracks = popular(site.url, 4)
    playlist = made(person, tracks)
    page = open_page(f"/playlists/{playlist}", person=person)
    grip = page.get_by_role("button", name=re.compile("^Move .*now 1 of 4"))
    below = page.get_by_role("button", name=re.compile("^Move .*now 3 of 4"))
    start, end = grip.bounding_box(), below.bounding_box()
    assert start
    assert end
    x = start["x"] + start["width"] / 2
    page.mouse.move(x, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(x, start["y"] + start["height"], steps=3)
    page.mouse.move(x, end["y"] + end["height"] / 2, steps=8)
    with page.expect_response(re.compile("tracks:move")) as answer:
        page.mouse.up()
    assert answer.value.status == 200
    assert stored(person, playlist) == [tracks[1], tracks[2], tracks[0], tracks[3]]
