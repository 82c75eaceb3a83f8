"""Weekly lists and one's own data in the browser: shown, kept, exported; the account deleted."""

import io
import re
import zipfile
from uuid import UUID

import pytest
from playwright.sync_api import Route, expect

from tests.fleet.fleets import Fleet
from tests.real import missing
from tests.web.conftest import OpenPage
from tests.web.people import PASSWORD, Person, popular
from tests.web.test_pages import AXE, SIDEWAYS, STATE_VIEWS, VIOLATIONS

KEYS = ("discover", "rediscover", "deep_cuts")


def test_a_list_is_shown_with_reasons_left_alone_and_kept_as_a_playlist(
    open_page: OpenPage, site: Fleet, person: Person
) -> None:
    person.like(popular(site.url, 12))
    page = open_page("/weekly", person=person)
    expect(page.get_by_role("heading", level=1)).to_have_text("This week, not heard before")
    rows = page.get_by_role("list", name="Songs of Discover").locator("[data-track]")
    expect(rows).to_have_count(10, timeout=60_000)
    page.get_by_role("button", name=re.compile("^Show all")).click()
    shown = rows.count()
    assert shown > 10
    gone = rows.nth(1).get_attribute("data-track")
    rows.nth(1).get_by_role("button", name=re.compile("^Not for me")).click()
    expect(page.locator(f'ol [data-track="{gone}"]')).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export", exact=True).click()
        page.get_by_role("menuitem", name=re.compile("^JSPF")).click()
    assert download.value.suggested_filename == "discover.jspf.json"
    page.get_by_role("button", name="Keep as playlist").click()
    page.wait_for_url(re.compile("/playlists/"))
    kept = person.call("GET", f"/v1/me/playlists/{page.url.rsplit('/', 1)[-1]}").json()
    assert kept["track_count"] == shown - 1


def test_a_list_with_nothing_in_it_says_why(open_page: OpenPage, person: Person) -> None:
    page = open_page("/weekly?list=rediscover", person=person)
    expect(page.get_by_role("tab", name=re.compile("^Rediscover"))).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("heading", name="Nothing to rediscover yet")).to_be_visible(timeout=60_000)
    page.get_by_role("tab", name=re.compile("^Discover")).click()
    expect(page.get_by_role("heading", name="Too little to go on yet")).to_be_visible()


def test_guests_and_failures_get_a_sentence(open_page: OpenPage, person: Person) -> None:
    guest = open_page("/weekly")
    expect(guest.get_by_role("heading", name="Weekly lists need an account")).to_be_visible()
    page = open_page("/", person=person)

    def fail(route: Route) -> None:
        route.fulfill(status=503, json={"title": "Away", "detail": "away", "code": "unavailable"})

    page.route("**/v1/me/weekly", fail)
    page.goto("/weekly")
    expect(page.get_by_text("This week's lists did not load.")).to_be_visible(timeout=60_000)


def test_lists_that_cannot_be_made_yet_are_asked_for_again(open_page: OpenPage, site: Fleet, person: Person) -> None:
    person.like(popular(site.url, 12))
    page = open_page("/", person=person)
    late = {"lists": [], "next": "2026-01-05", "week": None, "made_at": None, "release": None, "degraded": "weekly_old"}
    empty = {"about": "a", "tracks": []}
    late["lists"] = [empty | {"id": str(UUID(int=i)), "key": key, "name": key} for i, key in enumerate(KEYS)]
    page.route("**/v1/me/weekly", lambda route: route.fulfill(json=late), times=1)
    page.goto("/weekly")
    rows = page.get_by_role("list", name="Songs of Discover").locator("[data-track]")
    expect(rows).to_have_count(10, timeout=60_000)
    expect(page.get_by_role("heading", name="Too little to go on yet")).to_have_count(0)


@pytest.mark.must("S3-12")
def test_an_export_is_made_and_downloaded_and_then_the_account_is_deleted(open_page: OpenPage, person: Person) -> None:
    page = open_page("/settings#your-data", person=person)
    page.get_by_role("button", name="Make an export").click()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Download").click(timeout=60_000)
    assert re.fullmatch(r"segue-export-\d{4}-\d\d-\d\d\.zip", download.value.suggested_filename)
    content = download.value.path().read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert person.email in packed.read("account.jsonl").decode()
        assert "README.txt" in packed.namelist()
    expect(page.get_by_text(re.compile("^Made on .* Ready until"))).to_be_visible()
    section = page.get_by_role("region", name="Delete the account")
    expect(section).to_contain_text("exports you made are deleted")
    section.get_by_label(re.compile("^Type your name")).fill(person.name)
    section.get_by_label("Password", exact=True).fill(PASSWORD)
    section.get_by_role("button", name="Delete the account").click()
    expect(page.get_by_text("The account is deleted, with everything in it.")).to_be_visible()


@STATE_VIEWS
def test_the_pages_are_whole(
    open_page: OpenPage, site: Fleet, person: Person, size: tuple[int, int], scheme: str
) -> None:
    if not AXE.exists():
        missing("node", "axe-core is not installed: make web")
    person.like(popular(site.url, 6))
    page = open_page("/weekly", size, scheme, person)
    expect(page.get_by_role("list", name="Songs of Discover")).to_be_visible(timeout=60_000)
    for path in ("/weekly", "/settings"):
        page.goto(path)
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_load_state("networkidle")
        page.evaluate(AXE.read_text())  # by the debugger: the content policy refuses a script tag
        assert page.evaluate(VIOLATIONS) == []
        assert page.evaluate(SIDEWAYS) == 0
