"""Screenshots of every page, wide and on a phone, light and dark: make shots [SHOTS=folder]. Demo world only."""

import argparse
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import httpx2
from playwright.sync_api import Browser, Page

from tests.fleet.fleets import fleet
from tests.web.browser import PHONE, WIDE, context, started
from tests.web.people import Person, popular, signed_up

SIZES = {"wide": WIDE, "phone": PHONE}
SCHEMES = ("light", "dark")
GUEST = {
    "home-guest": "/",
    "search-guest": "/search?q=love",
    "signin": "/signin",
    "signup": "/signup",
    "forgot": "/forgot",
    "reset": "/reset?token=none",
    "developers-guest": "/developers",
    "guide": "/guide",
    "map": "/map",
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
    "spotify": "/connect/spotify",
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
    parser.add_argument("--only", nargs="*", help="names of pages")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, fleet(Path(data) / "data", **unlimited()) as site, started() as browser:
        site.wait_for_output("Ctrl-C stops everything")
        person = listener(site.url)
        for name, path, who in chosen(site.url, person, options.only):
            shoot(browser, site.url, options.folder, name, path, who)
            sys.stdout.write(f"{name}\n")


def unlimited() -> dict[str, str]:
    return {f"SEGUE_GATEWAY_{name}_PER_MINUTE": "0" for name in ("GUEST", "PERSON", "SIGN_IN")} | {
        "SEGUE_AUTH_ADMINS": "ada1@example.com"
    }


def listener(url: str) -> Person:
    """A person with a taste: songs around three seeds, some of them disliked."""
    person = signed_up(url)
    for seed in popular(url, 3):
        rows = httpx2.get(f"{url}/v1/tracks/{seed}/similar", params={"limit": 25}, timeout=30).json()["tracks"]
        person.like([row["track"]["id"] for row in rows[:20]])
    person.call("GET", "/v1/me/recommendations")
    return person


def chosen(url: str, person: Person, only: list[str] | None) -> Iterable[tuple[str, str, Person | None]]:
    seeds = popular(url, 3)
    artist = httpx2.get(f"{url}/v1/tracks/{seeds[0]}", timeout=30).json()["artists"][0]["id"]
    one = {
        "home-list": f"/?seeds={seeds[0]}",
        "recommend-three": f"/recommend?seeds={','.join(seeds)}",
        "track": f"/track/{seeds[0]}",
        "artist": f"/artist/{artist}",
    }
    pages = [(name, path, None) for name, path in (GUEST | one).items()]
    pages += [(name, path, person) for name, path in SIGNED.items()]  # type: ignore[misc]
    pages += [("playlist", f"/playlists/{playlist(person, seeds)}", person)]
    return [row for row in pages if not only or row[0] in only]


def playlist(person: Person, tracks: list[str]) -> str:
    """A playlist of these tracks; its id."""
    new = {"name": "Late trains", "description": "For the way home.", "tracks": tracks}
    made: str = person.call("POST", "/v1/me/playlists", json=new).json()["playlist"]["id"]
    return made


def shoot(browser: Browser, url: str, folder: Path, name: str, path: str, person: Person | None) -> None:
    for size in SIZES:
        for scheme in SCHEMES:
            with context(browser, url, SIZES[size], scheme) as made:
                page = made.new_page()
                if person:
                    person.sign_in(page)
                settle(page, path)
                page.screenshot(path=folder / f"{name}-{size}-{scheme}.png", full_page=True)


def settle(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)


if __name__ == "__main__":
    main()
