"""What is never heard: an artist muted from a list, lifted again; a month that does not count; only what is new."""

import re

import httpx2
from playwright.sync_api import expect

from tests.fleet.fleets import Fleet
from tests.web.conftest import OpenPage
from tests.web.people import Person, popular


def list_url(site: Fleet) -> str:
    return f"/recommend?seeds={popular(site.url, 1)[0]}"


def artist_of(site: Fleet, track: str) -> dict[str, str]:
    found: dict[str, str] = httpx2.get(f"{site.url}/v1/tracks/{track}", timeout=30).json()["artists"][0]
    return found


def test_an_artist_muted_from_a_list_is_in_no_list_until_lifted(
    open_page: OpenPage, site: Fleet, person: Person
) -> None:
    page = open_page(list_url(site), person=person)
    row = page.get_by_role("list", name="Recommendations").locator("[data-track]").first
    artist = artist_of(site, row.get_attribute("data-track") or "")
    row.locator('button[aria-haspopup="dialog"]').click()
    page.get_by_role("button", name="Never this artist").click()
    theirs = page.get_by_role("list", name="Recommendations").locator(f'a[href="/artist/{artist["id"]}"]')
    expect(theirs).to_have_count(0)
    page.reload()
    expect(page.get_by_role("list", name="Recommendations").locator("[data-track]").first).to_be_visible()
    expect(theirs).to_have_count(0)
    page.goto("/profile")
    page.get_by_role("button", name=f"Unmute {artist['name']}").click()
    expect(page.get_by_text("Nothing is muted.")).to_be_visible()
    page.goto(list_url(site))
    expect(theirs.first).to_be_visible()


def test_a_genre_and_a_kind_of_versions_are_muted_from_the_profile(open_page: OpenPage, person: Person) -> None:
    page = open_page("/profile", person=person)
    for kind, label in (("Genre", "Genre"), ("Versions", "Kind of versions")):
        page.get_by_role("button", name="Mute", exact=True).click()
        page.get_by_role("radio", name=kind).click()
        expect(page.get_by_label(label, exact=True).locator("option").first).to_be_attached()
        page.get_by_role("button", name="Mute it").click()
        expect(page.get_by_role("button", name="Mute it")).to_have_count(0)
    kinds = {mute["kind"] for mute in person.call("GET", "/v1/me/mutes").json()["items"]}
    assert kinds == {"genre", "version"}


def test_a_month_does_not_count_until_it_counts_again(open_page: OpenPage, site: Fleet, person: Person) -> None:
    person.like(popular(site.url, 3))
    page = open_page("/profile", person=person)
    page.get_by_role("button", name="Leave out").click()
    page.get_by_role("button", name="Leave it out").click()  # the month that is now
    again = page.get_by_role("button", name=re.compile("^Count again: Nothing from"))
    expect(again).to_be_visible()
    expect(page.get_by_text("3 likes, plays and skips left out")).to_be_visible()
    again.click()
    expect(page.get_by_text("Everything counts.")).to_be_visible()
    assert person.call("GET", "/v1/me/exclusions").json()["items"] == []


def test_an_artist_is_muted_on_their_page(open_page: OpenPage, site: Fleet, person: Person) -> None:
    artist = artist_of(site, popular(site.url, 1)[0])
    page = open_page(f"/artist/{artist['id']}", person=person)
    page.get_by_role("button", name="Never this artist").click()
    expect(page.get_by_role("button", name="Muted, in no list")).to_be_visible()
    assert [mute["value"] for mute in person.call("GET", "/v1/me/mutes").json()["items"]] == [artist["id"]]


def test_only_new_stands_in_the_address_and_history_names_the_seed(
    open_page: OpenPage, site: Fleet, person: Person
) -> None:
    seed = popular(site.url, 1)[0]
    page = open_page(list_url(site), person=person)
    page.get_by_role("switch", name="Only new to me").click()
    expect(page).to_have_url(re.compile("heard=never"))
    expect(page.get_by_role("list", name="Recommendations").locator("[data-track]").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("switch", name="Only new to me")).to_be_checked()
    expect(page.get_by_role("list", name="Recommendations").locator("[data-track]").first).to_be_visible()
    page.goto("/history")
    expect(page.get_by_role("main").locator(f'p a[href="/track/{seed}"]').first).to_be_visible()
