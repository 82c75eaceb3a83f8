"""States of a page when the server limits, lacks or loses something, and when the browser keeps nothing."""

import re
import signal
import time
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fleet.fleets import Fleet, eventually, fleet
from tests.web.browser import PHONE, Faults, context
from tests.web.conftest import OpenPage
from tests.web.people import PASSWORD, Person, popular

GUEST_PER_MINUTE = 40
RECOVERY_MS = 75_000  # a window of the limit is a minute
BLOCKED = """
for (const name of ['localStorage', 'sessionStorage'])
  Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError') } })
"""


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A fleet with a low limit for guests."""
    data = tmp_path_factory.mktemp("limited") / "data"
    with fleet(data, SEGUE_GATEWAY_GUEST_PER_MINUTE=str(GUEST_PER_MINUTE)) as running:
        running.wait_for_output("Ctrl-C stops everything")
        yield running


def test_a_refused_request_counts_down_and_is_sent_again(limited: Fleet, chromium: Browser) -> None:
    seed = popular(limited.url, 1)[0]
    spend_the_limit(limited.url)
    with context(chromium, limited.url, PHONE) as made:
        page = made.new_page()
        page.goto(f"/track/{seed}")
        rest = page.get_by_text("A short rest.").first
        expect(rest).to_be_visible()
        first = seconds_left(page)
        eventually(lambda: seconds_left(page) < first, "the countdown went on")
        later = seconds_left(page)
        assert 0 <= later < first <= 60
        expect(page.get_by_role("heading", level=1)).not_to_be_empty(timeout=RECOVERY_MS)
        expect(rest).to_have_count(0, timeout=RECOVERY_MS)
        expect(page.locator("[data-track]").first).to_be_visible()


def spend_the_limit(url: str) -> None:
    """Waits for a new window of the limit where this one is nearly over, then spends it."""
    for _ in range(2 * GUEST_PER_MINUTE):
        answer = httpx2.get(f"{url}/v1/trending", params={"limit": 1}, timeout=30)
        if answer.status_code == httpx2.codes.TOO_MANY_REQUESTS and int(answer.headers["retry-after"]) > 10:
            return
        if answer.status_code == httpx2.codes.TOO_MANY_REQUESTS:
            time.sleep(int(answer.headers["retry-after"]) + 0.5)
    raise AssertionError("the limit was never reached")


def seconds_left(page: Page) -> int:
    found = re.search(r"Next try in (\d+) s", page.get_by_role("main").inner_text())
    return int(found.group(1)) if found else 0


def test_a_list_without_catalog_says_what_it_lacks_and_mends_by_itself(
    open_page: OpenPage, site: Fleet, person: Person
) -> None:
    """Only frozen: the supervisor restarts what has been silent for 15 s."""
    person.like(popular(site.url, 6))
    page = open_page("/recommend", person=person)
    rows = page.get_by_role("list", name="Recommendations").locator("[data-track]")
    expect(rows.first).to_be_visible()
    degraded = page.get_by_text(re.compile(r"Popular picks for now\.|From your taste as it was\.")).first
    site.signal("catalog", signal.SIGSTOP)
    try:
        page.get_by_role("button", name="Generate another set").click()
        expect(degraded).to_be_visible()
        expect(rows.first).to_be_visible()
    finally:
        site.signal("catalog", signal.SIGCONT)
    expect(degraded).to_have_count(0, timeout=60_000)
    expect(rows.first).to_be_visible()


def test_an_unknown_page_leads_back(open_page: OpenPage) -> None:
    page = open_page("/no/such/page", size=PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text("This leads nowhere")
    page.get_by_role("main").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("This leads nowhere")


def test_the_server_answers_404_for_unknown_api_paths_and_a_page_for_others(site: Fleet) -> None:
    refused = httpx2.get(f"{site.url}/v1/no/such/route", timeout=30)
    assert (refused.status_code, refused.headers["content-type"]) == (404, "application/problem+json")
    page = httpx2.get(f"{site.url}/no/such/page", headers={"accept": "text/html"}, timeout=30)
    assert page.headers["content-type"].startswith("text/html")


@pytest.mark.slow
def test_blocked_storage_leaves_no_blank_page(site: Fleet, chromium: Browser, person: Person) -> None:
    """A browser that refuses storage: everything works until the page is left, likes of a guest too."""
    faults = Faults()
    with context(chromium, site.url) as made:
        page = made.new_page()
        faults.watch(page)
        page.add_init_script(BLOCKED)
        page.goto(f"/?seeds={popular(site.url, 1)[0]}")
        like = page.get_by_role("button", name=re.compile("^Like")).first
        like.click()
        expect(like).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_text("1 like, kept on this device.")).to_be_visible()
        page.goto("/signin?next=/settings")
        page.get_by_label("Mail address").fill(person.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    assert faults.seen == []
