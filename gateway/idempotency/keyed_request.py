"""A POST with an Idempotency-Key: runs it once, stores the answer, and gives it again to the same request.

the same key and request    the stored answer, with `Idempotency-Replayed: true`
the same key, another body  409 idempotency_key_reused
while the first one runs    409 request_in_progress with Retry-After
refused, or no answer       nothing is stored: the key is free again

Accept and Accept-Encoding are no part of the request: these answers have one media type and no content coding.
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from starlette.types import Message, Scope, Send

from gateway.headers import Header
from gateway.idempotency import stored_response
from gateway.idempotency.stored_response import Claim, Full, ResponseStore
from gateway.metrics import count_unstored_response
from gateway.routing import Route
from kit import errors, log

KEY = re.compile(rb"[!-~]{1,120}")
BOUNDARY = re.compile(rb'boundary=(?:"([^"]{1,70})"|([^;\s]{1,70}))', re.IGNORECASE)
HEADER, ACCEPT_ENCODING = b"idempotency-key", b"accept-encoding"
REPLAYED: Header = (b"idempotency-replayed", b"true")
FULL_S = 60
"""Retry-After of a full store: answers expire by the hour, and leave with deleted accounts."""
Body = bytes | AsyncIterator[bytes] | None


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """One request. `owner` is the person whose answers are deleted with the account; `name` stands for caller, path and
    key; `request` is what must be the same but for the body. `optional`: its service recognises repeats by itself, so
    that it may run without the store."""

    store: ResponseStore
    owner: str
    name: str
    request: tuple[bytes, ...]
    boundary: bytes
    optional: bool

    async def respond(
        self, body: Body, begins: bytes, back: Sequence[Header], send: Send, run: Callable[[Send], Awaitable[None]]
    ) -> None:
        """Sends the stored answer, or what `run` sends; Conflict. `begins` stands for a body that is a stream."""
        content = body if isinstance(body, bytes) else begins
        unbound = content.replace(self.boundary, b"") if self.boundary else content
        fingerprint = stored_response.digest(*self.request, unbound)
        claim = Claim(self.owner, self.name, secrets.token_hex(8))
        try:
            held = await self.store.claim(claim, fingerprint, stored_response.LEASE_S)
        except Exception as error:
            log.get("idempotency").warning("answers are not stored", reason=str(error))
            count_unstored_response("full" if isinstance(error, Full) else "unavailable")
            if not self.optional:
                raise _unavailable(isinstance(error, Full)) from error
            await run(send)
            return
        if held:
            await _send(_stored(held, fingerprint), back, send)
            return
        recorder = Recorder(send, partial(self._finish, claim))
        renewing = asyncio.create_task(self._renew(claim))
        try:
            await run(recorder)
        finally:
            renewing.cancel()
            if not recorder.done:
                await asyncio.shield(self._release(claim))

    async def _renew(self, claim: Claim) -> None:
        """Keeps the key while the request runs: an upload may take hours."""
        while True:
            await asyncio.sleep(stored_response.RENEW_S)
            try:
                await self.store.renew(claim, stored_response.LEASE_S)
            except Exception as error:
                log.get("idempotency").warning("a key was not renewed", reason=str(error))

    async def _finish(self, claim: Claim, recorder: "Recorder") -> None:
        """Stores a whole answer of 200 to 299, before its end is sent: a caller who has it can repeat the request."""
        if not 200 <= recorder.status < 300:
            await self._release(claim)
            return
        body = b"".join(recorder.body) if recorder.size <= stored_response.READ_BYTES else None
        try:
            packed = stored_response.pack(recorder.status, recorder.headers, body)
            if not await self.store.finish(claim, packed):
                count_unstored_response("nearly full")
                log.get("idempotency").warning("an answer was stored without its body: the store is nearly full")
        except Exception as error:
            log.get("idempotency").warning("an answer was not stored", reason=str(error))

    async def _release(self, claim: Claim) -> None:
        try:
            await self.store.release(claim)
        except Exception as error:
            log.get("idempotency").warning("a key is held for its lease", reason=str(error))


class Recorder:
    """Passes a response on and keeps it, up to READ_BYTES; `finish` is called before its last part is sent."""

    def __init__(self, send: Send, finish: "Callable[[Recorder], Awaitable[None]]") -> None:
        self._send, self._finish = send, finish
        self.status, self.size, self.done = 0, 0, False
        self.headers: list[Header] = []
        self.body: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        """Sends a message."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        else:
            piece = message.get("body", b"")
            self.size += len(piece)
            if self.size <= stored_response.READ_BYTES:
                self.body.append(piece)
            if not message.get("more_body", False):
                self.done = True
                await self._finish(self)
        await self._send(message)


def keyed_request(
    store: ResponseStore, route: Route, scope: Scope, given: Mapping[bytes, bytes], owner: str, caller: str
) -> KeyedRequest | None:
    """The request with its key; None without one, for guests, and where answers are not stored. Malformed for a key out
    of form."""
    key = given.get(HEADER)
    if key is None or scope["method"] != "POST" or not route.keeps_answers or not owner:
        return None
    if not KEY.fullmatch(key):
        raise errors.Malformed("Idempotency-Key has 1 to 120 characters of ASCII without blanks: take a UUID")
    name = stored_response.digest(caller.encode(), scope["raw_path"], key)
    media_type, boundary = _without_boundary(given.get(b"content-type", b""))
    request = (scope["query_string"], media_type)
    return KeyedRequest(store, owner, name, request, boundary, route.recognises_repeats)


def uncoded(scope: Scope) -> Scope:
    """The request without Accept-Encoding: a stored answer has no content coding, so that any repeat can read it."""
    return {**scope, "headers": [header for header in scope["headers"] if header[0] != ACCEPT_ENCODING]}


def _without_boundary(content_type: bytes) -> tuple[bytes, bytes]:
    """The media type and the boundary of a multipart body, which clients draw anew at each attempt; b"" in others."""
    found = BOUNDARY.search(content_type)
    if not content_type.lower().startswith(b"multipart/") or not found:
        return content_type, b""
    return content_type.partition(b";")[0], found[1] or found[2]


def _stored(held: stored_response.Entry, fingerprint: str) -> stored_response.StoredResponse:
    if held.fingerprint != fingerprint:
        raise errors.IdempotencyKeyReused("this Idempotency-Key was sent with another request: take a new one")
    if held.response is None:
        detail = "the same request is being answered: send it again in a second for its answer"
        raise errors.RequestInProgress(detail, retry_after_s=1)
    response = stored_response.unpack(held.response)
    if response.body is None:
        detail = f"this was done and answered {response.status}; the answer could not be kept: read what it changed"
        raise errors.ResponseNotStored(detail)
    return response


async def _send(response: stored_response.StoredResponse, back: Sequence[Header], send: Send) -> None:
    body = response.body or b""
    length = [] if response.status == 204 else [(b"content-length", b"%d" % len(body))]
    headers = [*response.headers, *length, REPLAYED, *back]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _unavailable(full: bool) -> errors.Unavailable:
    why = ": too many are, of all people together" if full else ""
    detail = f"Idempotency-Key cannot be remembered right now{why}: try again, or send the request without it"
    return errors.Unavailable(detail, retry_after_s=FULL_S if full else 1)


def forgetting(store: ResponseStore, person: str, send: Send) -> Send:
    """Deletes the stored answers of a person before the deletion of the account is answered."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] < 300:
            try:
                await store.forget(person)
            except Exception as error:
                log.get("idempotency").error("answers of a deleted account end within a day", reason=str(error))
        await send(message)

    return sent
