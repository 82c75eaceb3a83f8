"""Calls the public routes of the services for the dialects, as the person who sent the request.

The same rules as for everybody: the routes of gateway/routing.py with their body limits, weights and request slots. The
first call of a request has been counted by the front door, every other one is counted here.
"""

from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson
from yarl import URL

from gateway.body_weight import check_fields
from gateway.dialects.dialect import DialectCaller
from gateway.request_slots import RequestSlots
from gateway.routing import Route, route_of
from gateway.services import Services
from gateway.settings import Settings
from kit import errors

CODES = {
    kind.status: kind
    for kind in (
        *(errors.BadRequest, errors.Unauthorized, errors.Forbidden, errors.NotFound, errors.Conflict),
        *(errors.PayloadTooLarge, errors.Malformed, errors.TooManyRequests, errors.Unavailable),
    )
}


class PublicRoutes:
    """Client of the public routes."""

    def __init__(self, services: Services, settings: Settings, slots: RequestSlots) -> None:
        self._services, self._slots = services, slots
        self._body_limit = settings.body_limit_bytes
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=settings.connect_s, sock_read=settings.read_s)

    async def call(
        self,
        caller: DialectCaller,
        method: str,
        path: str,
        document: Any = None,
        query: Mapping[str, Any] | None = None,
    ) -> Any:
        """The JSON of the response, None without a body; the Problem that the route answered with."""
        route = route_of(path)
        assert route is not None
        body = None if document is None else orjson.dumps(document)
        await self._count(caller, route, body)
        given = {name: value for name, value in (query or {}).items() if value is not None}
        headers = dict(caller.context) | ({"authorization": caller.authorization} if caller.authorization else {})
        headers |= {"content-type": "application/json"} if body else {}
        target = self._services.urls[route.service] + path + (f"?{urlencode(given)}" if given else "")
        with self._slots.one(route.slots, caller.who):
            return await self._answer(route, method, target, body, headers)

    async def pages(
        self, caller: DialectCaller, path: str, query: Mapping[str, Any], most: int
    ) -> AsyncIterator[dict[str, Any]]:
        """The items of a route that answers in pages, at most so many pages."""
        cursor = None
        for _ in range(most):
            page = await self.call(caller, "GET", path, query={**query, "cursor": cursor})
            for item in page["items"]:
                yield item
            if (cursor := page["next_cursor"]) is None:
                return

    async def _count(self, caller: DialectCaller, route: Route, body: bytes | None) -> None:
        if body is not None:
            limit = route.limit(self._body_limit, b"application/json")
            if len(body) > limit:
                raise errors.PayloadTooLarge(f"send at most {limit} bytes", limit_bytes=limit)
            check_fields(body, route.fields)
        weight = route.weigh(body or b"") if route.weigh else 1
        further = weight - (caller.calls == 0)
        caller.calls += 1
        if further:
            await caller.charge(further)

    async def _answer(
        self, route: Route, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Any:
        request = self._services.session.request(
            method,
            URL(target, encoded=True),
            data=body,
            headers=headers,
            timeout=self._timeout,
            allow_redirects=False,
        )
        try:
            async with request as answer:
                status, content = answer.status, await answer.read()
        except (aiohttp.ClientError, OSError) as error:
            raise errors.BadGateway(f"{route.service} cannot be reached: try again", retry_after_s=1) from error
        document = orjson.loads(content) if content else None
        if status >= 400:
            raise problem_of(status, document if isinstance(document, dict) else {})
        return document


def problem_of(status: int, document: Mapping[str, Any]) -> errors.Problem:
    """The problem that a service answered with."""
    detail = str(document.get("detail") or HTTPStatus(status).phrase)
    extra = {"retry_after_s": document["retry_after_s"]} if "retry_after_s" in document else {}
    kind: type[errors.Problem] = CODES.get(status) or type(
        "Other", (errors.Problem,), {"status": status, "code": "http_error"}
    )
    return kind(detail, **extra)
