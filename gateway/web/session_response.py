"""Moves the refresh token of a response of auth from its JSON into the session cookie."""

import orjson
from starlette.types import Message, Send

from gateway.headers import Header
from gateway.web import session_cookie
from kit.app import problem_response
from kit.errors import BadGateway

MOST_BYTES = 64 * 1024
"""Largest response that is read: a session is some 1,000 bytes, and a problem that lists 20 faults below 8 KiB."""


class SessionResponse:
    """Collects one response sent to `send`, then sends it on without the refresh token and with the cookie.

    `clears_on` are the statuses for which the cookie is removed.
    """

    def __init__(self, send: Send, secure: bool, clears_on: frozenset[int], request_id: str) -> None:
        self._send = send
        self._secure = secure
        self._clears_on = clears_on
        self._request_id = request_id
        self._status = 0
        self._headers: list[Header] = []
        self._body = b""
        self._too_long = False
        self._complete = False

    async def send(self, message: Message) -> None:
        """Takes a message of the response; passes the whole on with the last one."""
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            self._too_long = self._too_long or len(self._body) + len(message.get("body", b"")) > MOST_BYTES
            self._body = b"" if self._too_long else self._body + message.get("body", b"")
            if not message.get("more_body", False):
                self._complete = True
                await self._finish()

    async def close(self) -> None:
        """Answers 502 when the response was cut short."""
        if not self._complete:
            await self._refuse()

    async def _finish(self) -> None:
        document = None if self._too_long else _document(self._body)
        if self._too_long or (self._status < 300 and self._body and document is None):
            await self._refuse()
            return
        cookies = [session_cookie.cleared(self._secure)] if self._status in self._clears_on else []
        if document and isinstance(token := document.pop("refresh_token", None), str):
            cookies = [session_cookie.kept(token, self._secure)]
            self._body = orjson.dumps(document)
        await self._pass_on(cookies)

    async def _pass_on(self, cookies: list[bytes]) -> None:
        kept = [(name, value) for name, value in self._headers if name not in (b"content-length", b"set-cookie")]
        length = [] if self._status in (204, 304) else [(b"content-length", b"%d" % len(self._body))]
        headers = [*kept, *length, *((b"set-cookie", cookie) for cookie in cookies)]
        await self._send({"type": "http.response.start", "status": self._status, "headers": headers})
        await self._send({"type": "http.response.body", "body": self._body})

    async def _refuse(self) -> None:
        """502 instead of a response that may hold a refresh token where it cannot be taken out."""
        answer = problem_response(BadGateway("auth answered something else than a session"), self._request_id)
        await self._send({"type": "http.response.start", "status": answer.status_code, "headers": answer.raw_headers})
        await self._send({"type": "http.response.body", "body": answer.body})


def _document(body: bytes) -> dict[str, object] | None:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None
