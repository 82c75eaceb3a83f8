"""Finds the last members of an uncompressed tar on a server, without reading the headers of all members before.

The dump of all listens has over 1,500 members of about 130 MB. From a position near the end, 512-byte steps are
scanned for a header with a valid checksum; from it, one small request per member leads to the end of the archive. A
block inside a member that looks like a header leads to no end, and is passed over. At most one member is read in vain.
"""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

from pipelines.open_data.remote import ByteSource, DumpError

BLOCK = 512
_EXTENSIONS = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
MEMBERS_MOST = 100_000
MEMBER_BYTES_MOST = 8 << 30
_ZEROS = bytes(BLOCK)


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside the archive: its name without folders, that of its folder, and where its bytes are."""

    name: str
    folder: str
    offset: int
    size: int

    @property
    def end(self) -> int:
        """The position of the header that follows."""
        return self.offset + -(-self.size // BLOCK) * BLOCK


def last_members(source: ByteSource, count: int, suffix: str) -> list[Member]:
    """The last `count` regular members with a name that ends so, in their order; DumpError when it is no such tar."""
    typical = _typical_size(source)
    back = (count + 1) * typical
    while True:
        begin = max(0, (source.size - back) // BLOCK * BLOCK)
        found = _from(source, begin)
        wanted = [member for member in found if member.name.endswith(suffix)]
        if len(wanted) >= count or begin == 0:
            break
        back *= 2
    if not wanted:
        raise DumpError(f"{source.where} has no member *{suffix}: name an uncompressed tar of a Spark dump")
    return wanted[-count:]


def _typical_size(source: ByteSource) -> int:
    """Bytes of the first members with their headers: the largest of eight."""
    ends = [0, *(member.end for member in islice(_walk(source, 0), 8))]
    if len(ends) == 1:
        raise DumpError(f"{source.where} is no uncompressed tar: its first bytes are no header of one")
    return max(later - earlier for earlier, later in pairwise(ends))


def _from(source: ByteSource, begin: int) -> list[Member]:
    """All members from the first header at or after `begin` that leads to the end of the archive."""
    for position in _headers(source, begin):
        try:
            return list(_walk(source, position))
        except DumpError:
            continue
    return []


def _headers(source: ByteSource, begin: int) -> Iterator[int]:
    """Positions, at or after `begin`, of blocks with the checksum of a tar header."""
    position, rest = begin, b""
    for chunk in source.read(begin, source.size):
        blocks = rest + chunk
        for start in range(0, len(blocks) - BLOCK + 1, BLOCK):
            if _parsed(blocks[start : start + BLOCK]):
                yield position + start
        whole = len(blocks) // BLOCK * BLOCK
        position, rest = position + whole, blocks[whole:]


def _walk(source: ByteSource, position: int) -> Iterator[Member]:
    """The regular members from a header on. DumpError where the headers do not lead to the end of the archive."""
    for _ in range(MEMBERS_MOST):
        if position + BLOCK > source.size:
            return
        block = b"".join(source.read(position, position + BLOCK))
        if block == _ZEROS:
            return
        header = _parsed(block)
        end = position + BLOCK + -(-header.size // BLOCK) * BLOCK if header else 0
        if header is None or header.size > MEMBER_BYTES_MOST or end > source.size:
            raise DumpError(f"{source.where} has no tar header at byte {position:,}: the file is incomplete, or no tar")
        if header.isreg():
            folder, _, name = header.name.rpartition("/")
            yield Member(name, folder.rpartition("/")[2], position + BLOCK, header.size)
        position = end
    raise DumpError(f"{source.where} has more than {MEMBERS_MOST:,} members: it is no dump")


def _parsed(block: bytes) -> tarfile.TarInfo | None:
    """The header in a block; None unless it has a valid checksum and the mark of a POSIX or GNU archive."""
    if block[257:262] != b"ustar":
        return None
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return None
    return header if header.isreg() or header.isdir() or header.type in _EXTENSIONS else None
