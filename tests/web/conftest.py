"""A fleet on the demo release for all tests of this folder that a worker runs, and a browser for each module."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fleet.fleets import Fleet, fleet
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider, serving
from tests.web import browser as browsers
from tests.web.browser import WIDE, Faults
from tests.web.people import Person, signed_up

DIST = Path(__file__).parents[2] / "gateway" / "web" / "dist"
OpenPage = Callable[..., Page]
expect.set_options(timeout=20_000)  # a busy machine is no fault of a page


@pytest.fixture(scope="package")
def provider() -> Iterator[OidcProvider]:
    """An OpenID Connect provider; it signs in Ann."""
    ann = {"email": "ann@provider.example", "email_verified": True, "name": "Ann of the provider"}
    with serving(OidcProvider(people={"1": ann})) as provider:
        yield provider


@pytest.fixture(scope="package")
def site(provider: OidcProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """The whole fleet, with a provider; limits are those of a server whose visitors all come from one address."""
    assert (DIST / "index.html").exists(), "the pages are not built: make web"
    data = tmp_path_factory.mktemp("web") / "data"
    limits = {f"SEGUE_GATEWAY_{name}_PER_MINUTE": "0" for name in ("GUEST", "PERSON", "SIGN_IN")}
    known = {"ISSUER": provider.url, "CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET, "NAME": "our house"}
    with fleet(data, **limits, **{f"SEGUE_AUTH_OIDC_{name}": value for name, value in known.items()}) as running:
        running.wait_for_output("Ctrl-C stops everything")
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for each module: while Playwright runs, no other event loop can run in this process."""
    with browsers.started() as browser:
        yield browser


@pytest.fixture
def person(site: Fleet) -> Person:
    return signed_up(site.url)


@pytest.fixture
def open_page(site: Fleet, chromium: Browser) -> Iterator[OpenPage]:
    """Opens a page in a browser of its own; at the end no page may have complained."""
    faults = Faults()
    with ExitStack() as stack:

        def open_one(
            path: str, size: tuple[int, int] = WIDE, scheme: str = "light", person: Person | None = None
        ) -> Page:
            context = stack.enter_context(browsers.context(chromium, site.url, size, scheme))
            page = context.new_page()
            faults.watch(page)
            if person:
                person.sign_in(page)
            page.goto(path)
            return page

        yield open_one
    assert faults.seen == []
