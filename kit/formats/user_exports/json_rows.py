"""Streams the entries of a JSON array, or the lines of a JSON Lines file, in bounded memory and at the speed of orjson.

The array is cut after a `}` into pieces of about 1 MiB, each of which is parsed as an array of its own. A cut inside a
text or an inner object leaves an unclosed value, so a piece that parses was cut between two entries. Where no piece
parses, entries are decoded one by one and the malformed ones are left out.
"""

import json
import re
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

import orjson

from kit.formats.text import from_bytes

PIECE = 1 << 20
LONGEST_ENTRY = 1 << 22
"""Bytes without the end of an entry after which what was read is left out."""
CUTS = 12
_BLANK = b" \t\r\n"
_NEXT = re.compile(r"\}\s*,\s*(?=\{)")
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder(strict=False)


class Malformed(NamedTuple):
    """An entry that cannot be decoded, or the end of a file that breaks off."""

    text: str


def array(file: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """Yields (number from 1, entry) of the array that the file holds; an entry may be `Malformed`."""
    rest, number, opened = b"", 0, False
    while chunk := file.read(PIECE):
        rest += chunk
        if not opened:
            rest = rest.lstrip(_BLANK + b"\xef\xbb\xbf")
            if rest[:1] != b"[":
                break
            opened, rest = True, rest[1:]
        values, rest = _piece(rest)
        if len(rest) > LONGEST_ENTRY:
            more, rest = _one_by_one(rest, whole=False)
            values += more
        for value in values:
            number += 1
            yield number, value
    for value in _end(rest):
        number += 1
        yield number, value


def lines(file: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """Yields (line number, value) of a JSON Lines file; blank lines are left out."""
    for number, line in enumerate(iter(lambda: file.readline(LONGEST_ENTRY), b""), 1):
        if line.strip(_BLANK + b"\xef\xbb\xbf"):
            yield number, _value(line.lstrip(b"\xef\xbb\xbf"))


def _piece(text: bytes) -> tuple[list[Any], bytes]:
    """The entries up to the last possible cut, and the rest."""
    cut = len(text)
    for _ in range(CUTS):
        if (cut := text.rfind(b"}", 0, cut)) < 0:
            break
        values = _parsed(text[: cut + 1])
        if values is not None:
            rest = text[cut + 1 :].lstrip(_BLANK)
            return values, rest[1:] if rest[:1] == b"," else rest
    return [], text


def _parsed(entries: bytes) -> list[Any] | None:
    document = b"[" + entries.lstrip(_BLANK + b",") + b"]"
    try:
        values: list[Any] = orjson.loads(document)
    except orjson.JSONDecodeError:
        return _leniently(document)
    return values


def _leniently(document: bytes) -> list[Any] | None:
    """Parses text with bytes of Windows-1252 or with lone surrogates, which orjson refuses; None when it is cut."""
    if document.isascii() and b"\\ud" not in document.lower():
        return None
    try:
        return list(json.loads(_decoded(document), strict=False))
    except (ValueError, RecursionError, TypeError):
        return None


def _decoded(text: bytes) -> str:
    escaped = text.decode("utf-8", "surrogateescape")
    return from_bytes(escaped) or text.decode("utf-8", "replace")


def _end(rest: bytes) -> Iterator[Any]:
    """The entries after the last whole piece, and Malformed unless the array is closed there."""
    rest = rest.strip(_BLANK + b",")
    if rest and rest[:1] != b"]":
        values, _ = _one_by_one(rest, whole=True)
        yield from values
        rest = rest[-1:]
    if rest[:1] != b"]":
        yield Malformed("the file breaks off")


def _one_by_one(rest: bytes, *, whole: bool) -> tuple[list[Any], bytes]:
    """Decodes entry by entry; a malformed one becomes Malformed, up to where the next entry may begin."""
    text, at, values = _decoded(rest), 0, list[Any]()
    while at < len(text):
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
        if text[at : at + 1] in ("", "]"):
            break
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            following = _NEXT.search(text, at)
            if following is None and not whole and len(text) - at < LONGEST_ENTRY // 2:
                return values, text[at:].encode("utf-8", "surrogatepass")
            value = Malformed(text[at : at + 80])
            at = following.end() if following else len(text)
        values.append(value)
    return values, b""


def _value(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(_decoded(line), strict=False)
    except (ValueError, RecursionError):
        return Malformed(line[:80].decode("utf-8", "replace"))
