"""The fake as an HTTP server in a thread, with failures that a test plans."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import loads
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from tests.fake_spotify.accounts import Tokens
from tests.fake_spotify.answers import NOT_FOUND, Answer
from tests.fake_spotify.web_api import WebApi


@dataclass
class Planned:
    """An answer in place of the real one, for calls whose method and path begin so; `after`: the call is done first."""

    call: str
    answer: Answer
    times: int = 1
    after: bool = False


@dataclass
class FakeSpotify:
    """What the server answers. `seen` has method and path of every call to the Web API."""

    tokens: Tokens
    api: WebApi
    url: str = ""
    planned: list[Planned] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, call: str, answer: Answer, times: int = 1, *, after: bool = False) -> None:
        """Plans a failure, for instance of "GET /v1/me/tracks"."""
        self.planned.append(Planned(call, answer, times, after))

    def agree(self, url: str, account: str = "", *, agree: bool = True) -> dict[str, str]:
        """What a person does on the page: the query of the address that the browser is sent to."""
        form = dict(parse_qsl(urlsplit(url).query)) | {"agree": "1" if agree else "0", "account": account}
        opener = build_opener(_Stay)
        request = Request(f"{self.url}/authorize/answer", urlencode(form).encode())
        with opener.open(request) as answer:
            return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    def answer(self, method: str, target: str, token: str, body: bytes) -> Answer:
        """One request."""
        parts = urlsplit(target)
        with self.lock:
            if parts.path.startswith("/v1/"):
                self.seen.append(f"{method} {parts.path}")
            planned = self._next(f"{method} {parts.path}")
            if planned and not planned.after:
                return planned.answer
            real = self._real(method, parts.path, dict(parse_qsl(parts.query)), token, body)
            return planned.answer if planned else real

    def _next(self, call: str) -> Planned | None:
        for planned in self.planned:
            if call.startswith(planned.call) and planned.times > 0:
                planned.times -= 1
                return planned
        return None

    def _real(self, method: str, path: str, query: dict[str, str], token: str, body: bytes) -> Answer:
        if path.startswith("/v1/"):
            return self.api.answer(method, path, query, token, loads(body) if body else None)
        form = dict(parse_qsl(body.decode())) if body else {}
        routes: dict[tuple[str, str], Any] = {
            ("GET", "/authorize"): lambda: self.tokens.ask(query),
            ("POST", "/authorize/answer"): lambda: self.tokens.answer(form),
            ("POST", "/api/token"): lambda: self.tokens.token(form),
        }
        known = routes.get((method, path))
        return known() if known else NOT_FOUND


class _Stay(HTTPRedirectHandler):
    """Returns a redirect as it is."""

    def http_error_302(self, req: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
        return fp


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeSpotify

    def _respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        token = (self.headers.get("authorization") or "").removeprefix("Bearer ")
        answer = self.fake.answer(self.command, self.path, token, body)
        time.sleep(answer.delay_s)
        try:
            self.send_response(answer.status)
            for name, value in {**answer.headers, "content-length": str(len(answer.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)
        except ConnectionError:  # the client gave up
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = _respond

    def log_message(self, *_: Any) -> None:
        """Nothing: addresses have codes."""


@contextmanager
def serving(fake: FakeSpotify, port: int = 0) -> Iterator[FakeSpotify]:
    """The fake on a port of this machine."""
    handler = type("Handler", (_Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
