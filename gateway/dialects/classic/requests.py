"""Whose request it is, its body and parameters; the envelope that answers and errors come in."""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.dialects.bodies import SMALL, Bodies, parse_object
from gateway.dialects.dialect import MAX_PAGES, DialectCaller
from gateway.public_routes import PublicRoutes
from kit.errors import BadRequest, Forbidden, Problem, Unauthorized

IDENTITY = "/v1/me/identity"
PAGE = 20
"""Tracks of a page: the count of 20 that the first system printed."""


class Handlers:
    """What the handlers of every system need: the public routes, and bodies within bounds."""

    def __init__(self, routes: PublicRoutes, bodies: Bodies) -> None:
        self._routes, self._bodies = routes, bodies

    async def body(self, request: Request, limit: int = SMALL) -> dict[str, Any]:
        """The JSON object of the request's body, at most `limit` bytes."""
        return parse_object(await self._bodies.read(request, limit))

    async def call(self, request: Request, method: str, path: str, document: Any = None, **query: Any) -> Any:
        """The answer of a public route to whoever sent the request; its Problem."""
        return await self._routes.call(request.scope["caller"], method, path, document, query)

    async def owned_by(self, request: Request, user_id: str) -> None:
        """Unauthorized without a token, Forbidden unless it is this person's: the same whether or not there is
        such a person."""
        caller = signed(request)
        person = caller.person or (await self._routes.call(caller, "GET", IDENTITY))["id"]
        if user_id.casefold() != person:
            raise Forbidden("userId is not of the person whose token this is: send the userId that came with it")

    async def page(self, request: Request, path: str, most: int, **query: Any) -> list[dict[str, Any]]:
        """The items of page ?page= (the first is 1) of a public route that gives at most `most` at once."""
        wanted = max(whole(request, "page", MAX_PAGES * most // PAGE), 1) * PAGE
        query["limit"] = min(wanted, most)
        pages = self._routes.pages(request.scope["caller"], path, query, -(-wanted // most))
        return [item async for item in pages][wanted - PAGE : wanted]


def signed(request: Request) -> DialectCaller:
    """Who sent the request; Unauthorized without a token."""
    caller: DialectCaller = request.scope["caller"]
    if caller.authorization is None:
        raise Unauthorized("sign in at /classic/login and send Authorization: Bearer and its accessToken")
    return caller


def text(document: dict[str, Any], name: str) -> str:
    """A field of a body; BadRequest when it is missing or no text."""
    if not isinstance(value := document.get(name), str):
        raise BadRequest(f"{name} is missing: send it as text")
    return value


def objects(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects in a body; BadRequest for anything else."""
    found = document.get(name)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadRequest(f"{name} is missing: send it as a list of objects")
    return found


def whole(request: Request, name: str, most: int) -> int:
    """A whole number of the query from 0 to `most`, 0 when it is left out; BadRequest."""
    given = request.query_params.get(name) or "0"
    if not (given.isascii() and given.isdecimal() and len(given) < 10 and int(given) <= most):
        raise BadRequest(f"{name} must be a whole number from 1 to {most}")
    return int(given)


def json_response(document: Any, status: int = 200) -> Response:
    """A JSON response."""
    return Response(orjson.dumps(document), status, media_type="application/json")


def envelope(body: dict[str, Any], status: int = 200) -> Response:
    """The envelope of the first system: the status and the body beside each other."""
    return json_response({"statusCode": status, "body": body}, status)


def refusal(problem: Problem) -> Response:
    """An error in the envelope, with the problem's own sentence as the message."""
    status = 400 if problem.status == 422 else problem.status
    response = envelope({"message": problem.detail}, status)
    if (retry_after := problem.extra.get("retry_after_s")) is not None:
        response.headers["retry-after"] = str(retry_after)
    if status == 401:
        response.headers["www-authenticate"] = "Bearer"  # RFC 9110 section 15.5.2
    return response
