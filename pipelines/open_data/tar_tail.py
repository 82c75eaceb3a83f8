"""Finds the last members of an uncompressed tar on a server, without reading the headers of all members before.

The dump of all listens has over 1,500 members of about 130 MB. From a position near the end, 512-byte steps are
scanned for a header with a valid checksum; from it, one small request per member leads to the end of the archive. A
block inside a member that looks like a header leads to no end, and is passed over. At most one member is read in vain.

The end of an archive is a block of zeros. Headers that lead to the end of the file without one show that the file is
truncated, which is an error at once: no other header leads further. Each header is requested once, and HEADERS_MOST and
SCANNED_MOST bound what any file can make this read.
"""

from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice, pairwise

from pipelines.open_data.dump_errors import plain
from pipelines.open_data.remote import ByteSource, DumpError
from pipelines.open_data.tar_blocks import BLOCK, ZEROS, Header, header_of

HEADERS_MOST = 20_000  # the dump of July 2026 has 1,526 members, with up to three headers each
SCANNED_MOST = 4 << 30  # bytes read in search of a header: 30 members
MEMBER_BYTES_MOST = 8 << 30
TRAILER_MOST = 1 << 20  # zeros at the end: tar writes 10 KiB, with its largest usual block 1 MiB

NAME_BYTES = 180  # of a member and its folder, which name files here
_TRUNCATED = "it is truncated: fetch it again, or from another mirror"


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
    archive = _Archive(source)
    back = (count + 1) * _typical_size(archive)
    while True:
        begin = max(0, (source.size - back) // BLOCK * BLOCK)
        wanted = [member for member in archive.members_from(begin) if member.name.endswith(suffix)]
        if len(wanted) >= count or begin == 0:
            break
        back *= 2
    if not wanted:
        raise DumpError(f"{source.where} has no member *{suffix}: name an uncompressed tar of a Spark dump")
    for member in wanted[-count:]:
        _check_name(source, member)
    return wanted[-count:]


def _check_name(source: ByteSource, member: Member) -> None:
    """DumpError for a name that cannot be the name of a file, or be printed."""
    name = member.folder + member.name
    if "\\" in name or not name.isprintable() or len(name.encode()) > NAME_BYTES:
        raise DumpError(f"{source.where} has a member {plain(ascii(name))}, which no file can be called: it is no dump")


def _typical_size(archive: "_Archive") -> int:
    """Bytes of the first members with their headers: the largest of eight."""
    ends = [0, *(member.end for member in islice(archive.walk(0), 8))]
    if len(ends) == 1:
        raise DumpError(f"{archive.source.where} is no uncompressed tar of files: name one of a Spark dump")
    return max(later - earlier for earlier, later in pairwise(ends))


class _Astray(Exception):
    """Headers from a position do not lead to the end of the file: it was no header, or the archive is damaged."""


class _Archive:
    """Reads headers of an archive, each once, within the bounds."""

    def __init__(self, source: ByteSource) -> None:
        self.source = source
        self._known: dict[int, Header | None] = {}
        self._zeros: set[int] = set()
        self._astray: dict[int, str] = {}  # headers that lead nowhere, and why
        self._scanned = 0

    def members_from(self, begin: int) -> list[Member]:
        """All members from the first header at or after `begin` that leads to the end; from 0 on, DumpError for a fault
        anywhere."""
        if begin == 0:
            return list(self.walk(0))
        with closing(self._scan(begin)) as positions:
            for position in positions:
                with suppress(_Astray):
                    return list(self._members_from(position))
        return []

    def walk(self, position: int) -> Iterator[Member]:
        """The members from a position that must be a header; DumpError where it does not lead to the end."""
        try:
            yield from self._members_from(position)
        except _Astray as error:
            raise DumpError(f"{self.source.where} {error}") from None

    def _members_from(self, begin: int) -> Iterator[Member]:
        """The regular members from a header on; _Astray, and DumpError where the file is truncated."""
        position, passed = begin, list[int]()
        while not self._is_end(position):
            header = None if position in self._astray else self._header(position)
            if header:
                passed.append(position)
            self._check(position, header, passed, begin)
            if header and header.regular:
                folder, _, name = header.name.rpartition("/")
                yield Member(name, folder.rpartition("/")[2], position + BLOCK, header.size)
            position += BLOCK + (header.padded if header else 0)

    def _check(self, position: int, header: Header | None, passed: list[int], begin: int) -> None:
        """_Astray or DumpError unless there is a header here whose bytes are all in the file. One block may look like a
        header by chance; two, one leading to the other, are the archive."""
        size, sure = self.source.size, begin == 0 or len(passed) > 1
        short = position + BLOCK + (header.padded if header else 0) > size
        if header and not short:
            return
        if short and sure and passed:
            where, last = self.source.where, plain(ascii((header or self._known[passed[-1]]).name))  # type: ignore[union-attr]
            how = f"inside member {last}" if header else f"after member {last}, without the zeros that end an archive"
            raise DumpError(f"{where} ends {how}: {_TRUNCATED}")
        what = f"has no tar header at byte {position:,}: it is damaged; fetch it again, or from another mirror"
        what = what if position else "is no uncompressed tar: its first bytes are no header of one"
        why = self._astray.get(position, what)
        if not short:  # what may be the last header of a truncated file is met again from the one before it
            self._astray.update(dict.fromkeys(passed, why))
        raise _Astray(why)

    def _is_end(self, position: int) -> bool:
        """Whether nothing but zeros follows, a block of them at least."""
        left = self.source.size - position
        if left < BLOCK or self._header(position) or position not in self._zeros or left > TRAILER_MOST:
            return False
        self._count(left)
        return not b"".join(self.source.read(position, self.source.size)).strip(b"\0")

    def _header(self, position: int) -> Header | None:
        if position not in self._known:
            stop = min(position + BLOCK, self.source.size)
            self._learn(position, b"".join(self.source.read(position, stop)))
        return self._known[position]

    def _learn(self, position: int, block: bytes) -> Header | None:
        if len(self._known) >= HEADERS_MOST:
            raise DumpError(f"{self.source.where} has more than {HEADERS_MOST:,} headers: it is no Spark dump")
        header = header_of(block)
        self._known[position] = header if header and header.size <= MEMBER_BYTES_MOST else None
        if block == ZEROS:
            self._zeros.add(position)
        return self._known[position]

    def _count(self, read: int) -> None:
        self._scanned += read
        if self._scanned > SCANNED_MOST:
            raise DumpError(
                f"{self.source.where} has no end in {SCANNED_MOST:,} bytes: it is damaged, or no Spark dump"
            )

    def _scan(self, begin: int) -> Generator[int, None, None]:
        """Positions, at or after `begin`, of blocks with the checksum of a tar header."""
        position, rest = begin, b""
        for chunk in self.source.read(begin, self.source.size):
            self._count(len(chunk))
            blocks = rest + chunk
            for start in range(0, len(blocks) - BLOCK + 1, BLOCK):
                block = blocks[start : start + BLOCK]
                if header_of(block) and self._learn(position + start, block):
                    yield position + start
            whole = len(blocks) // BLOCK * BLOCK
            position, rest = position + whole, blocks[whole:]
