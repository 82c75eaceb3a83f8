"""The three rows of the fifth system: popular, near what was listened to, near what was liked."""

from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.dialects.classic.documents import full
from gateway.dialects.classic.requests import Handlers, json_response, signed

POPULAR, NEAR = 9, 10
"""Tracks of a row: one of each of nine artists; the ten closest."""


class ThreeRows(Handlers):
    """Handlers of the three rows."""

    def paths(self, prefix: str) -> Iterable[Route]:
        """The paths of the contract."""
        yield Route(f"{prefix}/demographic", self.demographic, methods=["GET"])
        yield Route(f"{prefix}/content", self.content, methods=["GET"])
        yield Route(f"{prefix}/collaborative", self.collaborative, methods=["GET"])

    async def demographic(self, request: Request) -> Response:
        """Trending now: a track of each of the most popular artists."""
        found = await self.call(request, "GET", "/v1/trending", limit=POPULAR)
        return _row("Trending now", found["tracks"])

    async def content(self, request: Request) -> Response:
        """Because you listened: the row of the person's home page."""
        return await self._of_home(request, "because_listened")

    async def collaborative(self, request: Request) -> Response:
        """Because you liked: the row of the person's home page."""
        return await self._of_home(request, "because_liked")

    async def _of_home(self, request: Request, key: str) -> Response:
        signed(request)
        rows = (await self.call(request, "GET", "/v1/me/home", limit=NEAR))["rows"]
        row: dict[str, Any] = next((row for row in rows if row["key"] == key), {"title": "", "tracks": []})
        return _row(row["title"], row["tracks"])


def _row(title: str, tracks: list[dict[str, Any]]) -> Response:
    return json_response({"title": title, "tracks": [full(one["track"]) for one in tracks]})
