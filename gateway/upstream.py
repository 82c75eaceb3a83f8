"""Passing a request to the service that answers it, and the answer back, without holding either in memory.

Raw ASGI over one aiohttp session, because a framework route per request costs three times as much CPU. Bytes are
not touched: paths stay encoded, bodies stay compressed.

A caller who hangs up cancels a read: nobody needs the answer. A write goes on until its service has answered, because
the caller meant it - a like is often the last thing a page says before it is left - and a cancelled one would leave
everybody guessing whether it was done.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import aiohttp
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from yarl import URL

from gateway import headers
from gateway.inbound import Inbound
from gateway.services import Services
from gateway.settings import Settings
from kit import errors, log
from kit.app import problem_response

CLIENT_CLOSED = 499  # nginx's status for "the caller hung up"; only logs and metrics see it


@dataclass(frozen=True)
class Route:
    """A path of the public contract and the service behind it.

    A prefix covers what follows after / or : too. `changes` says that its methods other than GET and HEAD are writes.
    """

    path: str
    service: str
    prefix: bool = True
    changes: bool = False

    @property
    def pattern(self) -> str:
        """The regular expression of the whole decoded path. A part in braces may be a link, with slashes of its own."""
        return re.sub(r"\\\{\w+\\\}", ".+", re.escape(self.path)) + ("(?:[/:].*)?" if self.prefix else "")


# The more specific path stands first.
ROUTES = (
    Route("/v1/tracks/{id}/similar", "recommend", prefix=False),
    Route("/v1/tracks", "catalog"),
    Route("/v1/search", "catalog"),
    Route("/v1/artists", "catalog"),
    Route("/v1/recommendations", "recommend"),
    Route("/v1/releases", "recommend"),
    Route("/v1/me/recommendations", "recommend"),
    Route("/v1/me/likes", "catalog", changes=True),
    Route("/v1/me/feedback", "catalog", changes=True),
    Route("/v1/me/sessions", "auth", changes=True),
    Route("/v1/me/api-keys", "auth", changes=True),
    Route("/v1/me/password", "auth", prefix=False, changes=True),
    Route("/v1/me", "auth", prefix=False, changes=True),
    Route("/v1/auth", "auth", changes=True),
    Route("/.well-known/jwks.json", "auth", prefix=False),
)
# One expression for all: its group that matched is the number of the route.
PATHS = re.compile("|".join(f"({route.pattern})" for route in ROUTES), re.DOTALL)
READS = frozenset({"GET", "HEAD", "OPTIONS"})


def route_of(path: str) -> Route | None:
    """Where a decoded path leads; None for what is not public. Dot segments lead nowhere."""
    found = PATHS.fullmatch(path)
    if not found or not {".", ".."}.isdisjoint(path.split("/")):
        return None
    assert found.lastindex
    return ROUTES[found.lastindex - 1]


class Proxy:
    """Forwards requests to the services, at most `max_in_flight` of them to each at once."""

    def __init__(self, services: Services, settings: Settings) -> None:
        self._services = services
        self._body_limit = settings.body_limit_bytes
        self._most, self._in_flight = settings.max_in_flight, dict.fromkeys(services.urls, 0)
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
    ) -> None:
        """Answers with what the service answers.

        `given` are the caller's headers by name, `added` go to the service, `back` to the caller.
        """
        inbound = Inbound(given, receive, self._body_limit, holds=route.changes and scope["method"] not in READS)
        exchange = asyncio.current_task()
        assert exchange is not None
        inbound.watch(exchange)
        try:
            with self._place(route.service):
                await self._exchange(route, scope, inbound, send, added, back)
        except asyncio.CancelledError:
            if not inbound.gone or exchange.uncancel() > 0:
                raise
            await Response(status_code=CLIENT_CLOSED)(scope, receive, send)
        except errors.Problem as problem:
            answer = problem_response(problem, scope["request_id"], back)
            await (Response(status_code=CLIENT_CLOSED) if inbound.gone else answer)(scope, receive, send)
        finally:
            inbound.unwatch()

    @contextmanager
    def _place(self, service: str) -> Iterator[None]:
        """One of the places that a service has for requests under way; Overloaded when all are taken."""
        if self._in_flight[service] >= self._most:
            detail = f"{service} has {self._most} requests under way: try again in a second"
            raise errors.Overloaded(detail, retry_after_s=1)
        self._in_flight[service] += 1
        try:
            yield
        finally:
            self._in_flight[service] -= 1

    async def _exchange(
        self,
        route: Route,
        scope: Scope,
        inbound: Inbound,
        send: Send,
        added: Mapping[str, str],
        back: list[headers.Header],
    ) -> None:
        started = False
        try:
            self._check_size(inbound)
            async with self._request(route, scope, await inbound.body(), added) as answer:
                inbound.holds = False
                bodyless = answer.status in (204, 304)
                passed = headers.outbound(answer.raw_headers, bodyless=bodyless)
                if "location" in answer.headers:
                    passed = headers.from_here(passed, self._services.urls[route.service])
                started = True
                await send({"type": "http.response.start", "status": answer.status, "headers": passed + back})
                if not inbound.gone:
                    await _pass_body(answer.content, send)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            self._check_size(inbound)
            if not started:
                raise _problem_of(error, route.service, self._timeout) from error
            # Ending without a last message makes the server cut the connection: the only way left to say "incomplete".
            log.get("upstream").warning("answer cut short", upstream=route.service, reason=repr(error))

    def _check_size(self, inbound: Inbound) -> None:
        if inbound.too_large:
            raise errors.PayloadTooLarge(f"send at most {self._body_limit} bytes", limit_bytes=self._body_limit)

    def _request(
        self, route: Route, scope: Scope, body: bytes | AsyncIterator[bytes] | None, added: Mapping[str, str]
    ) -> "aiohttp.client._RequestContextManager":
        passed = headers.inbound(scope["headers"], added)
        streaming = "text/event-stream" in passed.get("accept", "")
        return self._services.session.request(
            scope["method"],
            URL(self._services.urls[route.service] + target_of(scope), encoded=True),
            headers=passed,
            data=body,
            allow_redirects=False,
            timeout=self._stream_timeout if streaming else self._timeout,
        )


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
