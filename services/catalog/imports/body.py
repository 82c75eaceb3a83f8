"""Streams the file out of an upload's body: the body itself, or the first file of multipart/form-data.

Nothing is written to disk here; pieces of PART_BYTES are passed on as they come.
"""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from kit.errors import Malformed, PayloadTooLarge
from kit.formats.user_exports.archive import base_name

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FILE_NAME = 200
MEGABYTE = 1 << 20


class FormFile:
    """The first file of a multipart body, fed chunk by chunk; `name` is known once its bytes come."""

    def __init__(self, boundary: bytes) -> None:
        self.name = ""
        self.found = self.ended = False
        self._pieces: list[bytes] = []
        self._field = self._header = b""
        callbacks: MultipartCallbacks = {
            "on_header_field": self._on_field,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header,
            "on_part_data": self._on_data,
            "on_part_end": self._on_end,
        }
        self._parser = MultipartParser(boundary, callbacks)

    def file_bytes(self, chunk: bytes) -> bytes:
        """The file's bytes in this chunk of the body. Malformed."""
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise Malformed("body: it is not multipart/form-data as its Content-Type states") from None
        content, self._pieces = b"".join(self._pieces), []
        return content

    def _on_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_header(self) -> None:
        if self._field.lower() == b"content-disposition" and not self.found:
            _, options = parse_options_header(self._header)
            if b"filename" in options:
                self.found, self.name = True, base_name(options[b"filename"].decode("utf-8", "replace"))
        self._field = self._header = b""

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if self.found and not self.ended:
            self._pieces.append(data[start:end])

    def _on_end(self) -> None:
        self.ended = self.found


def form_of(content_type: str) -> FormFile | None:
    """The parser of a multipart body; None for any other type. Malformed without a boundary."""
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data":
        return None
    if not (boundary := options.get(b"boundary")):
        raise Malformed("content-type: multipart/form-data names its boundary")
    return FormFile(boundary)


def check_size(size: int, most: int) -> None:
    """PayloadTooLarge for a file of more than `most` bytes."""
    if size > most:
        allowed = f"{most / MEGABYTE:,.0f} MB" if most >= MEGABYTE else f"{most:,} bytes"
        raise PayloadTooLarge(f"a file may have {allowed}: unpack it and import its files one by one")


async def parts(body: AsyncIterator[bytes], form: FormFile | None, size: int, most: int) -> AsyncIterator[bytes]:
    """The file in parts of `size` bytes, the last one shorter; PayloadTooLarge beyond `most` bytes."""
    held, seen = b"", 0
    async for chunk in body:
        content = form.file_bytes(chunk) if form else chunk
        seen += len(content)
        check_size(seen, most)
        held += content
        while len(held) >= size:
            yield held[:size]
            held = held[size:]
    if held:
        yield held
