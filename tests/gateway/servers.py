"""Real upstream servers on loopback for the proxy's tests."""

import asyncio
import hashlib
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, redirect_stderr
from gzip import compress
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.app import create_app
from gateway.settings import Settings
from kit import log
from kit.topology import GATEWAY, called_by

MEGABYTE = 1 << 20
AWAY = "http://127.0.0.1:9"
SERVICE_KEY = "a service key of thirty-two characters or more"
NOT_BUILT = Path("no-such-folder")
GZIPPED = compress(b'{"items": []}', mtime=0)


@asynccontextmanager
async def serve(app: ASGIApp, lifespan: str = "off", http: Any = "httptools", **options: Any) -> AsyncIterator[str]:
    """The URL under which uvicorn serves the app, on a free port."""
    # With the protocol named, asyncio sets TCP_NODELAY; without, an answer in two parts waits 40 ms for the second.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, lifespan=lifespan, log_config=None, ws="none", proxy_headers=False, http=http, loop="asyncio", **options
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
        await asyncio.sleep(0.002)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
        listener.close()


@asynccontextmanager
async def door(catalog: str, http: Any = "httptools", dist: Path = NOT_BUILT, **settings: Any) -> AsyncIterator[str]:
    """A gateway of a catalog that answers for all but recommend, which is away; without limits unless one is set.

    `dist` is the folder of the built web app; none by default.
    """
    chosen = {
        **{f"{name}_url": catalog for name in called_by(GATEWAY)},
        "recommend_url": AWAY,
        "service_key": SERVICE_KEY,
        "guest_per_minute": 0,
        "person_per_minute": 0,
        "key_per_minute": 0,
        "sign_in_per_minute": 0,
        "body_limit_bytes": 10 * MEGABYTE,
    }
    async with serve(create_app(Settings(**chosen | settings), dist), lifespan="on", http=http) as url:
        yield url


@contextmanager
def logged() -> Iterator[list[str]]:
    """The log lines of apps that start inside, there afterwards. pytest puts its own stderr back around fixtures."""
    lines: list[str] = []
    written = BytesIO()
    standard_error = TextIOWrapper(written)  # closes what is written when it goes
    with redirect_stderr(standard_error):
        yield lines
    log.configure("tests")  # back to the standard error of everybody
    lines += written.getvalue().decode().splitlines()


async def raw(url: str, request: bytes) -> bytes:
    """The exact bytes that come back for these bytes; the request should say Connection: close."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    return answer


class Upstream:
    """A service that answers /v1/search/<behaviour> with what a proxy might spoil."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()
        self.bodies: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.set()
        behaviour = scope["path"].removeprefix("/v1/search").strip("/").split("/")[0]
        answer = getattr(self, f"_{behaviour}", self._echo)
        await answer(scope, receive, send)

    async def _echo(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b"".join([chunk async for chunk in chunks(receive)])
        seen = {
            "method": scope["method"],
            "path": scope["raw_path"].decode("latin-1"),
            "query": scope["query_string"].decode("latin-1"),
            "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]],
            "body": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        await reply(send, 200, [(b"content-type", b"application/json")], json.dumps(seen).encode())

    async def _cookies(self, scope: Scope, receive: Receive, send: Send) -> None:
        await reply(send, 200, [(b"set-cookie", b"a=1; Path=/"), (b"set-cookie", b"b=2; HttpOnly")], b"ok")

    async def _gzip(self, scope: Scope, receive: Receive, send: Send) -> None:
        await reply(send, 200, [(b"content-type", b"application/json"), (b"content-encoding", b"gzip")], GZIPPED)

    async def _nothing(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": [(b"etag", b'"n"')]})
        await send({"type": "http.response.body", "body": b""})

    async def _unchanged(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", b'"v1"')]})
        await send({"type": "http.response.body", "body": b""})

    async def _hops(self, scope: Scope, receive: Receive, send: Send) -> None:
        private = [(b"connection", b"x-private"), (b"x-private", b"1"), (b"keep-alive", b"timeout=5")]
        await reply(send, 200, [*private, (b"proxy-authenticate", b"Basic"), (b"x-request-id", b"theirs")], b"ok")

    async def _moved(self, scope: Scope, receive: Receive, send: Send) -> None:
        await reply(send, 307, [(b"location", b"/v1/search/elsewhere")], b"")

    async def _slashed(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = dict(scope["headers"])[b"host"]
        await reply(send, 307, [(b"location", b"http://" + host + b"/v1/search?q=a")], b"")

    async def _events(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"data: first\n\n", "more_body": True})
        await self._until_gone(receive)

    async def _silent(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._until_gone(receive)

    async def _until_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.gone.set()

    async def _short(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b"x" * 10, "more_body": True})

    async def _flood(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(50):
            await send({"type": "http.response.body", "body": b"x" * MEGABYTE, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async def _sink(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self.bodies.append(sum([len(chunk) async for chunk in chunks(receive)]))
        except ConnectionResetError:
            self.gone.set()
            return
        await reply(send, 200, [], str(self.bodies[-1]).encode())


async def chunks(receive: Receive) -> AsyncIterator[bytes]:
    """The request body as it comes; ConnectionResetError when it breaks off."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        more = message.get("more_body", False)
        yield message.get("body", b"")


async def reply(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
