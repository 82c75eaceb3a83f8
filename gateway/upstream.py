"""Passing a request to the service that answers it, and the answer back, without holding either in memory.

Raw ASGI over one aiohttp session, because a framework route per request costs three times as much CPU. Bytes are
not touched: paths stay encoded, bodies stay compressed.

A caller who hangs up cancels a read: nobody needs the answer. A write goes on until its service has answered, because
the caller meant it - a like is often the last thing a page says before it is left - and a cancelled one would leave
everybody guessing whether it was done.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from urllib.parse import quote

import aiohttp
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from yarl import URL

from gateway import headers
from gateway.body_weight import check_fields
from gateway.request_body import RequestBody
from gateway.request_slots import RequestSlots
from gateway.routing import Route
from gateway.services import Services
from gateway.settings import Settings
from kit import errors, log
from kit.app import problem_response

READS = frozenset({"GET", "HEAD", "OPTIONS"})
CLIENT_CLOSED = 499  # nginx's status for "the caller hung up"; only logs and metrics see it


Charge = Callable[[int], Awaitable[None]]
"""Counts so many further requests of the caller; TooManyRequests."""


class Proxy:
    """Forwards requests to the services, at most `max_in_flight` of them to each at once."""

    def __init__(self, services: Services, settings: Settings) -> None:
        self._services = services
        self._body_limit, self._body_s = settings.body_limit_bytes, settings.body_s
        self._slots = RequestSlots(services.urls, settings.max_in_flight, settings.caller_share)
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=settings.connect_s, sock_read=settings.read_s)
        self._stream_timeout = aiohttp.ClientTimeout(total=None, sock_connect=settings.connect_s)

    async def forward(
        self,
        route: Route,
        scope: Scope,
        receive: Receive,
        send: Send,
        given: Mapping[bytes, bytes],
        added: Mapping[str, str],
        back: list[headers.Header],
        who: str,
        charge: Charge,
    ) -> None:
        """Answers with what the service answers.

        `given` are the caller's headers by name, `added` go to the service, `back` to the caller; `who` holds the
        place.
        """
        limit = self._body_limit if route.body_limit is None else route.body_limit
        inbound_headers = RequestBody(given, receive, limit, holds=route.changes and scope["method"] not in READS)
        exchange = asyncio.current_task()
        assert exchange is not None
        inbound_headers.watch(exchange)
        try:
            body = await self._body(route, inbound_headers, charge)
            with self._slots.one(route.service, who):
                await self._exchange(route, scope, inbound_headers, body, send, added, back)
        except asyncio.CancelledError:
            if not inbound_headers.gone or exchange.uncancel() > 0:
                raise
            await Response(status_code=CLIENT_CLOSED)(scope, receive, send)
        except errors.Problem as problem:
            answer = problem_response(problem, scope["request_id"], back)
            await (Response(status_code=CLIENT_CLOSED) if inbound_headers.gone else answer)(scope, receive, send)
        finally:
            inbound_headers.unwatch()

    async def _body(
        self, route: Route, inbound_headers: RequestBody, charge: Charge
    ) -> bytes | AsyncIterator[bytes] | None:
        """The body, read before a place is taken: whoever does not send it holds nothing. Its fields are bounded, and
        what it weighs is counted."""
        _check_size(inbound_headers)
        try:
            body = await inbound_headers.body(route.body_s or self._body_s)
        except OSError as error:
            _check_size(inbound_headers)
            raise errors.BadRequest("the body broke off") from error
        if isinstance(body, bytes):
            check_fields(body)
            if route.weigh and (further := route.weigh(body) - 1) > 0:
                await charge(further)
        return body

    async def _exchange(
        self,
        route: Route,
        scope: Scope,
        inbound_headers: RequestBody,
        body: bytes | AsyncIterator[bytes] | None,
        send: Send,
        added: Mapping[str, str],
        back: list[headers.Header],
    ) -> None:
        started = False
        try:
            async with self._request(route, scope, body, added) as answer:
                inbound_headers.holds = False
                bodyless = answer.status in (204, 304)
                passed = headers.outbound_headers(answer.raw_headers, bodyless=bodyless)
                if "location" in answer.headers:
                    passed = headers.from_here(passed, self._services.urls[route.service])
                started = True
                await send({"type": "http.response.start", "status": answer.status, "headers": passed + back})
                if scope["method"] == "HEAD":
                    await send({"type": "http.response.body", "body": b""})
                elif not inbound_headers.gone:
                    await _pass_body(answer.content, send)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            _check_size(inbound_headers)
            if not started:
                raise _problem_of(error, route.service, self._timeout) from error
            # Ending without a last message makes the server cut the connection: the only way left to say "incomplete".
            log.get("upstream").warning("answer cut short", upstream=route.service, reason=repr(error))

    def _request(
        self, route: Route, scope: Scope, body: bytes | AsyncIterator[bytes] | None, added: Mapping[str, str]
    ) -> "aiohttp.client._RequestContextManager":
        passed = headers.inbound_headers(scope["headers"], added)
        streaming = "text/event-stream" in passed.get("accept", "")
        return self._services.session.request(
            "GET" if scope["method"] == "HEAD" else scope["method"],
            URL(self._services.urls[route.service] + target_of(scope), encoded=True),
            headers=passed,
            data=body,
            allow_redirects=False,
            timeout=self._stream_timeout if streaming else self._timeout,
        )


def _check_size(inbound_headers: RequestBody) -> None:
    if inbound_headers.too_large:
        raise errors.PayloadTooLarge(f"send at most {inbound_headers.limit} bytes", limit_bytes=inbound_headers.limit)


async def _pass_body(content: aiohttp.StreamReader, send: Send) -> None:
    """Each piece as it comes; the last one says so itself, which saves a message."""
    ended = False
    while not ended:
        piece = await content.readany()
        ended = content.at_eof()
        await send({"type": "http.response.body", "body": piece, "more_body": not ended})


def target_of(scope: Scope) -> str:
    """Path and query as the caller wrote them; bytes outside ASCII, which no URL may hold, are percent-encoded."""
    target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    return target.decode() if target.isascii() else quote(target, safe="/?:@!$&'()*+,;=%-._~[]")


def _problem_of(error: Exception, service: str, timeout: aiohttp.ClientTimeout) -> errors.Problem:
    if isinstance(error, TimeoutError):
        return errors.GatewayTimeout(f"{service} did not answer within {timeout.sock_read:g} s: try again")
    if isinstance(error, aiohttp.ClientConnectorError):
        return errors.BadGateway(f"{service} cannot be reached, it may be restarting: try again", retry_after_s=1)
    return errors.BadGateway(f"{service} broke off its answer ({type(error).__name__}): try again", retry_after_s=1)
