"""The retired Spotify routes as the front door mounts them: paths, the Bearer token, the form of errors."""

import re
from collections.abc import Iterable

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.callers import Key, Token
from gateway.dialects.spotify.documents import PATH
from gateway.dialects.spotify.recommendations import RecommendationRoutes
from gateway.dialects.spotify.tracks import TrackRoutes
from gateway.public_routes import PublicRoutes
from kit.errors import BadRequest, Problem, Unauthorized

GUEST = "guest"
ACCESS_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
"""A JWT (RFC 7519): three parts in base64url. API keys have no dot."""


class Spotify:
    """The dialect."""

    path = PATH

    def __init__(self, routes: PublicRoutes) -> None:
        handlers = {Problem: _on_problem, HTTPException: _on_http}
        paths = list(paths_of(RecommendationRoutes(routes), TrackRoutes(routes)))
        self.app: ASGIApp = _Slashless(Starlette(routes=paths, exception_handlers=handlers))

    def owns(self, path: str) -> bool:
        """True for /spotify/v1 and what is below it."""
        return path == PATH or path.startswith(f"{PATH}/")

    def credentials(self, scope: Scope) -> Token | Key | Problem | None:
        """The access token or API key of "Authorization: Bearer"; None for the word guest."""
        given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"]
        if not given:
            return Unauthorized("No token provided: send Authorization: Bearer and an API key of yours, or guest")
        scheme, _, text = given[0].partition(" ")
        if len(given) > 1 or scheme.lower() != "bearer":
            return BadRequest("Only valid bearer authentication supported: send one Authorization header")
        text = text.strip()
        if text == GUEST:
            return None
        return Token(text) if ACCESS_TOKEN.fullmatch(text) else Key(text)

    def signs_in(self, _scope: Scope) -> bool:
        """False: the token is in the request's head."""
        return False

    def refusal(self, problem: Problem, _scope: Scope) -> Response:
        """An error in Spotify's form."""
        return _refusal(problem)


class _Slashless:
    """Drops slashes at the end of paths: spotipy writes /audio-features/?ids=, others /audio-features?ids=."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "path": scope["path"].rstrip("/")}, receive, send)


def paths_of(recommendations: RecommendationRoutes, tracks: TrackRoutes) -> Iterable[Route]:
    """The paths of the contract."""
    handlers = {
        "/recommendations": recommendations.recommendations,
        "/recommendations/available-genre-seeds": recommendations.genre_seeds,
        "/audio-features": tracks.several_features,
        "/audio-features/{id}": tracks.features,
        "/tracks": tracks.several_tracks,
        "/tracks/{id}": tracks.track,
        "/search": tracks.search,
    }
    yield from (Route(f"{PATH}{path}", handler, methods=["GET"]) for path, handler in handlers.items())


def _refusal(problem: Problem) -> Response:
    """Spotify's form of an error; what is malformed is 400 there."""
    response = _error(400 if problem.status == 422 else problem.status, problem.detail)
    if (retry_after := problem.extra.get("retry_after_s")) is not None:
        response.headers["retry-after"] = str(retry_after)
    if problem.status == 401:
        response.headers["www-authenticate"] = 'Bearer realm="spotify"'  # RFC 9110 section 15.5.2
    return response


def _error(status: int, message: str) -> Response:
    document = {"error": {"status": status, "message": message}}
    return Response(orjson.dumps(document), status, media_type="application/json")


async def _on_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return _refusal(error)


async def _on_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = _error(error.status_code, f"{error.detail}: docs/spotify-api.md lists what there is")
    response.headers.update(error.headers or {})
    return response
