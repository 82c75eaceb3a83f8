"""Browser session: ASGI middleware that keeps the refresh token of the web app in a cookie which no script can read.

    POST /web/auth/login, signup, reset, oidc/finish   as /v1/...; the refresh token moves from the JSON into the cookie
    PUT  /web/me/password                 as well
    POST /web/auth/refresh                sends the cookie's token; 401 without one; a refused one clears the cookie
    POST /web/auth/logout                 sends the cookie's token and clears the cookie; 204 without one

It stands before CORS and the front door, which count, throttle and forward these requests as those under /v1.
"""

from collections.abc import Mapping

import orjson
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.addresses import forwarded
from gateway.headers import Header
from gateway.settings import Networks
from gateway.web import session_cookie
from gateway.web.same_origin import check_same_origin
from gateway.web.session_response import SessionResponse
from kit.errors import Problem, Unauthorized
from kit.problem_responses import problem_response

PREFIX = "/web/"
REFRESH, LOGOUT = "/web/auth/refresh", "/web/auth/logout"
ROUTES = frozenset(
    {
        ("POST", "/web/auth/login"),
        ("POST", "/web/auth/signup"),
        ("POST", "/web/auth/reset"),
        ("POST", "/web/auth/oidc/finish"),
        ("POST", REFRESH),
        ("POST", LOGOUT),
        ("PUT", "/web/me/password"),
    }
)
# Not passed on. Origin was checked, and CORS would answer it; answers are read here, so they come uncompressed.
KEPT_BACK = frozenset({b"origin", b"cookie", b"accept-encoding"})
BODY = frozenset({b"content-length", b"content-type", b"transfer-encoding"})


class WebSession:
    """Passes the routes of the browser session to `app` under /v1."""

    def __init__(self, app: ASGIApp, trusted: Networks) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
        elif (scope["method"], scope["path"]) not in ROUTES:
            await self._app({**scope, "headers": _passed(scope)}, receive, send)
        else:
            try:
                await self._session(scope, receive, send)
            except Problem as problem:
                await problem_response(problem, scope["request_id"])(scope, receive, send)

    async def _session(self, scope: Scope, receive: Receive, send: Send) -> None:
        claims = forwarded(scope, self._trusted)
        check_same_origin(_headers(scope), claims.get("x-forwarded-host") or _headers(scope).get("host", ""))
        secure = scope["scheme"] == "https" or claims.get("x-forwarded-proto") == "https"
        path: str = scope["path"]
        inner = {**scope, **_target(path), "headers": _passed(scope)}
        if path in (REFRESH, LOGOUT):
            token = session_cookie.token_of(value for name, value in scope["headers"] if name == b"cookie")
            if token is None:
                await _without_cookie(path, scope, receive, send)
                return
            inner["headers"], receive = _with_body(inner["headers"], {"refresh_token": token}, receive)
        answer = SessionResponse(send, secure, clears_on=_clears_on(path), request_id=scope["request_id"])
        await self._app(inner, receive, answer.send)
        await answer.close()
        if "route" in inner:
            scope["route"] = inner["route"]  # for the metrics


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}


def _passed(scope: Scope) -> list[Header]:
    return [(name, value) for name, value in scope["headers"] if name not in KEPT_BACK]


def _target(path: str) -> dict[str, str | bytes]:
    onward = "/v1/" + path.removeprefix(PREFIX)
    return {"path": onward, "raw_path": onward.encode()}


def _with_body(headers: list[Header], document: Mapping[str, str], receive: Receive) -> tuple[list[Header], Receive]:
    """The headers and the receive of a request whose body is this document, whatever the browser sent."""
    body, sent = orjson.dumps(document), False
    given = [(name, value) for name, value in headers if name not in BODY]

    async def replaced() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return [*given, (b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))], replaced


async def _without_cookie(path: str, scope: Scope, receive: Receive, send: Send) -> None:
    if path == REFRESH:
        raise Unauthorized("this browser has no session: sign in")
    await Response(status_code=204)(scope, receive, send)


def _clears_on(path: str) -> frozenset[int]:
    """The statuses after which the cookie is of no use: its session has ended, or it never held a refresh token."""
    if path == LOGOUT:
        return frozenset({204, 401, 422})
    return frozenset({401, 422}) if path == REFRESH else frozenset()
