"""FastAPI's side of JSON Lines: a route for bodies of that media type, lists that answer in it, and their description.

One path has two routes where it takes both media types; the one of lines stands first and matches by Content-Type.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Annotated, Any, Protocol, TypeVar

from fastapi import Depends, Request
from fastapi.responses import Response, StreamingResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match
from starlette.types import Scope

from kit.errors import PayloadTooLarge
from kit.json_lines import MEDIA_TYPE, MOST_BYTES, MOST_LINES, end, split, written

PAGE = 500
"""Items that are read at a time while a list is sent."""
VARY = {"vary": "accept"}


class Page(Protocol):
    """What every page of a list has."""

    @property
    def items(self) -> Sequence[BaseModel]: ...

    @property
    def next_cursor(self) -> str | None: ...


P = TypeVar("P", bound=Page)
Fetch = Callable[[int, str | None], Awaitable[P]]
"""(limit, cursor) -> one page."""


class TakesLines(APIRoute):
    """Matches requests whose body is JSON Lines; others go to the next route of the path."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """See starlette.routing.Route."""
        given = dict(scope.get("headers", ())).get(b"content-type", b"").decode("latin-1")
        return super().matches(scope) if _is_lines(given) else (Match.NONE, {})


async def lines_of(request: Request) -> list[tuple[int, bytes]]:
    """The lines of the body by number; PayloadTooLarge as soon as it is longer than it may be."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise PayloadTooLarge(f"at most {MOST_BYTES} bytes are read at once", limit_bytes=MOST_BYTES)
    except ClientDisconnect:
        raise HTTPException(400, "the caller hung up before the body was whole") from None
    return split(bytes(body))


class ListForm:
    """In what form a list was asked for: a page as one document, or lines."""

    def __init__(self, request: Request) -> None:
        accepted = request.headers.get("accept", "").split(",")
        self.lines = any(_is_lines(one) for one in accepted)
        self._bounded = "limit" in request.query_params

    async def respond(self, fetch: Fetch[P], limit: int, cursor: str | None, page: int = PAGE) -> P | Response:
        """One page; or its items a line each, without a limit of the caller up to MOST_LINES, read as they are sent."""
        if not self.lines:
            return await fetch(limit, cursor)
        wanted = limit if self._bounded else MOST_LINES
        first = await fetch(min(wanted, page), cursor)
        return StreamingResponse(_sent(fetch, first, wanted, page), media_type=MEDIA_TYPE, headers=VARY)


Form = Annotated[ListForm, Depends(ListForm)]


async def _sent(fetch: Fetch[P], page: P, left: int, size: int) -> AsyncIterator[bytes]:
    while True:
        yield written(page.items)
        left -= len(page.items)
        if page.next_cursor is None or left <= 0:
            break
        page = await fetch(min(left, size), page.next_cursor)
    yield end(page.next_cursor)


def _is_lines(media_type: str) -> bool:
    return media_type.partition(";")[0].strip().lower() == MEDIA_TYPE


def described(what: str, model: str) -> dict[str, Any]:
    """The media type in openapi.json: text, each line of which is the named schema."""
    line = {"$ref": f"#/components/schemas/{model}"}
    return {MEDIA_TYPE: {"schema": {"type": "string", "minLength": 1, "description": what, "x-line": line}}}


def sent(model: str) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route whose list can come as lines."""
    what = (
        f"With `Accept: {MEDIA_TYPE}`: an item a line, up to `limit`, or to {MOST_LINES} without one, and a last line "
        '`{"next_cursor": ...}`, without which the answer is cut off. Counts as 10 requests.'
    )
    return {200: {"content": described(what, model)}}


def taken(model: str) -> dict[str, Any]:
    """`openapi_extra` of a route that takes lines beside a JSON document."""
    what = f"One JSON object a line, at most {MOST_LINES} lines and {MOST_BYTES} bytes; blank lines do not count."
    return {"requestBody": {"content": described(what, model)}}


def results(model: str) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route that answers lines line by line."""
    what = "To a body of lines: an answer to each, with its `line` counted from 1; a bad line costs no other."
    return {200: {"content": described(what, model)}}
