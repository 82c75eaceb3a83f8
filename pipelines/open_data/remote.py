"""Reads byte ranges of a file on a web server or on disk. Imports the standard library only: `open install` runs where
nothing else is installed.

A server must answer ranges (RFC 9110, section 14) and name a version: its strong ETag, else Last-Modified. A range is
sent with If-Range, so that bytes of two versions are never combined.
"""

import http.client
import os
import re
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pipelines.open_data.addresses import Address, is_url, parsed
from pipelines.open_data.dump_errors import DumpChanged, DumpError, NotThere, plain
from pipelines.open_data.http_get import get, reason

__all__ = ["CHUNK", "ByteSource", "DumpChanged", "DumpError", "LocalFile", "WebFile", "is_url", "opened", "small_text"]

CHUNK = 1 << 18
ATTEMPTS, PAUSE_S = 5, 0.5  # in a row with less than CHUNK; the pause after nothing doubles
SMALL_BYTES = 1 << 16  # of a file with a checksum
VERSION_CHARACTERS = 200
_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})")


class ByteSource(Protocol):
    """A file whose bytes can be read by position."""

    @property
    def where(self) -> str:
        """The URL without user, password and query; of a local file only the name, since a path is private."""
        ...

    @property
    def name(self) -> str:
        """The name of the file."""
        ...

    @property
    def size(self) -> int:
        """Bytes."""
        ...

    @property
    def version(self) -> str:
        """The same for the same content."""
        ...

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes start..stop - 1 in chunks; DumpError when fewer arrive."""
        ...


def opened(where: str) -> ByteSource:
    """The file at a URL or path; DumpError when it is not there or cannot be read by ranges."""
    if is_url(where):
        return _found(parsed(where))
    if "://" in where:
        scheme = plain(where.partition("://")[0])
        raise DumpError(
            f"an address that begins with {scheme}:// is no address to fetch from: use http, https or a path"
        )
    return LocalFile.of(Path(where))


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on disk."""

    path: Path
    where: str
    name: str
    size: int
    version: str

    @classmethod
    def of(cls, path: Path) -> "LocalFile":
        """DumpError unless it is a file."""
        if not path.is_file():
            raise DumpError(f"{str(path)!r} does not exist or is no file: name a dump, or the URL of one")
        found = path.stat()
        return cls(path, path.name, path.name, found.st_size, f"{found.st_size}-{found.st_mtime_ns}")

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes start..stop - 1."""
        with self.path.open("rb") as file:
            file.seek(start)
            while start < stop:
                if not (chunk := file.read(min(CHUNK, stop - start))):
                    raise DumpError(f"{str(self.path)!r} ended before byte {stop:,}: copy it again")
                start += len(chunk)
                yield chunk


@dataclass(frozen=True, slots=True)
class WebFile:
    """A file on a web server; `version` is what If-Range names."""

    where: str
    name: str
    size: int
    version: str
    address: Address = field(repr=False)

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes start..stop - 1; a broken connection is opened again where it broke."""
        idle = 0
        while start < stop:
            begun, why = start, "it ended early"
            try:
                for chunk in _range(self, start, stop):
                    start += len(chunk)
                    yield chunk
            except (OSError, http.client.HTTPException) as error:
                why = reason(error)
            idle = 0 if start - begun >= CHUNK else idle + 1
            if start < stop and idle >= ATTEMPTS:
                what = f"broke off at byte {start:,} ({why}), {idle} times in a row with less than {CHUNK:,} bytes"
                raise DumpError(f"{self.where} {what}: run it again later")
            if start == begun and idle > 1:
                time.sleep(PAUSE_S * 2**idle)


def _range(file: WebFile, start: int, stop: int) -> Iterator[bytes]:
    with closing(get(file.address, (start, stop), file.version)) as answer:
        if answer.status != 206:
            raise DumpChanged(f"{file.where} is not the file any more that was begun ({file.version}): {_AFRESH}")
        first, size = _content_range(file.where, answer)
        if (first, size, _version(answer)) != (start, file.size, file.version):
            raise DumpChanged(f"{file.where} changed while it was read ({file.version}): {_AFRESH}")
        left = stop - start
        while left > 0 and (chunk := answer.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


_AFRESH = "name the same dump as before, or another folder with --out to begin afresh"


def _found(address: Address) -> WebFile:
    """Requests one byte, which tells size and version, and whether the server knows ranges at all."""
    where = address.shown
    try:
        with closing(get(address, (0, 1))) as answer:
            if answer.status != 206:
                raise DumpError(f"{where} is on a server without byte ranges: download it, and name the file")
            _, size = _content_range(where, answer)
            return WebFile(where, address.name, size, _version(answer), address)
    except (OSError, http.client.HTTPException) as error:
        raise DumpError(f"{where} cannot be reached ({reason(error)}): check the address") from None


def _content_range(where: str, answer: Any) -> tuple[int, int]:
    """First byte and size of the whole file."""
    if not (stated := _RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())):
        raise DumpError(f"{where} answers ranges without a Content-Range: download it, and name the file")
    return int(stated[1]), int(stated[3])


def _version(answer: Any) -> str:
    """What identifies the version, where it is short and plain enough to be recorded."""
    for name in ("ETag", "Last-Modified"):
        tag: str = answer.headers.get(name, "")
        if tag and not tag.startswith("W/") and len(tag) <= VERSION_CHARACTERS and tag.isprintable():
            return tag
    return ""


def small_text(where: str, suffix: str) -> str | None:
    """The text of the small file WHERE + suffix; None only where there is none. DumpError when it cannot be read."""
    try:
        content = _small_web(parsed(where).beside(suffix)) if is_url(where) else _small_file(Path(where + suffix))
    except (NotThere, FileNotFoundError):
        return None
    if len(content) > SMALL_BYTES:
        raise DumpError(f"the file {suffix} beside the archive has more than {SMALL_BYTES:,} bytes: it is no checksum")
    return content.decode("utf-8", "replace")


def _small_web(address: Address) -> bytes:
    try:
        with closing(get(address)) as answer:
            content: bytes = answer.read(SMALL_BYTES + 1)
            return content
    except NotThere:
        raise
    except (OSError, http.client.HTTPException, DumpError) as error:
        advice = "run it again later, or give it to open install with --sha256"
        raise DumpError(f"the checksum at {address.shown} cannot be read ({reason(error)}): {advice}") from None


def _small_file(path: Path) -> bytes:
    try:
        if not path.is_file() and os.path.lexists(path):
            raise DumpError(f"{str(path)!r} is no plain file: put the checksum there, or remove it")
        with path.open("rb") as file:
            return file.read(SMALL_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DumpError(f"the checksum {str(path)!r} cannot be read ({error.strerror}): make it readable") from None
