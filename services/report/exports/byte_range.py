"""The Range header of a download (RFC 9110 section 14): one range of bytes, so that an interrupted one goes on."""

import re
from typing import NamedTuple

_ONE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")


class ByteRange(NamedTuple):
    """Bytes from `start` up to `end` (not included) of a file."""

    start: int
    end: int
    partial: bool


def byte_range(header: str | None, size: int) -> ByteRange | None:
    """The range that the header asks for; the whole file without a header or with one that is not understood (as the
    RFC allows); None when the file has no such bytes."""
    found = _ONE.fullmatch(header.strip()) if header else None
    if not found or found.groups() == ("", ""):
        return ByteRange(0, size, partial=False)
    first, last = found.groups()
    if not first:  # the last bytes
        return ByteRange(max(size - int(last), 0), size, partial=True) if int(last) else None
    end = min(int(last) + 1, size) if last else size
    return ByteRange(int(first), end, partial=True) if int(first) < end else None
