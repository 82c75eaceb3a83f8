"""uvicorn HTTP protocol of the public port, with limits on request heads and idle connections.

    head of a request    at most HEAD_LIMIT bytes and HEADER_COUNT headers, or 431; complete HEAD_S after its first byte
    a new connection     sends its first request within HEAD_S
    an idle connection   ends after uvicorn's --timeout-keep-alive
    of one address       at most SEGUE_GATEWAY_CONNECTIONS_PER_ADDRESS, or the oldest idle one ends (else 429)

Used as uvicorn option --http gateway.http_protocol:BoundedHttp.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway import metrics
from gateway.connections import Connections

HEAD_LIMIT = 64 * 1024
HEADER_COUNT = 200
HEAD_S = 10.0
TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/problem+json\r\n"
    b"connection: close\r\ncontent-length: %d\r\n\r\n%s"
)
_TOO_LARGE_BODY = (
    b'{"type":"https://segue.example/problems/headers_too_large","title":"The headers are too large","status":431,'
    b'"code":"headers_too_large","detail":"send at most 64 KiB and 200 headers"}'
)
TOO_MANY = (
    b"HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/problem+json\r\n"
    b"connection: close\r\nretry-after: 1\r\ncontent-length: %d\r\n\r\n%s"
)
_TOO_MANY_BODY = (
    b'{"type":"https://segue.example/problems/too_many_requests","title":"Too many requests","status":429,'
    b'"code":"too_many_requests","detail":"your address has too many connections open: close some","retry_after_s":1}'
)


class BoundedHttp(HttpToolsProtocol):
    """One connection to the public port."""

    head_s = HEAD_S
    _head: int | None = None
    """Bytes of the head being read, None between heads."""
    _in_body = False
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        state = getattr(self.app, "state", None)
        self._all: Connections | None = getattr(state, "connections", None)
        self._address = self.client[0] if self.client else ""
        if self._all and not self._all.admit(self, self._address):
            metrics.CONNECTIONS.inc()
            transport.write(TOO_MANY % (len(_TOO_MANY_BODY), _TOO_MANY_BODY))
            transport.close()
            return
        self._expect_head()

    @property
    def idle(self) -> bool:
        """True while no request is under way: between requests, or before the head of one is complete."""
        return self.cycle is None or self.cycle.response_complete

    def end(self) -> None:
        """Closes the connection."""
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_complete()
        if self._all:
            self._all.remove(self, self._address)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feeds the parser at most the remaining head limit, so that a large head is refused while it arrives."""
        while data and not self.transport.is_closing():
            room = HEAD_LIMIT - (self._head or 0)
            if room <= 0:
                self._refuse()
                return
            piece, data = data[:room], data[room:]
            # The head that begins in a piece after a body is counted from the next piece on.
            counted = self._head is not None or not self._in_body
            super().data_received(piece)
            if self._head is not None and counted:
                self._head += len(piece)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head = 0
        if self._deadline is None:
            self._expect_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        if len(self.headers) > HEADER_COUNT:
            self._refuse()

    def on_headers_complete(self) -> None:
        self._head_is_complete()
        self._in_body = True
        if not self.transport.is_closing():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_body = False
        if not self.transport.is_closing():
            super().on_message_complete()

    def _expect_head(self) -> None:
        self._deadline = self.loop.call_later(self.head_s, self.transport.close)

    def _head_is_complete(self) -> None:
        self._head = None
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self) -> None:
        if not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete:
                self.transport.write(TOO_LARGE % (len(_TOO_LARGE_BODY), _TOO_LARGE_BODY))
            self.transport.close()
