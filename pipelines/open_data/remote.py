"""Reads byte ranges of a file on a web server or on disk. Imports the standard library only: `open install` runs where
nothing else is installed.

    DumpError         what was named cannot be read; the message states what to do
      DumpChanged     the file is another one than the one that an earlier run began to read

A server must answer ranges (RFC 9110, section 14) and name a version: its strong ETag, else Last-Modified. A range is
sent with If-Range, so that bytes of two versions are never combined.
"""

import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

CHUNK = 1 << 18
SILENCE_S = 60.0  # a connection that delivers nothing for this long is opened again
ATTEMPTS, PAUSE_S = 5, 0.5  # in a row without a byte; the pause doubles
SMALL_BYTES = 1 << 16  # of a file with a checksum
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class DumpError(Exception):
    """A dump cannot be read as named. What is finished is kept."""


class DumpChanged(DumpError):
    """The dump is another version than the one that an earlier run read."""


class ByteSource(Protocol):
    """A file whose bytes can be read by position."""

    @property
    def where(self) -> str:
        """The URL; of a local file only the name, since a path is private."""
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


def is_url(where: str) -> bool:
    """True for what is fetched over HTTP; anything else is a path."""
    return where.startswith(("http://", "https://"))


def opened(where: str) -> ByteSource:
    """The file at a URL or path; DumpError when it is not there or cannot be read by ranges."""
    if is_url(where):
        return _found(where)
    if "://" in where:
        raise DumpError(f"{where!r} is no address to fetch from: use http://, https:// or a path")
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
    """A file on a web server; `tag` is what If-Range names."""

    where: str
    name: str
    size: int
    version: str

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes start..stop - 1; a broken connection is opened again where it broke."""
        idle = 0
        while start < stop:
            try:
                for chunk in _range(self, start, stop):
                    start, idle = start + len(chunk), 0
                    yield chunk
                idle += 1  # it ended early
            except (OSError, http.client.HTTPException) as error:
                idle += 1
                if idle >= ATTEMPTS:
                    raise DumpError(f"{self.where} broke off at byte {start:,} ({error}): run it again") from None
            if start < stop:
                _wait(idle, self.where, start)


def _wait(idle: int, where: str, start: int) -> None:
    if idle >= ATTEMPTS:
        raise DumpError(f"{where} delivered nothing from byte {start:,} on, {idle} times: run it again later")
    time.sleep(PAUSE_S * 2**idle if idle > 1 else 0)


def _range(file: WebFile, start: int, stop: int) -> Iterator[bytes]:
    with closing(_get(file.where, start, stop, file.version)) as answer:
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


def _found(url: str) -> WebFile:
    """Asks for one byte, which tells size and version, and whether the server knows ranges at all."""
    try:
        with closing(_get(url, 0, 1, None)) as answer:
            if answer.status != 206:
                raise DumpError(f"{url} is on a server without byte ranges: download it, and name the file")
            _, size = _content_range(url, answer)
            name = unquote(PurePosixPath(urlsplit(url).path).name) or "dump"
            return WebFile(url, name, size, _version(answer))
    except (OSError, http.client.HTTPException) as error:
        raise DumpError(f"{url} cannot be reached ({getattr(error, 'reason', error)}): check the address") from None


def _content_range(url: str, answer: Any) -> tuple[int, int]:
    """First byte and size of the whole file."""
    if not (stated := _RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())):
        raise DumpError(f"{url} answers ranges without a Content-Range: download it, and name the file")
    return int(stated[1]), int(stated[3])


def _version(answer: Any) -> str:
    tag: str = answer.headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else answer.headers.get("Last-Modified", "")


def _get(url: str, start: int, stop: int, version: str | None) -> Any:
    headers = {"Range": f"bytes={start}-{stop - 1}", "Accept-Encoding": "identity", "User-Agent": "segue-pipeline"}
    request = urllib.request.Request(url, headers=headers | ({"If-Range": version} if version else {}))  # noqa: S310
    try:
        return _OPENER.open(request, timeout=SILENCE_S)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code >= 500:
            raise http.client.HTTPException(f"{error.code} {error.reason}") from None
        what = "is empty" if error.code == 416 else f"answers {error.code} {error.reason}"
        raise DumpError(f"{url} {what}: check the address; dumps are removed after some weeks") from None


def _http_only() -> urllib.request.OpenerDirector:
    """An opener that follows redirects to http and https only; urllib's own also opens files and FTP."""
    director = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
        urllib.request.UnknownHandler,
    ):
        director.add_handler(handler())
    return director


_OPENER = _http_only()


def small_text(where: str) -> str | None:
    """The text of a small file; None where there is none or a larger one."""
    try:
        source = opened(where)
        if source.size > SMALL_BYTES:
            return None
        return b"".join(source.read(0, source.size)).decode("utf-8", "replace")
    except DumpError:
        return None
