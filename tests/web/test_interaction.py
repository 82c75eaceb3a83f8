"""How soon a like is painted: the time from the press to the next paint, as browsers measure it (Event Timing API)."""

import re
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.fleet.fleets import Fleet
from tests.web.browser import PHONE, PLAIN_FLAGS, WIDE, context, started
from tests.web.people import Person, popular

SLOWEST_MS = 200
PRESSES = 8
EVENTS = """
window.presses = []
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (entry.interactionId) window.presses.push(entry)
}).observe({ type: 'event', durationThreshold: 16, buffered: true })
"""
# The longest event of each interaction, which is how its delay is defined; below 16 ms none is reported.
DELAYS = """() => Object.values(Object.groupBy(window.presses, ({ interactionId }) => interactionId))
  .map((events) => Math.max(...events.map(({ duration }) => duration)))"""


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_like_is_painted_within_200_ms(site: Fleet, person: Person, size: tuple[int, int]) -> None:
    """Likes and takes back in turn, signed in: each press changes the row, the outbox and the list that follows."""
    person.like(popular(site.url, 6))
    with started(PLAIN_FLAGS) as browser, context(browser, site.url, size) as made:
        page = made.new_page()
        person.sign_in(page)
        page.add_init_script(EVENTS)
        page.goto("/recommend")
        delays = delays_of(page)
    sys.stdout.write(f"\nfrom the press of a like to its paint, {size[0]} px wide: {sorted(delays)} ms\n")
    assert max(delays) < SLOWEST_MS


def delays_of(page: Page) -> list[float]:
    row = page.get_by_role("list", name="Recommendations").locator("[data-track]").first
    expect(row).to_be_visible()
    page.wait_for_load_state("networkidle")
    track = row.get_attribute("data-track")
    like = page.locator(f'[data-track="{track}"]').get_by_role("button", name=re.compile("^Like"))
    for nth in range(PRESSES):
        like.click()
        expect(like).to_have_attribute("aria-pressed", str(nth % 2 == 0).lower())
    page.wait_for_timeout(500)  # the observer reports after the paint
    delays: list[float] = page.evaluate(DELAYS)
    return delays
