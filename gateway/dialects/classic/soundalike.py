"""Soundalike: a track's title in, five recommendations with their similarity out; pages of every origin may read it."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.dialects.classic.requests import Handlers, json_response, text
from kit.errors import NotFound

RECOMMENDED = 5
CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-headers": "Content-Type",
}


class Soundalike(Handlers):
    """Handlers of /flask."""

    def paths(self, prefix: str) -> Iterable[Route]:
        """The paths of the contract."""
        for path in ("hello", "search"):
            yield Route(f"{prefix}/{path}", self.preflight, methods=["OPTIONS"])
        yield Route(f"{prefix}/hello", self.hello, methods=["GET"])
        yield Route(f"{prefix}/search", self.handler, methods=["GET"])
        yield Route(f"{prefix}/search", self.search, methods=["POST"])

    async def preflight(self, _request: Request) -> Response:
        """Allows pages of every origin to send requests."""
        return Response(status_code=200, headers=CORS)

    async def hello(self, _request: Request) -> Response:
        """What the front end calls when it loads."""
        return _readable(json_response({"resultStatus": "SUCCESS", "message": "Hello Api Handler"}))

    async def handler(self, _request: Request) -> Response:
        """The name of the handler, as the original answered a GET."""
        return _readable(json_response({"resultStatus": "SUCCESS", "message": "Search Song Handler"}))

    async def search(self, request: Request) -> Response:
        """The tracks most similar to the one that a title names."""
        title = text(await self.body(request), "song_title")
        wanted = {"seeds": [{"text": title}], "limit": RECOMMENDED, "mode": "similar"}
        try:
            tracks = (await self.call(request, "POST", "/v1/recommendations", wanted))["tracks"]
        except NotFound:
            return _readable(json_response({"status": "Unsuccessful", "rec_songs": [], "rec_song_metrics": []}))
        titles, metrics = [one["track"]["title"] for one in tracks], [one["similarity"] for one in tracks]
        return _readable(json_response({"status": "Success", "rec_songs": titles, "rec_song_metrics": metrics}))


def _readable(response: Response) -> Response:
    response.headers.update(CORS)
    return response
