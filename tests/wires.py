"""A wire of kit.http through an httpx2 transport: into an ASGI app of this process, or whatever a test answers with."""

from collections.abc import Mapping

import httpx2

from kit.http import Response


class TransportWire:
    """Hands every request to the transport, which sees it as sent to `url`."""

    def __init__(self, transport: httpx2.AsyncBaseTransport, url: str = "http://neighbour") -> None:
        self._transport = transport
        self._url = url

    async def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Response:
        """See kit.http.Wire."""
        request = httpx2.Request(method, self._url + path, content=body, headers=headers)
        try:
            answer = await self._transport.handle_async_request(request)
            return Response(answer.status_code, answer.headers.get("etag"), await answer.aread())
        except httpx2.TransportError as error:
            raise ConnectionError(type(error).__name__) from error

    async def close(self) -> None:
        """Lets go of the transport."""
        await self._transport.aclose()
