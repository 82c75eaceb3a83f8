"""Names of exported files: valid on Windows, macOS and Linux, at most 255 bytes, no two of a person's the same."""

import re
import unicodedata
from collections.abc import Mapping
from uuid import UUID

LONGEST = 255  # bytes of UTF-8, with the suffix
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u2028\u2029]')
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\..*)?", re.IGNORECASE
)
NAMELESS = "playlist"


def file_name(names: Mapping[UUID, str], playlist: UUID, suffix: str) -> str:
    """The file name of one of a person's playlists (names in a fixed order). Names that a file system would take for
    the same are numbered: "x", "x (2)"."""
    taken: set[str] = set()
    for one, name in names.items():
        found = _numbered(_stem(name), suffix, taken)
        if one == playlist:
            return found
        taken.add(_folded(found))
    return _numbered(NAMELESS, suffix, taken)


def _numbered(stem: str, suffix: str, taken: set[str]) -> str:
    number, found = 1, _cut(stem, f".{suffix}")
    while _folded(found) in taken:
        number += 1
        found = _cut(stem, f" ({number}).{suffix}")
    return found


def _stem(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in ("Cf", "Cs", "Cc"))
    stem = _FORBIDDEN.sub("_", plain).strip(" .")
    return f"_{stem}" if _RESERVED.fullmatch(stem) else stem or NAMELESS


def _cut(stem: str, end: str) -> str:
    room = LONGEST - len(end.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + end


def _folded(name: str) -> str:
    return unicodedata.normalize("NFD", name).casefold()
