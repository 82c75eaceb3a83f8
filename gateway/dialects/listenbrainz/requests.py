"""Who sent a request, whose user name its path has, and its parameters; errors in the words of ListenBrainz."""

from typing import Any, NamedTuple

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.dialects.dialect import DialectCaller
from gateway.public_routes import PublicRoutes
from kit.errors import BadRequest, NotFound, Problem, Unauthorized

IDENTITY = "/v1/me/identity"
COUNT = 25
UNWRITABLE = frozenset("/?#%\\")
"""Characters that clients put into paths unencoded, or that proxies change."""


class Me(NamedTuple):
    """The person behind a request."""

    caller: DialectCaller
    user_name: str
    scopes: frozenset[str]


def signed(request: Request) -> DialectCaller:
    """Who sent the request; Unauthorized without a token."""
    caller: DialectCaller = request.scope["caller"]
    if caller.authorization is None:
        raise Unauthorized("You need to provide an Authorization header: Token and an API key of yours.")
    return caller


async def me(routes: PublicRoutes, request: Request) -> Me:
    """The person of the token, without regard to the path."""
    caller = signed(request)
    identity = await routes.call(caller, "GET", IDENTITY)
    return Me(caller, user_name_of(identity), frozenset(identity["scopes"]))


async def user_in_path(routes: PublicRoutes, request: Request) -> Me:
    """The person of the token, who must be the user in the path: NotFound for everybody else, whether or not there is
    such a user."""
    found = await me(routes, request)
    user = str(request.path_params["user"])
    if user.casefold() != found.user_name.casefold():
        raise NotFound(f"Cannot find user: {user[:80]}. A token reads what belongs to its own user.")
    return found


def user_name_of(identity: dict[str, Any]) -> str:
    """The person's name, or their id where the name cannot stand in a path."""
    name = str(identity["name"])
    return name if UNWRITABLE.isdisjoint(name) and name not in (".", "..") else str(identity["id"])


def whole(request: Request, name: str, default: int | None, most: int, least: int = 0) -> int:
    """A whole number of the query; BadRequest above or below the bounds. Without a default it must be there."""
    text = request.query_params.get(name, "" if default is None else str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 16 and least <= int(text) <= most):
        raise BadRequest(f"{name} must be a whole number from {least} to {most}.")
    return int(text)


def count_of(request: Request, most: int) -> int:
    """How many items are wanted: COUNT when it is left out; more than `most` are `most`, as ListenBrainz does it."""
    return min(whole(request, "count", COUNT, 10**9), most)


def json_response(document: Any, status: int = 200) -> Response:
    """A JSON response."""
    return Response(orjson.dumps(document), status, media_type="application/json")


def refusal(problem: Problem) -> Response:
    """The error form of ListenBrainz: its status as `code`, and a sentence."""
    status = 400 if problem.status == 422 else problem.status
    response = json_response({"code": status, "error": problem.detail}, status)
    if (retry_after := problem.extra.get("retry_after_s")) is not None:
        response.headers["retry-after"] = str(retry_after)
    return response
