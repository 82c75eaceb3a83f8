"""The classic routes as the front door mounts them: paths, where credentials are, the form of errors."""

import re

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from gateway.callers import Key, Token, credentials
from gateway.dialects.bodies import Bodies
from gateway.dialects.classic.algorhythms import AlgoRhythms
from gateway.dialects.classic.cloud_accounts import CloudAccounts
from gateway.dialects.classic.cloud_music import CloudMusic
from gateway.dialects.classic.playlist_continuation import PlaylistContinuation
from gateway.dialects.classic.requests import envelope, refusal
from gateway.dialects.classic.soundalike import CORS, Soundalike
from gateway.dialects.classic.three_rows import ThreeRows
from gateway.dialects.slashless import Slashless
from gateway.public_routes import PublicRoutes
from kit.errors import Problem

PATH = "/classic"
FLASK = f"{PATH}/flask"
"""Below it every answer has the CORS headers of that contract, in place of those of the settings."""
SIGNING_IN = re.compile(rf"{PATH}/(?:login|signup|forget|password/.*)", re.DOTALL)
"""Where passwords and mailed tokens can be tried, accounts created, or mails asked for."""


class Classic:
    """The dialect; `body_s` is the longest wait for a body."""

    path = PATH

    def __init__(self, routes: PublicRoutes, body_s: float) -> None:
        bodies = Bodies(body_s)
        systems = (CloudAccounts, CloudMusic, AlgoRhythms, PlaylistContinuation, ThreeRows)
        paths = [path for system in systems for path in system(routes, bodies).paths(PATH)]
        paths += Soundalike(routes, bodies).paths(FLASK)
        handlers = {Problem: _on_problem, HTTPException: _on_http}
        self.app: ASGIApp = Slashless(Starlette(routes=paths, exception_handlers=handlers))

    def owns(self, path: str) -> bool:
        """True for /classic and what is below it."""
        return path == PATH or path.startswith(f"{PATH}/")

    def credentials(self, scope: Scope) -> Token | Key | Problem | None:
        """The access token of "Authorization: Bearer", or an API key in X-API-Key, as everywhere here."""
        return credentials(scope["headers"])

    def signs_in(self, scope: Scope) -> bool:
        """True for login, signup, forget and password."""
        return SIGNING_IN.fullmatch(scope["path"]) is not None

    def refusal(self, problem: Problem, scope: Scope) -> Response:
        """An error in the envelope."""
        return _readable(refusal(problem), scope)


def _readable(response: Response, scope: Scope) -> Response:
    if scope["path"].startswith(f"{FLASK}/"):
        response.headers.update(CORS)
    return response


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return _readable(refusal(error), request.scope)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    message = f"{error.detail}: docs/classic.md lists what there is"
    response = envelope({"message": message}, error.status_code)
    response.headers.update(error.headers or {})
    return _readable(response, request.scope)
