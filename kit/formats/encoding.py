"""Detects the encoding of a text file and opens it; decodes file names."""

from pathlib import Path
from typing import IO

from kit.formats.text import from_bytes, is_windows_1252, mended

HEAD = 4096
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_FEWEST, _MOST_ZEROS = 4, 0.8
_SAMPLE_BYTES = 1 << 24  # bytes read to tell Windows-1252 from another code page


def encoding_of(head: bytes) -> str:
    """Detects UTF-16 by its byte-order mark or, without one, by every other byte of the first line being zero; else
    UTF-8.

    The first line is a header or the beginning of a JSON document, so it is mostly ASCII.
    """
    if head[:2] in _MARKS:
        return "utf-16"
    line = head[: head.find(b"\n") + 1] or head
    line = line[: len(line) // 2 * 2]
    for name, zeros, others in (("utf-16-le", line[1::2], line[0::2]), ("utf-16-be", line[0::2], line[1::2])):
        if len(line) >= _FEWEST and zeros.count(0) > _MOST_ZEROS * len(zeros) and not others.count(0):
            return name
    return "utf-8-sig"


def head_of(path: Path) -> tuple[bytes, str]:
    """The first HEAD bytes of a file and the encoding detected from them."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    return head, encoding_of(head)


def open_text(path: Path) -> IO[str]:
    """Opens a file as text. Bytes that are not UTF-8 become lone surrogates (decoded by kit.formats.text.from_bytes);
    in UTF-16, halves of a surrogate pair are dropped."""
    encoding = head_of(path)[1]
    errors = "surrogateescape" if encoding == "utf-8-sig" else "ignore"
    return path.open(encoding=encoding, errors=errors, newline="")


def other_bytes_are_windows_1252(path: Path) -> bool:
    """Whether a file's bytes that are not UTF-8 are Windows-1252, decided by its first 16 MiB: a short Cyrillic word
    alone looks like Windows-1252."""
    with path.open("rb") as file:
        return is_windows_1252(file.read(_SAMPLE_BYTES).decode("utf-8", "surrogateescape"))


def called(path: Path) -> str:
    """The name of a file or folder as valid text, also where the file system holds bytes that are not UTF-8."""
    name = path.resolve().name
    return mended(from_bytes(name) or name)
