"""Repairs text from files: lone surrogates removed, Windows-1252 bytes decoded, HTML entities decoded."""

import re
from html.entities import html5

BYTES = re.compile(r"[\udc80-\udcff]+")
NOT_TEXT = "not UTF-8, and not Windows-1252 either (save the file as UTF-8)"
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ENCODED_TWICE = 3  # rounds: "&amp;amp;" needs two, nothing seen needs four
_UNDEFINED = re.compile(r"[\udc81\udc8d\udc8f\udc90\udc9d]")
_LONGEST_RUN = 3
"""Bytes above 127 in a row that Windows-1252 text may hold (a curly quote and two accented letters). A word of another
code page, Cyrillic or Japanese, is one longer run."""


def mended(text: str) -> str:
    """Removes lone surrogates, which no file or database can hold, and combines whole surrogate pairs."""
    if text.isascii() or not _SURROGATES.search(text):
        return text
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return whole


def from_bytes(text: str) -> str | None:
    """Decodes as Windows-1252 the bytes of a cell that `surrogateescape` left undecoded.

    None when they are not Windows-1252. UTF-8 that encodes surrogate pairs (CESU-8) is repaired.
    """
    if text.isascii() or not BYTES.search(text):
        return text
    read = BYTES.sub(decoded, text)
    return None if BYTES.search(read) else mended(read)


def decoded(run: re.Match[str]) -> str:
    """Decodes a run of undecoded bytes as UTF-8 or Windows-1252; returns the run unchanged where neither fits."""
    raw = run.group().encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252") if len(raw) <= _LONGEST_RUN else run.group()
    except UnicodeDecodeError:
        return run.group()


def is_windows_1252(text: str) -> bool:
    """False for a text of another code page: half or more of its runs of non-UTF-8 bytes are too long, or one of five
    holds a byte that Windows-1252 does not define (one of many may be a character cut in two)."""
    runs = [run for run in BYTES.findall(text) if not _is_utf_8(run)]
    long, undefined = sum(len(run) > _LONGEST_RUN for run in runs), sum(bool(_UNDEFINED.search(run)) for run in runs)
    return not runs or (long * 2 < len(runs) and undefined * 5 < len(runs))


def _is_utf_8(run: str) -> bool:
    try:
        run.encode("utf-8", "surrogateescape").decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def without_entities(text: str) -> str:
    """Decodes HTML entities: "Ada &amp; Co" -> "Ada & Co", also encoded twice; a bare & ("AT&T") is unchanged."""
    for _ in range(_ENCODED_TWICE):
        if "&" not in text or ";" not in text:
            break
        decoded = _ENTITY.sub(lambda entity: _character(entity.group()), text)
        if decoded == text:
            break
        text = decoded
    return text


def _character(entity: str) -> str:
    name = entity[1:]
    if not name.startswith("#"):
        return html5.get(name, entity)
    number = int(name[2:-1], 16) if name[1] in "xX" else int(name[1:-1])
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else entity
