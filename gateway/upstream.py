"""Passing a request to the service that answers it, and the answer back, without holding either in memory.

Raw ASGI over one aiohttp session, because a framework route per request costs three times as much CPU. Bytes are
not touched: paths stay encoded, bodies stay compressed. A caller who hangs up cancels the call to the service.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote

import aiohttp
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from yarl import URL

from gateway import headers
from gateway.settings import Settings
from kit import errors, log
from kit.app import problem_response

# Below the 75 s for which the services keep an idle connection, so that the gateway never writes to a closed one.
KEEP_ALIVE_S = 30.0
PING_S = 0.5
CLIENT_CLOSED = 499  # nginx's status for "the caller hung up"; only logs and metrics see it


@dataclass(frozen=True)
class Route:
    """A path of the public contract and the service behind it; a prefix covers what follows after / or : too."""

    path: str
    service: str
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(self.path))
        object.__setattr__(
            self, "pattern", re.compile(pattern + ("" if "{" in self.path else "(?:[/:].*)?"), re.DOTALL)
        )


ROUTES = (
    Route("/v1/tracks/{id}/similar", "recommend"),
    Route("/v1/tracks", "catalog"),
    Route("/v1/search", "catalog"),
    Route("/v1/artists", "catalog"),
    Route("/v1/recommendations", "recommend"),
    Route("/v1/releases", "recommend"),
)


def route_of(path: str) -> Route | None:
    """Where a decoded path leads; None for what is not public. Dot segments lead nowhere."""
    if not {".", ".."}.isdisjoint(path.split("/")):
        return None
    return next((route for route in ROUTES if route.pattern.fullmatch(path)), None)


class Inbound:
    """The caller's side of one exchange: its body, within a limit, and whether it is still there."""

    def __init__(self, scope: Scope, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._seen = 0
        self._read = asyncio.Event()
        length = headers.first(scope["headers"], b"content-length")
        self.length = int(length) if length else 0
        self.has_body = self.length > 0 or headers.first(scope["headers"], b"transfer-encoding") is not None
        self.too_large = self.length > limit
        self.gone = False
        if not self.has_body:
            self._read.set()

    async def body(self) -> bytes | AsyncIterator[bytes] | None:
        """Nothing, the whole of a short body, or a stream."""
        if not self.has_body:
            return None
        chunk, more = await self._next()
        return self._stream(chunk) if more else chunk

    async def _stream(self, chunk: bytes) -> AsyncIterator[bytes]:
        more = True
        while more:
            if chunk:
                yield chunk
            chunk, more = await self._next()
        yield chunk

    async def _next(self) -> tuple[bytes, bool]:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self.gone = True
            raise ConnectionResetError("the caller hung up")
        chunk, more = message.get("body", b""), message.get("more_body", False)
        self._seen += len(chunk)
        self.too_large = self._seen > self._limit
        if self.too_large:
            raise ConnectionAbortedError("the body is larger than allowed")
        if not more:
            self._read.set()
        return chunk, more

    async def cancel_when_gone(self, exchange: "asyncio.Task[None]") -> None:
        """Cancels the exchange when the caller hangs up after the body was read."""
        await self._read.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        exchange.cancel()


class Proxy:
    """The one HTTP client of the gateway; open it before use."""

    def __init__(self, settings: Settings) -> None:
        self.urls: Mapping[str, str] = {
            "catalog": settings.catalog_url.rstrip("/"),
            "recommend": settings.recommend_url.rstrip("/"),
        }
        self._body_limit = settings.body_limit_bytes
        self._pings: dict[str, tuple[float, asyncio.Task[str]]] = {}
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=settings.connect_s, sock_read=settings.read_s)
        self._stream_timeout = aiohttp.ClientTimeout(total=None, sock_connect=settings.connect_s)

    async def __aenter__(self) -> Self:
        # limit=0: how much is too much at once is for each service to say.
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_S)
        self._session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def ping(self, service: str) -> str:
        """Whether a service is ready, at most PING_S ago: the public may ask as often as it likes."""
        asked, task = self._pings.get(service, (-PING_S, None))
        if task is None or time.monotonic() - asked > PING_S:
            task = asyncio.create_task(self._ping(service))
            self._pings[service] = time.monotonic(), task
        return await asyncio.shield(task)

    async def _ping(self, service: str) -> str:
        """Asks a service whether it is ready. Why not, in full, is for its own log and not for the public."""
        try:
            async with self._session.get(self.urls[service] + "/health/ready", timeout=self._timeout) as answer:
                if answer.status == 200:
                    return "ready"
        except (aiohttp.ClientError, OSError) as error:
            log.get("upstream").info("not reachable", upstream=service, reason=repr(error))
            raise errors.NeighbourUnavailable("does not answer") from error
        raise errors.NeighbourUnavailable(f"is not ready ({answer.status})")

    async def forward(
        self,
        route: Route,
        scope: Scope,
        receive: Receive,
        send: Send,
        added: Mapping[str, str],
        back: list[headers.Header],
    ) -> None:
        """Answers with what the service answers. `added` goes to the service, `back` to the caller."""
        inbound = Inbound(scope, receive, self._body_limit)
        exchange = asyncio.current_task()
        assert exchange is not None
        watcher = asyncio.create_task(inbound.cancel_when_gone(exchange))
        try:
            await self._exchange(route, scope, inbound, send, added, back)
        except asyncio.CancelledError:
            if not inbound.gone or exchange.uncancel() > 0:
                raise
            await Response(status_code=CLIENT_CLOSED)(scope, receive, send)
        except errors.Problem as problem:
            await problem_response(problem, scope["request_id"], back)(scope, receive, send)
        finally:
            watcher.cancel()

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
                bodyless = answer.status in (204, 304)
                passed = headers.outbound(answer.raw_headers, bodyless=bodyless)
                answer_headers = [*headers.from_here(passed, self.urls[route.service]), *back]
                started = True
                await send({"type": "http.response.start", "status": answer.status, "headers": answer_headers})
                async for chunk in answer.content.iter_any():
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await send({"type": "http.response.body", "body": b"", "more_body": False})
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
        passed = headers.inbound(scope["headers"])
        passed.extend(added)
        streaming = "text/event-stream" in passed.get("accept", "")
        return self._session.request(
            scope["method"],
            URL(self.urls[route.service] + target_of(scope), encoded=True),
            headers=passed,
            data=body,
            allow_redirects=False,
            timeout=self._stream_timeout if streaming else self._timeout,
        )


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
