"""HTTP client between services: aiohttp with keep-alive connections, one retry, deadlines and a circuit breaker.

Calls go in the order gateway > report > recommend > catalog > auth, always in the batch form. All of them are
idempotent, so a failed call is retried once within its deadline; then it raises NeighbourSilent, so that callers
can degrade. After BREAKS consecutive failures no call is sent for PAUSE_S, so that requests do not wait for a dead
service. Tests replace the transport (`Wire`).
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, Self

import aiohttp
import orjson
from yarl import URL

from kit import log, tracing
from kit.errors import NeighbourSilent, NeighbourUnavailable, Unauthorized

DEADLINE_S, CONNECT_S = 2.0, 0.5
AGAIN_S = 0.05
KEEP_ALIVE_S = 30.0  # below the 75 s for which our servers keep an idle connection
RETRIED = (502, 503, 504)
BREAKS, PAUSE_S = 5, 1.0


class _TryAgain(Exception):
    """A failure that is worth one retry."""


class ConditionalReply(NamedTuple):
    """A response body and its ETag; the body is None when the caller's ETag still matches (304)."""

    body: bytes | None
    etag: str | None


class Response(NamedTuple):
    """Status, ETag and body of a response."""

    status: int
    etag: str | None
    body: bytes


class Wire(Protocol):
    """Transport: sends one request and reads the whole response; OSError with the reason when there is none."""

    async def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Response: ...

    async def close(self) -> None: ...


class ServiceClient:
    """Client of one other service. Tests pass `wire` to call an ASGI app instead of a socket."""

    def __init__(self, name: str, url: str, wire: Wire | None = None) -> None:
        self.name = name
        self._wire: Wire = wire or Sockets(url)
        self._failures, self._pause_ends = 0, 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._wire.close()

    async def post(self, path: str, body: Any, authorization: str | None = None, deadline_s: float = DEADLINE_S) -> Any:
        """Sends a read or an idempotent write as POST and returns the JSON response; NeighbourUnavailable."""
        headers = {"content-type": "application/json"}
        return self._json(path, await self._call("POST", path, orjson.dumps(body), headers, authorization, deadline_s))

    async def get(
        self, path: str, authorization: str | None = None, etag: str | None = None, deadline_s: float = DEADLINE_S
    ) -> ConditionalReply:
        """Sends a conditional GET; the body is None on 304 for `etag`. Unauthorized when the token is refused."""
        headers = {"if-none-match": etag} if etag else {}
        answer = await self._call("GET", path, None, headers, authorization, deadline_s)
        return ConditionalReply(None if answer.status == 304 else answer.body, answer.etag)

    async def get_json(self, path: str, authorization: str | None = None) -> Any:
        """Sends a GET and returns the JSON response."""
        return self._json(path, await self._call("GET", path, None, {}, authorization))

    async def _call(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: dict[str, str],
        authorization: str | None,
        deadline_s: float = DEADLINE_S,
    ) -> Response:
        if self._failures >= BREAKS and time.monotonic() < self._pause_ends:
            raise NeighbourSilent(f"{self.name} did not answer a moment ago and is left alone for a second")
        if request_id := log.contextvars.get_contextvars().get("request_id"):
            headers["x-request-id"] = str(request_id)
        if authorization:
            headers["authorization"] = authorization
        try:
            with tracing.call(self.name, method) as traceparent:
                if traceparent:
                    headers[tracing.HEADER] = traceparent
                async with asyncio.timeout(deadline_s):
                    answer = await self._twice(method, path, body, headers)
        except (_TryAgain, TimeoutError) as error:
            self._failures, self._pause_ends = self._failures + 1, time.monotonic() + PAUSE_S
            reason = str(error) or f"nothing for {deadline_s:g} s"
            raise NeighbourSilent(f"{self.name} did not answer: {reason} on {path}") from error
        self._failures = 0
        return self._checked(path, answer)

    async def _twice(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Response:
        try:
            return await self._once(method, path, body, headers)
        except _TryAgain:
            await asyncio.sleep(AGAIN_S)
            return await self._once(method, path, body, headers)

    async def _once(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Response:
        try:
            answer = await self._wire.send(method, path, body, headers)
        except OSError as error:
            raise _TryAgain(str(error) or type(error).__name__) from error
        if answer.status in RETRIED:
            raise _TryAgain(f"status {answer.status}")
        return answer

    def _checked(self, path: str, answer: Response) -> Response:
        if answer.status == 401:
            raise Unauthorized(_detail(answer.body))
        if answer.status not in (200, 202, 304):
            excerpt = answer.body[:200].decode(errors="replace")
            raise NeighbourUnavailable(f"{self.name} answered {answer.status} on {path}: {excerpt}")
        return answer

    def _json(self, path: str, answer: Response) -> Any:
        try:
            return orjson.loads(answer.body)
        except ValueError as error:
            raise NeighbourUnavailable(f"{self.name} answered {path} with something that is not JSON") from error


class Sockets:
    """Transport over aiohttp keep-alive connections: a quarter of the CPU of httpx2, an eighth of httpx
    (bench.http_clients)."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Response:
        """See Wire."""
        session = self._session = self._session or _session()
        url = URL(self._url + path, encoded=True)
        try:
            async with session.request(method, url, headers=headers, data=body, allow_redirects=False) as answer:
                return Response(answer.status, answer.headers.get("etag"), await answer.read())
        except (aiohttp.ClientError, OSError) as error:
            raise ConnectionError(type(error).__name__) from error

    async def close(self) -> None:
        """Closes every connection."""
        if self._session:
            await self._session.close()


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_S),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S),
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
    )


def _detail(body: bytes) -> str:
    try:
        return str(orjson.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return "this access token is refused"
