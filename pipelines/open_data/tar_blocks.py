"""Headers of an uncompressed tar, of POSIX or GNU, from a stranger: name, size and what it is, within plain bounds.

Extended headers (pax, GNU) are recognised and never interpreted: lengths, offsets and maps of sparse files in them are
what a stranger makes up.
"""

import tarfile
from dataclasses import dataclass

BLOCK = 512
ZEROS = bytes(BLOCK)
_EXTENSIONS = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)


@dataclass(frozen=True, slots=True)
class Header:
    """A member. `size` is that of the bytes that follow, which fill whole blocks."""

    name: str
    size: int
    regular: bool
    extension: bool

    @property
    def padded(self) -> int:
        """Bytes from the end of this header to the next one."""
        return -(-self.size // BLOCK) * BLOCK


def header_of(block: bytes) -> Header | None:
    """The header in a block; None unless it has a valid checksum and the mark of a POSIX or GNU archive."""
    if len(block) != BLOCK or block[257:262] != b"ustar":
        return None
    try:
        found = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return None
    regular, extension = found.type in (tarfile.REGTYPE, tarfile.AREGTYPE), found.type in _EXTENSIONS
    has_bytes = regular or extension  # a folder or link has no bytes, whatever its header states
    if found.size < 0:
        return None
    return Header(found.name, found.size if has_bytes else 0, regular, extension)
