"""An import under way, as the page shows it: being sent, waiting, read, stopped, taken back, broken off.

Each state is what is done before the page loads and after it has loaded. The demo world's files are read in a moment,
so the server's answers are made up.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from playwright.sync_api import Page, Route

from tests.web.answers import answer, never

Step = Callable[[Page], None]
PART = 1 << 20
MB = 1_000_000
FILE, SECOND = "my_spotify_data.zip", "lastfm_scrobbles_2009_to_2024_of_an_account_with_a_long_name.csv"


class ImportState(NamedTuple):
    """What is done before the page loads, and after."""

    before: Step
    after: Step


def states() -> dict[str, ImportState]:
    """The states by name."""
    read = {"read": 48_210, "matched": 46_951, "unmatched": 803, "new": 44_120, "repeated": 2_831, "skipped": 456}
    running, queued = view(1, "running", counts=read), view(2, "queued", name=SECOND)
    before = view(3, "done", name="Playlist1.json", counts={"read": 210, "matched": 210, "new": 210, "playlists": 4})
    broken = view(4, "uploading", received=31 * MB, size=214 * MB)
    beside = [running, queued, before]
    failed = "the archive ends early: it was not sent whole, or it was cut when it was saved"
    return {
        "sending": ImportState(listed(before), lambda page: send(page, never, "1 of 3 MB sent")),
        "paused": ImportState(listed(before), lambda page: send(page, Route.abort, "The connection broke.")),
        "too-large": ImportState(listed(before), lambda page: send(page, refused, "This file is too large.")),
        "running": ImportState(listed(*beside), nothing),
        "stopping": ImportState(listed(*beside), stop),
        "stopped": ImportState(listed(view(1, "cancelled", counts=read), before), nothing),
        "failed": ImportState(listed(view(1, "failed", counts=read, detail=failed), before), nothing),
        "taking-back": ImportState(listed(view(1, "undoing", counts=read), before), nothing),
        "left": ImportState(listed(broken, before), nothing),
    }


def view(nth: int, status: str, name: str = FILE, counts: dict[str, int] | None = None, **more: Any) -> dict[str, Any]:
    """An import as the API shows it."""
    created = (datetime.now(UTC) - timedelta(hours=nth)).isoformat()
    about = {"id": str(UUID(int=nth)), "name": name, "status": status, "created_at": created, "detail": None}
    zero = dict.fromkeys(("read", "matched", "added", "unmatched", "new", "repeated", "skipped", "playlists"), 0)
    counts = zero | {"left_out": 0, "tracks_added": 0} | (counts or {})
    lists: dict[str, Any] = {"matched_by": {}, "reasons": [], "files": []}
    return about | {"size": 61 * MB, "received": 61 * MB, "counts": counts | lists} | more


def listed(*views: dict[str, Any]) -> Step:
    """These are the person's imports; none of them has unmatched rows that are kept."""

    def prepare(page: Page) -> None:
        page.route("**/v1/me/imports", answer({"items": views}))
        for one in views:
            page.route(f"**/v1/me/imports/{one['id']}", answer(one))
        rows = {"items": [], "total": 0, "left_out": 0, "not_kept": 0, "next_cursor": None}
        page.route("**/v1/me/imports/*/unmatched*", answer(rows))

    return prepare


def send(page: Page, second_part: Callable[[Route], Any], shown: str) -> None:
    """Chooses two files; the first part of the first one arrives, and this happens to the second; waits for what the
    page then says."""
    upload = view(9, "uploading", received=0, size=3 * PART)

    def part(route: Route) -> None:
        if route.request.url.endswith("offset=0"):
            route.fulfill(json=upload | {"received": PART})
        else:
            second_part(route)

    page.route("**/v1/me/imports:upload", answer(upload, 201))
    page.route(f"**/v1/me/imports/{upload['id']}?*", part)
    files = [{"name": name, "mimeType": "application/zip", "buffer": bytes(3 * PART)} for name in (FILE, SECOND)]
    page.get_by_label("Files to import").set_input_files(files)  # type: ignore[arg-type]
    page.get_by_text(shown).first.wait_for()


def refused(route: Route) -> None:
    sentence = "a file may have 512 MB: unpack it and import its files one by one"
    problem = {"status": 413, "title": "Payload too large", "detail": sentence, "code": "payload_too_large"}
    route.fulfill(status=413, json=problem)


def stop(page: Page) -> None:
    page.route("**/v1/me/jobs/*/cancel", answer({}, 202))
    page.get_by_role("button", name="Stop").first.click()
    page.get_by_text("stopping").wait_for()


def nothing(page: Page) -> None:
    """Nothing is done."""
