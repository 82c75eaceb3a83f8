"""The playlist app of the sequence network: a playlist in, its continuation out, as JSON and as form pages."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.dialects.bodies import SMALL
from gateway.dialects.classic import pages
from gateway.dialects.classic.documents import full
from gateway.dialects.classic.requests import Handlers, json_response
from kit.errors import BadRequest

PREDICTED = 10
MAX_FIELDS = 1_000
FORM = "application/x-www-form-urlencoded"


class PlaylistContinuation(Handlers):
    """Handlers of /recommends, /songQ and the index page. The list that grows is in the page, not on the server."""

    def paths(self, prefix: str) -> Iterable[Route]:
        """The paths of the contract."""
        yield Route(prefix, self.index, methods=["GET"])
        yield Route(f"{prefix}/songQ", self.add, methods=["POST"])
        yield Route(f"{prefix}/recommends", self.recommends, methods=["POST"])

    async def index(self, _request: Request) -> Response:
        """The page with an empty list."""
        return pages.index([])

    async def add(self, request: Request) -> Response:
        """Searches for the words of the form and appends what they find first to the list of the form."""
        form = await self._form(request)
        words = (form.get("track") or [""])[0]
        found = (await self.call(request, "GET", "/v1/search", q=words, limit=1))["items"]
        ids = [*form.get("idlist", []), *(track["id"] for track in found)]
        tracks = (await self.call(request, "POST", "/v1/tracks:batch", {"ids": ids}))["items"] if ids else []
        if "application/json" in request.headers.get("accept", ""):
            return json_response({"tracks": [full(track) for track in tracks]})
        return pages.index(tracks, "" if found else "No song has that name. Please try again.")

    async def recommends(self, request: Request) -> Response:
        """What comes next after the list: 201 and JSON for JSON, a page for the form."""
        by_form = request.headers.get("content-type", "").startswith(FORM)
        idlist = (await self._form(request) if by_form else await self.body(request)).get("idlist")
        if not isinstance(idlist, list):
            raise BadRequest("idlist is missing: send the ids of the playlist's tracks as a list")
        wanted = {"tracks": idlist, "length": PREDICTED}
        found = (await self.call(request, "POST", "/v1/playlists/continue", wanted))["tracks"]
        tracks: list[dict[str, Any]] = [one["track"] for one in found]
        return (
            pages.predictions(tracks)
            if by_form
            else json_response({"preds": {"tracks": [full(one) for one in tracks]}}, 201)
        )

    async def _form(self, request: Request) -> dict[str, list[str]]:
        body = (await self._bodies.read(request, SMALL)).decode("utf-8", "replace")
        try:
            return parse_qs(body, max_num_fields=MAX_FIELDS)
        except ValueError:
            raise BadRequest(f"send at most {MAX_FIELDS} fields") from None
