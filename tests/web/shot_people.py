"""Who the screenshots are of: somebody with a taste, somebody new, somebody who brought a file."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx2
from playwright.sync_api import Browser

from tests.fleet.fleets import eventually
from tests.web import listening_files as files
from tests.web.browser import context
from tests.web.people import Person, popular, signed_up

ADMIN = "ada1@example.com"
IMPORT_MS = 60_000


@dataclass(frozen=True)
class Cast:
    """The listener has a taste, a playlist and the admin page; the newcomer has nothing; the importer a file."""

    listener: Person
    newcomer: Person
    importer: Person


def cast(browser: Browser, url: str, data: Path) -> Cast:
    listener = with_a_taste(url)
    assert listener.email == ADMIN, "the listener signs up first"
    confirm(data, listener)
    importer = signed_up(url, "Cleo")
    bring_a_file(browser, url, importer)
    return Cast(listener, signed_up(url, "Ben"), importer)


def with_a_taste(url: str) -> Person:
    """A person who likes songs around three seeds."""
    person = signed_up(url)
    for seed in popular(url, 3):
        rows = httpx2.get(f"{url}/v1/tracks/{seed}/similar", params={"limit": 25}, timeout=30).json()["tracks"]
        person.like([row["track"]["id"] for row in rows[:20]])
    person.call("GET", "/v1/me/recommendations")
    return person


def playlist(person: Person, tracks: list[str]) -> str:
    """A playlist of these tracks; its id."""
    new = {"name": "Late trains", "description": "For the way home.", "tracks": tracks}
    made: str = person.call("POST", "/v1/me/playlists", json=new).json()["playlist"]["id"]
    return made


def confirm(data: Path, person: Person) -> None:
    """Confirms the address by the mailed link: only a confirmed address makes an admin."""
    person.call("POST", "/v1/me/verification")
    tokens: list[str] = []

    def mailed() -> bool:
        for file in (data / "mail").glob("[!.]*.eml"):
            body = message_from_bytes(file.read_bytes(), policy=default).get_body(("plain",))
            tokens.extend(re.findall(r"/verify\?token=(\S+)", body.get_content() if body else ""))
        return bool(tokens)

    eventually(mailed, "a link was mailed")
    httpx2.post(f"{person.url}/v1/auth/verify", json={"token": tokens[-1]}, timeout=30).raise_for_status()


def bring_a_file(browser: Browser, url: str, person: Person) -> None:
    """A history with known songs, one misspelled, two unknown; one of these is kept."""
    near, misspelled = files.misspelled(url)
    odd = ((misspelled, near["artists"][0]["name"]), (files.UNKNOWN, "Nobody"), ("A Song of the Cellar", "The Cousins"))
    rows = [*files.plays(files.similar(url)), *(files.play(*named, 100 + nth) for nth, named in enumerate(odd))]
    with context(browser, url) as made:
        page = made.new_page()
        person.sign_in(page)
        page.goto("/import")
        payload = {"name": "my_spotify_data.zip", "mimeType": "application/zip", "buffer": files.history(rows)}
        page.get_by_label("Files to import").set_input_files(payload)  # type: ignore[arg-type]
        page.get_by_role("button", name=f"Keep as it is: {files.UNKNOWN}").click(timeout=IMPORT_MS)
        page.get_by_role("list", name="Songs that this catalogue lacks").wait_for()
