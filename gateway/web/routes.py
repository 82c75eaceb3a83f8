"""Serves the web app: its pages, its assets, and the page that stands in where it was not built."""

import secrets
from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from gateway.web.accept_encoding import IDENTITY, negotiated_coding
from gateway.web.built_app import SUFFIXES, BuiltApp, BuiltFile
from gateway.web.page_headers import page_headers
from gateway.web.page_paths import ASSETS, PAGES

READ = ("GET", "HEAD")
FOREVER = "public, max-age=31536000, immutable"
NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Segue</title><link rel="icon" href="/docs/static/icon.svg"></head>
<body>
<h1>Segue</h1>
<p>The API runs, but its web pages are not built in this checkout.
<code>make web</code> builds them; then start again.</p>
<p><a href="/docs">All routes of the API, ready to try</a></p>
</body>
</html>
"""


class WebPages:
    """Responses with the web app's page; `router` has the routes of its pages and files."""

    def __init__(self, built: BuiltApp | None, media_origins: Sequence[str] = ()) -> None:
        self._built = built
        self._media_origins = media_origins
        self.root_files = [path for path in (built.files if built else ()) if not path.startswith(ASSETS)]
        self.router = APIRouter(include_in_schema=False)
        for path in PAGES:
            self.router.add_api_route(path, self._page, methods=[*READ])
        for path in self.root_files:
            self.router.add_api_route(path, self._file, methods=[*READ])
        self.router.add_api_route(ASSETS + "{name}", self._file, methods=[*READ])

    def page(self, status: int) -> Response:
        """index.html with a fresh nonce; the page that says how to build it where there is none."""
        nonce = secrets.token_urlsafe(16)
        body = self._built.page_with(nonce) if self._built else NOT_BUILT
        return HTMLResponse(body, status, page_headers(nonce, self._media_origins))

    async def _page(self, request: Request) -> Response:
        built = self._built is not None or request.url.path == "/"
        return self.page(200 if built else 404)

    async def _file(self, request: Request) -> Response:
        path = request.scope["path"]
        file = self._built.files.get(path) if self._built else None
        if file is None:
            raise HTTPException(404)
        return file_response(file, request, FOREVER if path.startswith(ASSETS) else "no-cache")


def file_response(file: BuiltFile, request: Request, cache_control: str) -> Response:
    """The file in the coding that the client prefers; 304 when it has that already."""
    coding = negotiated_coding(
        request.headers.get("accept-encoding"), [name for name in SUFFIXES if name in file.encoded]
    )
    etag = f'"{file.digest}-{coding}"'
    headers = {"cache-control": cache_control, "etag": etag, "x-content-type-options": "nosniff"}
    if file.encoded:
        headers["vary"] = "accept-encoding"
    if _holds(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    if coding != IDENTITY:
        headers["content-encoding"] = coding
    return Response(file.encoded.get(coding, file.body), headers=headers, media_type=file.media_type)


def _holds(if_none_match: str, etag: str) -> bool:
    """Weak comparison (RFC 9110 section 13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]
