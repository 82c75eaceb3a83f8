"""States of pages for the screenshots: waiting, empty, refused, failed, degraded, offline, and what opens over a page.

Answers that the demo world does not give are put in the place of real ones, in the form that the API documents.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, Route

from tests.web import import_states
from tests.web.answers import answer
from tests.web.browser import NO_WEBGL
from tests.web.people import Person
from tests.web.shot_people import Cast

Step = Callable[[Page], None]
SPOTIFY = (
    "not_configured",
    "not_connected",
    "connected",
    "needs_reauth",
    "quota_until",
    "not_allowlisted",
    "premium_lapsed",
)
API = re.compile(r"/v1/")
LISTS = re.compile(r"/v1/(me/)?recommendations(\?|$)")
HOME = "**/v1/me/home*"
HOLD = """
const real = window.fetch
window.fetch = (input, init) => /[/]v1[/]/.test(input.url ?? input) ? new Promise(() => {}) : real(input, init)
"""
NEVER_MS = 1200
"""After this long a skeleton stands, where the answer never comes."""


def nothing(page: Page) -> None:
    """No preparation, or nothing done."""


@dataclass(frozen=True)
class State:
    """A page at a path, as a guest or a person sees it; `before` it loads and `after` it has loaded."""

    name: str
    path: str
    person: Person | None = None
    before: Step = nothing
    after: Step = nothing
    waits: bool = False
    """Its answers never come, so that the network is never idle."""


def states(who: Cast, seeds: list[str]) -> list[State]:
    """All states, of these people and from these songs."""
    listener, importer = who.listener, who.importer
    one, three = f"/?seeds={seeds[0]}", f"/recommend?seeds={','.join(seeds)}"
    return [
        *waiting(listener, one, f"/track/{seeds[0]}"),
        *empty(who.newcomer, f"/recommend?seeds={seeds[0]}&tempo=215..220&acousticness=0.98..1"),
        *refused(listener, one, seeds[0]),
        *opened(listener, three, seeds[0]),
        *weekly(listener),
        *spotify(listener),
        State("import-result", "/import", importer),
        State("import-search", "/import", importer, after=press("Search for")),
        *(State(f"import-{name}", "/import", listener, *steps) for name, steps in import_states.states().items()),
        State("map-no-webgl", "/map", before=lambda page: page.add_init_script(NO_WEBGL)),
        State("signin-errors", "/signin", after=press("Sign in", exact=True)),
        State("signin-provider", "/signin/provider?error=access_denied"),
        State("admin-refused", "/admin", who.newcomer),
        State("forgot-sent", "/forgot", after=ask_for_a_link),
        State("signed-out", "/liked"),
    ]


def waiting(person: Person, one: str, track: str) -> list[State]:
    """Skeletons, with the session known and everything else on its way."""
    own = ("recommend", "liked", "report", "history", "profile", "weekly", "playlists", "import", "settings", "admin")
    guest = {"home-list": one, "track": track, "search": "/search?q=love", "developers": "/developers", "map": "/map"}
    pages = [("home", "/", person), *((name, f"/{name}", person) for name in own)]
    pages += [(name, path, None) for name, path in guest.items()]  # type: ignore[misc]
    return [State(f"{name}-waiting", path, who, before=hold, waits=True) for name, path, who in pages]


def empty(person: Person, impossible: str) -> list[State]:
    """Pages of a person who has done nothing yet, searches and limits that nothing fits."""
    own = ("recommend", "liked", "report", "history", "profile", "weekly", "playlists", "import")
    return [
        State("home-empty", "/", person),
        *(State(f"{name}-empty", f"/{name}", person) for name in own),
        State("weekly-rediscover-empty", "/weekly?list=rediscover", person),
        State("search-empty", "/search?q=zzzzqqqq"),
        State("search-corrected", "/search?q=vioolet"),
        State("recommend-nothing-fits", impossible, person),
        State("track-unknown", "/track/0000000000000000000000"),
    ]


def refused(person: Person, one: str, seed: str) -> list[State]:
    """Failures with a request id, refusals for a while, fallbacks, and no network."""
    return [
        State("home-failed", "/", person, before=fail),
        State("recommend-failed", "/recommend", person, before=fail),
        State("report-failed", "/report", person, before=fail),
        State("home-list-failed", one, before=fail),
        State("track-resting", f"/track/{seed}", before=rest),
        State("recommend-resting", "/recommend", person, before=rest),
        State("home-degraded", "/", person, before=degrade(HOME, "taste_unavailable")),
        State("recommend-degraded", "/recommend", person, before=degrade(LISTS, "index_unavailable")),
        State("home-offline", "/", person, after=disconnect),
        State("recommend-offline", "/recommend", person, after=disconnect),
    ]


def opened(person: Person, three: str, seed: str) -> list[State]:
    """What opens over a page: sheets, menus, toasts, the list of shortcuts."""
    return [
        State("recommend-tune", three, after=tune),
        State("recommend-why", three, person, after=why),
        State("recommend-toast", three, person, after=first("Not for me")),
        State("home-list-liked", f"/?seeds={seed}", after=first("Like")),
        State("menu", "/", person, after=first("Account")),
        State("shortcuts", "/", person, after=lambda page: page.keyboard.press("?")),
        State("playing", f"/track/{seed}", person, after=first("Play")),
        State("liked-chosen", "/liked", person, after=tick_two),
        State("settings-delete", "/settings#delete", person),
        State("card", "/report/card", person),
        State("test-rated", "/test", person, after=rate),
    ]


def weekly(person: Person) -> list[State]:
    """The other two lists, and a week before this one: this week's lists in its place."""
    lists = person.call("GET", "/v1/me/weekly").json()
    weeks = [f"2026-0{month}-05" for month in (4, 3, 2, 1)]

    def earlier(page: Page) -> None:
        items = [{"week": week, "made_at": f"{week}T05:00:00Z"} for week in weeks]
        page.route("**/v1/me/weekly/earlier", answer({"items": items}))
        page.route("**/v1/me/weekly/earlier/*", answer(lists | {"week": weeks[0]}))

    return [
        State("weekly-deep-cuts", "/weekly?list=deep_cuts", person, before=earlier),
        State("weekly-earlier", f"/weekly?week={weeks[0]}", person, before=earlier),
        State("weekly-earlier-none", f"/weekly?week={weeks[0]}&list=rediscover", person, before=earlier),
    ]


