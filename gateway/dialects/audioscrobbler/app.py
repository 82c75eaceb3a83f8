"""Audioscrobbler 1.2 as the front door mounts it: handshake, now playing, submission, the protocol's own words."""

import re
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from gateway.callers import Key, Token
from gateway.dialects.audioscrobbler import submission
from gateway.dialects.bodies import Bodies
from gateway.dialects.dialect import DialectCaller
from gateway.public_routes import PublicRoutes
from kit.errors import BadRequest, Problem, Unauthorized

Begin = Callable[[str, str, str], Awaitable[str]]
"""(user name, timestamp, digest) -> session, as gateway.auth.Auth.handshake."""

PATH = "/audioscrobbler"
MAX_BODY, MAX_FIELDS = 256 * 1024, 500
CLIENT = re.compile(r"[a-z0-9]{1,20}")
SOURCES = {"mdc": "mpdscribble", "mpc": "mpdscribble"}
"""Names of clients by the ids that they send."""
OK, BAD_SESSION, BAD_AUTH, BAD_TIME = "OK", "BADSESSION", "BADAUTH", "BADTIME"


class Audioscrobbler:
    """The dialect; `begin` verifies handshakes, `body_s` is the longest wait for a body."""

    path = PATH

    def __init__(self, routes: PublicRoutes, begin: Begin, body_s: float) -> None:
        self._routes, self._begin, self._bodies = routes, begin, Bodies(body_s)
        paths = [
            Route(PATH, self._handshake, methods=["GET"]),
            Route(f"{PATH}/", self._handshake, methods=["GET"]),
            Route(f"{PATH}/{{client}}/now-playing", self._now_playing, methods=["POST"]),
            Route(f"{PATH}/{{client}}/submit", self._submit, methods=["POST"]),
        ]
        self.app: ASGIApp = Starlette(routes=paths, exception_handlers={Problem: _on_problem, HTTPException: _on_http})

    def owns(self, path: str) -> bool:
        """True for /audioscrobbler and what is below it."""
        return path == PATH or path.startswith(f"{PATH}/")

    def credentials(self, _scope: Scope) -> Token | Key | Problem | None:
        """None: a session is in the body."""
        return None

    def signs_in(self, scope: Scope) -> bool:
        """True for handshakes."""
        return str(scope["path"]).rstrip("/") == PATH

    def refusal(self, problem: Problem, _scope: Scope) -> Response:
        """The protocol's words for a problem."""
        return _refusal(problem)

    async def _handshake(self, request: Request) -> Response:
        """Begins a session: answers with it and the addresses to post to, which carry the client's id."""
        given = request.query_params
        if given.get("hs") != "true" or not given.get("p", "").startswith("1.2"):
            raise BadRequest("this is Audioscrobbler 1.2: send hs=true and p=1.2.1")
        client = found[0] if (found := CLIENT.match(given.get("c", "").lower())) else "audioscrobbler"
        try:
            session = await self._begin(given.get("u", ""), given.get("t", ""), given.get("a", ""))
        except Unauthorized:
            return _text(BAD_AUTH)
        except BadRequest:
            return _text(BAD_TIME)
        base = f"{request.scope['caller'].base}{PATH}/{client}"
        return _text(OK, session, f"{base}/now-playing", f"{base}/submit")

    async def _now_playing(self, request: Request) -> Response:
        """Reports what plays now."""
        caller, form = await self._signed(request)
        if track := submission.now_playing(form, _source(request)):
            await self._routes.call(caller, "PUT", "/v1/me/plays/current", track)
        return _text(OK)

    async def _submit(self, request: Request) -> Response:
        """Records plays, and the opinions that came with them."""
        caller, form = await self._signed(request)
        rated = submission.submitted(form, _source(request))
        if not rated:
            return _text(OK)
        plays = {"plays": [one.play for one in rated]}
        results = (await self._routes.call(caller, "POST", "/v1/me/plays", plays))["results"]
        events = [
            {"track": result["track"], "kind": one.opinion, "source": one.play["source"]}
            for one, result in zip(rated, results, strict=True)
            if one.opinion and result["track"]
        ]
        if events:
            await self._routes.call(caller, "POST", "/v1/me/feedback", {"events": events})
        return _text(OK)

    async def _signed(self, request: Request) -> tuple[DialectCaller, dict[str, str]]:
        """The caller and the fields of a post; Unauthorized for a session that has ended."""
        body = await self._bodies.read(request, MAX_BODY)
        try:
            pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
        except ValueError:
            raise BadRequest(f"send at most {MAX_FIELDS} fields") from None
        form = dict(pairs)
        caller: DialectCaller = request.scope["caller"]
        return await caller.identify(Key(form.get("s", ""))), form


def _source(request: Request) -> str:
    client = str(request.path_params["client"])
    return SOURCES.get(client, client if CLIENT.fullmatch(client) else "audioscrobbler")


def _text(*lines: str) -> Response:
    return PlainTextResponse("".join(f"{line}\n" for line in lines))


def _refusal(problem: Problem) -> Response:
    if problem.status == 401:
        return _text(BAD_SESSION)
    response = _text(f"FAILED {' '.join(problem.detail.split())}")
    if (retry_after := problem.extra.get("retry_after_s")) is not None:
        response.headers["retry-after"] = str(retry_after)
    return response


async def _on_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return _refusal(error)


async def _on_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(f"FAILED {error.detail}\n", error.status_code)
