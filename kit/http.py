"""How one service asks another: one typed client over httpx2. The only file that imports it outside the tests.

Calls run down the line gateway > report > recommend > catalog > auth, always in the batch form. Reads are retried
once within their deadline; what still fails is NeighbourUnavailable, so that callers can degrade instead of break.
"""

from typing import Any, Self

import httpx2
import stamina
import structlog

from kit.errors import NeighbourUnavailable

DEADLINE_S = 2.0
RETRIED = (502, 503, 504)
Transport = httpx2.AsyncBaseTransport


class _TryAgain(Exception):
    """The neighbour may answer a second time."""


class Neighbour:
    """A service to the right of us. `transport` is the seam for tests: an ASGI app instead of a socket."""

    def __init__(self, name: str, url: str, transport: Transport | None = None) -> None:
        self.name = name
        timeout = httpx2.Timeout(DEADLINE_S, connect=0.5)
        self._client = httpx2.AsyncClient(base_url=url, timeout=timeout, transport=transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def post(self, path: str, body: Any) -> Any:
        """The JSON answer to a read that travels as POST (batch look-ups); NeighbourUnavailable otherwise."""
        try:
            async for attempt in stamina.retry_context(
                on=_TryAgain, attempts=2, wait_initial=0.02, wait_max=0.1, timeout=DEADLINE_S
            ):
                with attempt:
                    return await self._once(path, body)
        except _TryAgain as error:
            raise NeighbourUnavailable(f"{self.name} did not answer: {error}") from error
        raise AssertionError("unreachable: the retry loop returns or raises")

    async def _once(self, path: str, body: Any) -> Any:
        try:
            response = await self._client.post(path, json=body, headers=_context_headers())
        except httpx2.TransportError as error:
            raise _TryAgain(f"{type(error).__name__} on {path}") from error
        if response.status_code in RETRIED:
            raise _TryAgain(f"status {response.status_code} on {path}")
        if response.status_code != 200:
            raise NeighbourUnavailable(f"{self.name} answered {response.status_code} on {path}: {response.text[:200]}")
        try:
            return response.json()
        except ValueError as error:
            raise NeighbourUnavailable(f"{self.name} answered {path} with something that is not JSON") from error


def _context_headers() -> dict[str, str]:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    return {"x-request-id": str(request_id)} if request_id else {}