def spotify(person: Person) -> list[State]:
    """Each state of the link with Spotify."""

    def linked(state: str) -> Step:
        link = {"state": state, "detail": "", "account": "ada", "can_save": False, "renewable": True}
        link |= {"changed_at": "2026-03-24T10:00:00Z", "quota_until": "2026-03-28T18:40:00Z"}
        library = {"synced_at": "2026-03-28T10:00:00Z", "liked": 2, "playlists": [], "counts_for_taste": False}
        rows = [spotify_row("Slow Balcony", "Ada Ferrant"), spotify_row("A Long Way Round the Harbour Wall", "Idris")]

        def prepare(page: Page) -> None:
            page.route("**/v1/spotify", answer(link))
            if state == "connected":
                page.route("**/v1/spotify/library", answer(library))
                page.route("**/v1/spotify/tracks*", answer({"items": rows, "next_cursor": None}))

        return prepare

    declined = State("spotify-declined", "/connect/spotify?error=access_denied", person, before=linked("not_connected"))
    states = [State(f"spotify-{state}", "/connect/spotify", person, before=linked(state)) for state in SPOTIFY]
    return [*states, declined, State("spotify-guest", "/connect/spotify")]


def spotify_row(title: str, artist: str) -> dict[str, Any]:
    return {"id": title, "title": title, "artists": [artist], "url": "https://open.spotify.com/", "track": None}


def hold(page: Page) -> None:
    page.add_init_script(HOLD)


def fail(page: Page) -> None:
    problem = {"title": "Service unavailable", "detail": "The recommender did not answer in time.", "code": "away"}
    page.route(API, answer(problem | {"status": 503, "request_id": "01a2b3c4d5e6f708"}, 503))


def rest(page: Page) -> None:
    problem = {"title": "Too many requests", "detail": "That was 60 requests in a minute.", "code": "rate_limited"}
    page.route(API, answer(problem | {"status": 429, "request_id": "01a2"}, 429, {"retry-after": "12"}))


def degrade(which: str | re.Pattern[str], code: str) -> Step:
    """The real answer, marked as a fallback."""

    def marked(route: Route) -> None:
        real = route.fetch()
        route.fulfill(response=real, json=real.json() | {"degraded": code})

    def prepare(page: Page) -> None:
        page.route(which, marked)

    return prepare


def disconnect(page: Page) -> None:
    page.context.set_offline(True)


def press(label: str, exact: bool = False) -> Step:
    """Presses the first button of the page whose name begins with, or is, this."""
    name = label if exact else re.compile(f"^{label}")
    return lambda page: page.get_by_role("main").get_by_role("button", name=name, exact=exact).first.click()


def first(label: str) -> Step:
    """Presses the first button anywhere whose name begins with this."""
    return lambda page: page.get_by_role("button", name=re.compile(f"^{label}")).first.click()


def tune(page: Page) -> None:
    """Opens the dials where they are a sheet; beside a wide list they stand open."""
    button = page.get_by_role("button", name="Tune")
    if button.count():
        button.first.click()


def why(page: Page) -> None:
    page.locator("main li button[aria-haspopup=dialog]").first.click()


def tick_two(page: Page) -> None:
    for nth in (0, 2):
        page.get_by_role("main").get_by_role("checkbox").nth(nth).click(force=True)


def rate(page: Page) -> None:
    for key in "132":
        page.wait_for_timeout(800)
        page.keyboard.press(key)
    page.wait_for_timeout(1500)


def ask_for_a_link(page: Page) -> None:
    page.get_by_label("Mail address").fill("ada@example.com")
    page.get_by_role("main").get_by_role("button").first.click()
