"""HTTP client to the services behind the gateway: their URLs, the shared session, readiness pings, own requests."""

import asyncio
import time
from collections.abc import Mapping
from typing import Self

import aiohttp

from gateway.settings import Settings
from kit import log
from kit.errors import NeighbourUnavailable
from kit.topology import GATEWAY, called_by

# Below the 75 s for which the services keep an idle connection, so that the gateway never writes to a closed one.
KEEP_ALIVE_S = 30.0
PING_S = 0.5
CALL_S = 2.0


class Services:
    """URLs and HTTP session of the services; an async context manager."""

    def __init__(self, settings: Settings) -> None:
        self.urls: Mapping[str, str] = {name: settings.url_of(name) for name in called_by(GATEWAY)}
        self._timeout = aiohttp.ClientTimeout(total=CALL_S, sock_connect=settings.connect_s)
        self._pings: dict[str, tuple[float, asyncio.Task[str]]] = {}

    async def __aenter__(self) -> Self:
        # limit=0: concurrency is limited by max_in_flight, which refuses requests, where this would queue them.
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_S)
        self.session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    async def ping(self, service: str) -> str:
        """Readiness of a service, cached for PING_S because the check is public; NeighbourUnavailable."""
        started, task = self._pings.get(service, (-PING_S, None))
        if task is None or time.monotonic() - started > PING_S:
            task = asyncio.create_task(self._ping(service))
            self._pings[service] = time.monotonic(), task
        return await asyncio.shield(task)

    async def _ping(self, service: str) -> str:
        """Requests a service's readiness. The full reason of a failure is in its log, not in the public response."""
        status, _ = await self.call(service, "GET", "/health/ready")
        if status != 200:
            raise NeighbourUnavailable(f"is not ready ({status})")
        return "ready"

    async def call(
        self, service: str, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Sends a request of the gateway's own; returns status and body. NeighbourUnavailable without a response."""
        request = self.session.request(
            method,
            self.urls[service] + path,
            data=body,
            headers=headers,
            timeout=self._timeout,
            allow_redirects=False,
        )
        try:
            async with request as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientError, OSError) as error:
            log.get("services").info("not reachable", upstream=service, reason=repr(error))
            raise NeighbourUnavailable("does not answer") from error
