"""Reads the bodies of dialects' requests within bounds: bytes sent, bytes unpacked, seconds, large ones at once."""

import asyncio
import zlib
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request

from gateway.dialects.dialect import DialectCaller
from gateway.request_slots import RequestSlots
from kit.errors import BadRequest, PayloadTooLarge, RequestTimeout

SMALL = 64 * 1024
LARGE_AT_ONCE = 8


class Bodies:
    """Reads bodies; of those that may be larger than SMALL, LARGE_AT_ONCE in this process, and one of each caller."""

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._slots = RequestSlots(LARGE_AT_ONCE, 1 / LARGE_AT_ONCE)

    async def read(self, request: Request, limit: int) -> bytes:
        """The body, unpacked when it is gzip; PayloadTooLarge, RequestTimeout, BadRequest."""
        caller: DialectCaller = request.scope["caller"]
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > limit:
            raise _too_large(limit)
        if length.isdecimal() and int(length) <= SMALL and not _is_packed(request):
            return await self._within(request, limit)
        with self._slots.one("large bodies", caller.who):
            body = await self._within(request, limit)
            return _unpacked(body, limit) if _is_packed(request) else body

    async def _within(self, request: Request, limit: int) -> bytes:
        received = bytearray()
        try:
            async with asyncio.timeout(self._wait_s):
                async for chunk in request.stream():
                    received += chunk
                    if len(received) > limit:
                        raise _too_large(limit)
        except TimeoutError:
            raise RequestTimeout("the body did not come in time: send it again, in one go") from None
        except ClientDisconnect:
            raise BadRequest("the body broke off") from None
        return bytes(received)


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body, whatever its content type; BadRequest."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"Cannot parse JSON document: {error}") from None
    if not isinstance(document, dict):
        raise BadRequest("JSON document must be an object.")
    return document


def _is_packed(request: Request) -> bool:
    return request.headers.get("content-encoding", "").strip().lower() in ("gzip", "x-gzip")


def _unpacked(body: bytes, limit: int) -> bytes:
    """The content of a gzip stream; PayloadTooLarge as soon as it is larger than the limit."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        content = unpacker.decompress(body, limit + 1)
    except zlib.error:
        raise BadRequest("the body is not gzip, as Content-Encoding names it") from None
    if len(content) > limit:
        raise _too_large(limit)
    if not unpacker.eof:
        raise BadRequest("the gzip body breaks off")
    return content


def _too_large(limit: int) -> PayloadTooLarge:
    return PayloadTooLarge(f"send at most {limit} bytes", limit_bytes=limit)
