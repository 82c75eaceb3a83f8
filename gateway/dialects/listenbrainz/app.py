"""The ListenBrainz-compatible API (scrobbling) for the front door: paths, where the token is, the form of errors."""

from collections.abc import Iterable
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from gateway.callers import Key, Token
from gateway.dialects.bodies import Bodies
from gateway.dialects.listenbrainz.changes import Changes
from gateway.dialects.listenbrainz.reading import Reading, invalid
from gateway.dialects.listenbrainz.requests import json_response, refusal
from gateway.dialects.slashless import Slashless
from gateway.public_routes import PublicRoutes
from kit.errors import BadRequest, Problem, Unauthorized

VALIDATE = "/1/validate-token"
LONGEST_QUERY = 1_000
SCHEMES = frozenset({"token", "bearer"})


class ListenBrainz:
    """The dialect; `body_s` is the longest wait for a body."""

    path = "/1"

    def __init__(self, routes: PublicRoutes, body_s: float) -> None:
        handlers = {Problem: _on_problem, HTTPException: _on_http}
        self.app: ASGIApp = Slashless(
            Starlette(
                routes=list(_routes(Reading(routes), Changes(routes, Bodies(body_s)))), exception_handlers=handlers
            )
        )

    def owns(self, path: str) -> bool:
        """True for /1 and what is below it."""
        return path == self.path or path.startswith(f"{self.path}/")

    def credentials(self, scope: Scope) -> Token | Key | Problem | None:
        """The API key of "Authorization: Token KEY", or of ?token= where a token is validated."""
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        if len(given) > 1:
            return BadRequest("send one Authorization header, not more")
        if given:
            scheme, _, key = given[0].decode("latin-1").partition(" ")
            if scheme.lower() not in SCHEMES:
                return Unauthorized("Invalid authorization token: send Authorization: Token and an API key of yours.")
            return Key(key.strip())
        if scope["path"].rstrip("/") == VALIDATE:
            keys = parse_qs(scope["query_string"][:LONGEST_QUERY].decode("latin-1")).get("token")
            return Key(keys[0]) if keys else None
        return None

    def signs_in(self, _scope: Scope) -> bool:
        """False: the key is in the request's head."""
        return False

    def refusal(self, problem: Problem, scope: Scope) -> Response:
        """An error, or for a token that is validated that it does not hold."""
        if problem.status == 401 and scope["path"].rstrip("/") == VALIDATE:
            return invalid()
        return refusal(problem)


def _routes(reading: Reading, changes: Changes) -> Iterable[Route]:
    """The paths of the contract."""
    gets = {
        VALIDATE: reading.validate_token,
        "/1/user/{user}/listens": reading.listens,
        "/1/user/{user}/listen-count": reading.listen_count,
        "/1/user/{user}/playing-now": reading.playing_now,
        "/1/user/{user}/playlists/createdfor": reading.created_for,
        "/1/playlist/{playlist}": reading.playlist,
        "/1/feedback/user/{user}/get-feedback": reading.feedback,
        "/1/feedback/user/{user}/get-feedback-for-recordings": reading.feedback_for_recordings,
        "/1/cf/recommendation/user/{user}/recording": reading.recommendations,
        "/1/metadata/lookup": reading.lookup,
    }
    posts = {
        "/1/submit-listens": changes.submit_listens,
        "/1/feedback/recording-feedback": changes.recording_feedback,
        "/1/delete-listen": changes.delete_listen,
    }
    yield from (Route(path, handler, methods=["GET"]) for path, handler in gets.items())
    yield from (Route(path, handler, methods=["POST"]) for path, handler in posts.items())


async def _on_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return refusal(error)


async def _on_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return json_response(
        {"code": error.status_code, "error": f"{error.detail}: docs/scrobblers.md lists what there is."},
        error.status_code,
    )
