"""Screenshots of every page and its states, wide and on a phone, light and dark: make shots. Demo world only."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx2
from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError, sync_playwright

from tests.fleet.fleets import fleet
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, OidcProvider, serving
from tests.web.browser import FLAGS, PHONE, PLAIN_FLAGS, WIDE, chromium, context, launch
from tests.web.people import Person, popular
from tests.web.shot_people import ADMIN, cast, playlist
from tests.web.shot_states import NEVER_MS, State, nothing, states

SIZES = {"wide": WIDE, "phone": PHONE}
SCHEMES = ("light", "dark")
BUSY_MS, SETTLED_MS = 10_000, 600
GUEST = {
    "home-guest": "/",
    "search-guest": "/search?q=love",
    "signin": "/signin",
    "signup": "/signup",
    "forgot": "/forgot",
    "reset": "/reset?token=none",
    "verify": "/verify?token=none",
    "developers-guest": "/developers",
    "guide": "/guide",
    "map": "/map",
    "map-list": "/map?as=list",
    "not-found": "/nowhere",
}
SIGNED = {
    "home": "/",
    "recommend": "/recommend",
    "liked": "/liked",
    "report": "/report",
    "history": "/history",
    "profile": "/profile",
    "import": "/import",
    "weekly": "/weekly",
    "playlists": "/playlists",
    "settings": "/settings",
    "test": "/test",
    "developers": "/developers",
    "admin": "/admin",
    "gallery": "/dev/gallery",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", help="names of pages and states")
    parser.add_argument("--sizes", nargs="*", default=list(SIZES), choices=SIZES)
    parser.add_argument("--schemes", nargs="*", default=list(SCHEMES), choices=SCHEMES)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "data") as url, browsers() as (plain, drawing):
        shown = [
            state
            for state in everything(url, Path(folder) / "data", plain)
            if not options.only or state.name in options.only
        ]
        for size in options.sizes:
            for scheme in options.schemes:
                shoot_all(plain, url, [one for one in shown if not is_map(one)], size, scheme, options.folder)
                shoot_all(drawing, url, [one for one in shown if is_map(one)], size, scheme, options.folder)


@contextmanager
def served(data: Path) -> Iterator[str]:
    """The address of a fleet without limits, with a provider of sign-ins and an admin."""
    limits = {f"SEGUE_GATEWAY_{name}_PER_MINUTE": "0" for name in ("GUEST", "PERSON", "SIGN_IN")}
    with serving(OidcProvider()) as provider:
        known = {"ISSUER": provider.url, "CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET, "NAME": "our house"}
        oidc = {f"SEGUE_AUTH_OIDC_{name}": value for name, value in known.items()}
        with fleet(data, SEGUE_AUTH_ADMINS=ADMIN, **limits, **oidc) as site:
            site.wait_for_output("Ctrl-C stops everything")
            yield site.url


@contextmanager
def browsers() -> Iterator[tuple[Browser, Browser]]:
    """One that paints fast, and one that draws the map."""
    path = chromium()
    with sync_playwright() as tool:
        plain, drawing = launch(tool, path, PLAIN_FLAGS), launch(tool, path, FLAGS)
        yield plain, drawing
        plain.close()
        drawing.close()


def is_map(state: State) -> bool:
    return state.path.startswith("/map")


def everything(url: str, data: Path, browser: Browser) -> list[State]:
    """Every page, then every state."""
    who = cast(browser, url, data)
    seeds = popular(url, 3)
    artist = httpx2.get(f"{url}/v1/tracks/{seeds[0]}", timeout=30).json()["artists"][0]["id"]
    one = {
        "home-list": f"/?seeds={seeds[0]}",
        "recommend-three": f"/recommend?seeds={','.join(seeds)}",
        "recommend-away": f"/recommend?seeds={','.join(seeds[:2])}&away={seeds[2]}",
        "track": f"/track/{seeds[0]}",
        "artist": f"/artist/{artist}",
    }
    pages = [State(name, path) for name, path in (GUEST | one).items()]
    pages += [State(name, path, who.listener) for name, path in SIGNED.items()]
    pages += [State("playlist", f"/playlists/{playlist(who.listener, seeds)}", who.listener)]
    return pages + states(who, seeds)


def shoot_all(browser: Browser, url: str, shown: list[State], size: str, scheme: str, folder: Path) -> None:
    """Pages of one person share a browser context; a state that something is done in has one of its own."""
    with ExitStack() as stack:
        shared: dict[str, BrowserContext] = {}
        for state in shown:
            owner = state.person.email if state.person else ""
            key = owner if state.after is nothing else state.name
            if key not in shared:
                shared[key] = stack.enter_context(context(browser, url, SIZES[size], scheme))
                signed_in(shared[key], state.person)
            shoot(shared[key], state, folder / f"{state.name}-{size}-{scheme}.png")


def signed_in(made: BrowserContext, person: Person | None) -> None:
    if person is None:
        return
    page = made.new_page()
    person.sign_in(page)
    page.close()
    made.add_init_script("localStorage.setItem('segue.signed-in', '1')")


def shoot(made: BrowserContext, state: State, path: Path) -> None:
    """One screenshot; a step that cannot be taken is told, and what stands there is shot."""
    page = made.new_page()
    state.before(page)
    settle(page, state)
    try:
        state.after(page)
    except TimeoutError as failure:
        sys.stdout.write(f"{path.name}: {str(failure).splitlines()[0]}\n")
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=path, full_page=not state.path.startswith("/liked"))  # its rows are drawn where they are seen
    page.close()
    sys.stdout.write(f"{path.name}\n")
    sys.stdout.flush()


def settle(page: Page, state: State) -> None:
    """Waits until the page is whole, with the parts that load when they come into view."""
    page.goto(state.path, wait_until="commit" if state.waits else "load")
    page.locator("main *").first.wait_for(state="attached")
    if state.waits:
        page.wait_for_timeout(NEVER_MS)
        return
    page.wait_for_load_state("networkidle")
    with suppress(TimeoutError):
        page.locator("main [aria-busy=true]").first.wait_for(state="detached", timeout=BUSY_MS)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.scrollTo(0, 0)")


if __name__ == "__main__":
    main()
