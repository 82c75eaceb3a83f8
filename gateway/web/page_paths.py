"""Paths of the web app's pages: table, and the paths where an unknown address is a page and no problem document. Pure.

The app's own router (frontend/) has the same table; all of them are answered with the same index.html.
"""

import re
from collections.abc import Iterable

PAGES = (
    "/",
    "/recommend",
    "/search",
    "/track/{id}",
    "/artist/{id}",
    "/liked",
    "/test",
    "/report",
    "/report/card",
    "/shared/{token}",
    "/playlists",
    "/playlists/{id}",
    "/weekly",
    "/history",
    "/profile",
    "/import",
    "/connect/spotify",
    "/settings",
    "/signup",
    "/signin",
    "/signin/provider",
    "/forgot",
    "/reset",
    "/verify",
    "/developers",
    "/admin",
    "/guide",
    "/map",
    "/dev/gallery",
)
ASSETS = "/assets/"
# Below these a program is answered, also when it accepts HTML.
NOT_PAGES = re.compile(
    r"/(?:v1|web|docs|health|assets|\.well-known|internal|metrics|openapi\.json)(?:[/:].*)?", re.DOTALL
)


def uncounted(root_files: Iterable[str]) -> re.Pattern[str]:
    """The expression of the paths that count against no rate limit: pages, assets and files such as /icon.svg."""
    pages = (re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) for path in PAGES)
    return re.compile("|".join((*pages, re.escape(ASSETS) + r"[^/]+", *map(re.escape, root_files))))


def is_unknown_page(method: str, path: str, accept: str) -> bool:
    """True when a browser asks for a page that does not exist: GET or HEAD, text/html accepted, no path of the API."""
    accepted = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    return method in ("GET", "HEAD") and "text/html" in accepted and not NOT_PAGES.fullmatch(path)
