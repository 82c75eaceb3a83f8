"""What holds on every page: axe finds no fault, no sideways scroll, no complaint; and how much pages jump."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, TimeoutError

from tests.fleet.fleets import Fleet
from tests.real import missing
from tests.web import pages
from tests.web.browser import PHONE, WIDE, Faults, context
from tests.web.people import Person, popular, signed_up

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
LARGEST_SHIFT = 0.05
HEADING_MS = 5_000
VIEWS = [
    pytest.param((WIDE, "light"), id="wide-light"),
    pytest.param((PHONE, "dark"), id="phone-dark"),
    pytest.param((WIDE, "dark"), id="wide-dark", marks=pytest.mark.slow),
    pytest.param((PHONE, "light"), id="phone-light", marks=pytest.mark.slow),
]
"""Each size and each scheme once; all four in make test-all."""
STATE_VIEWS = pytest.mark.parametrize(
    ("size", "scheme"),
    [pytest.param(PHONE, "dark", id="phone"), pytest.param(WIDE, "light", id="wide", marks=pytest.mark.slow)],
)
"""For pages with many states: the narrow one; both in make test-all."""
SHIFT = """
window.shift = 0
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value
}).observe({ type: 'layout-shift', buffered: true })
"""
VIOLATIONS = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
  .map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.target.join(' ')).join(', ')}`)"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def listener(site: Fleet) -> Person:
    """A person with enough likes for a report."""
    person = signed_up(site.url, "Listener")
    for seed in popular(site.url, 2):
        rows = httpx2.get(f"{site.url}/v1/tracks/{seed}/similar", params={"limit": 20}, timeout=30).json()["tracks"]
        person.like([row["track"]["id"] for row in rows])
    person.call("GET", "/v1/me/recommendations")
    return person


@pytest.fixture(scope="module", params=VIEWS)
def view(request: pytest.FixtureRequest, site: Fleet, chromium: Browser) -> Iterator[tuple[Page, Faults]]:
    """One browser for all pages at a size and in a scheme."""
    size, scheme = request.param
    with context(chromium, site.url, size, scheme) as made:
        page, faults = made.new_page(), Faults()
        faults.watch(page)
        page.add_init_script(SHIFT)
        yield page, faults


def test_every_page_is_whole(view: tuple[Page, Faults], site: Fleet, listener: Person) -> None:
    """One test for all pages, because starting a browser costs more than a page."""
    if not AXE.exists():
        missing("node", "axe-core is not installed: make web")
    page, faults = view
    found = []
    for name, path in (pages.GUEST | pages.of_tracks(site.url)).items():
        found += [f"{name}: {fault}" for fault in faults_of(page, path)]
    listener.sign_in(page)
    for name, path in pages.SIGNED.items():
        found += [f"{name}, signed in: {fault}" for fault in faults_of(page, path)]
    assert "\n".join(found + faults.seen) == ""


def faults_of(page: Page, path: str) -> list[str]:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    with suppress(TimeoutError):
        page.wait_for_selector("h1", state="attached", timeout=HEADING_MS)
    page.evaluate(AXE.read_text())  # by the debugger: the content policy refuses a script tag
    found: list[str] = page.evaluate(VIOLATIONS)
    if (headings := page.locator("h1").count()) != 1 and path != pages.SIGNED["gallery"]:
        found.append(f"has {headings} headings of level 1")
    if (sideways := page.evaluate(SIDEWAYS)) > 0:
        found.append(f"scrolls sideways by {sideways} px")
    return found


@pytest.mark.slow
def test_no_page_jumps_while_it_loads(view: tuple[Page, Faults], site: Fleet, listener: Person) -> None:
    """Needs a machine that does nothing else: answers that come late move what is there already."""
    page, _ = view
    found = [shift for row in (pages.GUEST | pages.of_tracks(site.url)).items() if (shift := shift_of(page, *row))]
    listener.sign_in(page)
    found += [shift for row in pages.SIGNED.items() if (shift := shift_of(page, *row))]
    assert found == []


def shift_of(page: Page, name: str, path: str) -> str:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    shift = page.evaluate("window.shift")
    return f"{name}: its layout shifts by {shift:.3f}" if shift > LARGEST_SHIFT else ""
