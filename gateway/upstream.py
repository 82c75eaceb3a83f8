"""Reverse proxy: forwards a request to its service and streams the response back.

Raw ASGI over one aiohttp session, because a framework route per request costs three times as much CPU. Bytes are
unchanged: paths stay encoded, bodies stay compressed.

When the caller disconnects, a read is cancelled. A write continues until its service has responded, because the caller
intended it (a like is often the last request of a page before it is left), and after a cancelled one its outcome would
be unknown.
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
from gateway.idempotency.keyed_request import KeyedRequest
from gateway.request_body import RequestBody
from gateway.request_slots import RequestSlots
from gateway.routing import Route
from gateway.services import Services
from gateway.settings import Settings
from kit import errors, log, tracing
from kit.problem_responses import problem_response

READS = frozenset({"GET", "HEAD", "OPTIONS"})
CLIENT_CLOSED = 499  # nginx's status for a client that disconnected; only in logs and metrics


Charge = Callable[[int], Awaitable[None]]
"""Counts further requests of the caller; TooManyRequests."""


class Proxy:
    """Forwards requests to the services, at most `max_in_flight` of them to each at once."""

    def __init__(self, services: Services, settings: Settings) -> None:
        self._services = services
        self._body_limit, self._body_s = settings.body_limit_bytes, settings.body_s
        self.slots = RequestSlots(settings.max_in_flight, settings.caller_share)
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
        keyed: KeyedRequest | None = None,
    ) -> None:
        """Forwards a request to its service and sends the service's response.

        `given` are the caller's headers by name, `added` go to the service, `back` to the caller; `who` is counted for
        the request slot; `keyed` is set for a request whose answer is stored.
        """
        limit = route.limit(self._body_limit, given.get(b"content-type", b""))
        holds = route.changes and scope["method"] not in READS
        request_body = RequestBody(given, receive, limit, holds, to_the_end=keyed is not None)
        exchange = asyncio.current_task()
        assert exchange is not None
        request_body.watch(exchange)
        try:
            body = await self._body(route, request_body, charge)

            async def run(send: Send) -> None:
                with self.slots.one(route.slots, who):
                    await self._exchange(route, scope, request_body, body, send, added, back)

            await (keyed.respond(body, request_body.begins, back, send, run) if keyed else run(send))
        except asyncio.CancelledError:
            if not request_body.gone or exchange.uncancel() > 0:
                raise
            await Response(status_code=CLIENT_CLOSED)(scope, receive, send)
        except errors.Problem as problem:
            answer = problem_response(problem, scope["request_id"], back)
            await (Response(status_code=CLIENT_CLOSED) if request_body.gone else answer)(scope, receive, send)
        finally:
            request_body.unwatch()

    async def _body(
        self, route: Route, request_body: RequestBody, charge: Charge
    ) -> bytes | AsyncIterator[bytes] | None:
        """Reads the body before a request slot is taken, so that slow senders hold none. Checks its fields, and
        charges its weight to the caller's limit."""
        _check_body(request_body)
        try:
            body = await request_body.body(route.body_s or self._body_s)
        except OSError as error:
            _check_body(request_body)
            raise errors.BadRequest("the body broke off") from error
        if isinstance(body, bytes) and not route.upload:
            check_fields(body, route.fields)
        if route.weigh and isinstance(body, bytes | None) and (further := route.weigh(body or b"") - 1) > 0:
            await charge(further)
        return body

    async def _exchange(
        self,
        route: Route,
        scope: Scope,
        request_body: RequestBody,
        body: bytes | AsyncIterator[bytes] | None,
        send: Send,
        added: Mapping[str, str],
        back: list[headers.Header],
    ) -> None:
        with tracing.call(route.service, scope["method"]) as traceparent:
            added = {**added, tracing.HEADER: traceparent} if traceparent else added
            await self._pass(route, scope, request_body, body, send, added, back)

    async def _pass(
        self,
        route: Route,
        scope: Scope,
        request_body: RequestBody,
        body: bytes | AsyncIterator[bytes] | None,
        send: Send,
        added: Mapping[str, str],
        back: list[headers.Header],
    ) -> None:
        started = False
        try:
            async with self._request(route, scope, body, added) as answer:
                request_body.holds = request_body.to_the_end
                bodyless = answer.status in (204, 304)
                passed = headers.outbound_headers(answer.raw_headers, bodyless=bodyless)
                if "location" in answer.headers:
                    passed = headers.from_here(passed, self._services.urls[route.service])
                started = True
                await send({"type": "http.response.start", "status": answer.status, "headers": passed + back})
                if scope["method"] == "HEAD":
                    await send({"type": "http.response.body", "body": b""})
                elif request_body.to_the_end or not request_body.gone:  # to the end where the answer is stored
                    await _pass_body(answer.content, send)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            _check_body(request_body)
            if not started:
                raise _problem_of(error, route.service, self._timeout) from error
            # Ending without a last message makes the server close the connection, which signals an incomplete body.
            log.get("upstream").warning("answer cut short", upstream=route.service, reason=repr(error))

    def _request(
        self, route: Route, scope: Scope, body: bytes | AsyncIterator[bytes] | None, added: Mapping[str, str]
    ) -> "aiohttp.client._RequestContextManager":
        passed = headers.passed_headers(scope["headers"], added)
        streaming = "text/event-stream" in passed.get("accept", "")
        return self._services.session.request(
            "GET" if scope["method"] == "HEAD" else scope["method"],
            URL(self._services.urls[route.service] + target_of(scope), encoded=True),
            headers=passed,
            data=body,
            allow_redirects=False,
            timeout=self._stream_timeout if streaming else self._timeout,
        )


def _check_body(request_body: RequestBody) -> None:
    """Raises what is wrong with the body; of a streamed one the HTTP client only says that sending failed."""
    if request_body.too_large:
        raise errors.PayloadTooLarge(f"send at most {request_body.limit} bytes", limit_bytes=request_body.limit)
    if request_body.late:
        raise errors.RequestTimeout("the body did not come in time: send it again, in one go")


async def _pass_body(content: aiohttp.StreamReader, send: Send) -> None:
    """Sends each piece as it arrives; the last one has more_body False, which saves a message."""
    ended = False
    while not ended:
        piece = await content.readany()
        ended = content.at_eof()
        await send({"type": "http.response.body", "body": piece, "more_body": not ended})


def target_of(scope: Scope) -> str:
    """Path and query as the caller sent them; bytes outside ASCII, invalid in a URL, are percent-encoded."""
    target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    return target.decode() if target.isascii() else quote(target, safe="/?:@!$&'()*+,;=%-._~[]")


def _problem_of(error: Exception, service: str, timeout: aiohttp.ClientTimeout) -> errors.Problem:
    if isinstance(error, TimeoutError):
        return errors.GatewayTimeout(f"{service} did not answer within {timeout.sock_read:g} s: try again")
    if isinstance(error, aiohttp.ClientConnectorError):
        return errors.BadGateway(f"{service} cannot be reached, it may be restarting: try again", retry_after_s=1)
    return errors.BadGateway(f"{service} broke off its answer ({type(error).__name__}): try again", retry_after_s=1)
