"""Reads the archive of a release: a plain tar whose first member is VERSION/manifest.json, then the files it lists.

Not by tarfile: an archive may come from a stranger, and its extended headers hold lengths, offsets and maps that are
not needed here. `open release` writes none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipelines.open_data.dump_errors import DumpError, plain
from pipelines.open_data.remote import CHUNK
from pipelines.open_data.tar_blocks import BLOCK, ZEROS, header_of


class BadArchive(DumpError):
    """The archive is none of a release; the message begins with "it" and states what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A member: its name, whether it is a plain file, and its bytes."""

    name: str
    regular: bool
    size: int
    file: BinaryIO

    @property
    def shown(self) -> str:
        """The name, to be printed."""
        return repr(plain(self.name))

    def chunks(self) -> Iterator[bytes]:
        """The content, once and before the next entry; BadArchive where the archive ends before it does."""
        left = self.size
        while left > 0:
            if not (chunk := self.file.read(min(CHUNK, left))):
                raise BadArchive(f"the archive ends inside {self.shown}: it is truncated, get it again")
            left -= len(chunk)
            yield chunk


@contextmanager
def entries(archive: Path) -> Iterator[Iterator[Entry]]:
    """The members of an archive in their order; BadArchive for what is none."""
    with archive.open("rb") as file:
        yield _entries(file)


def _entries(file: BinaryIO) -> Iterator[Entry]:
    position = 0
    while len(block := file.read(BLOCK)) == BLOCK and block != ZEROS:
        header = header_of(block)
        if header is None:
            what = "it is damaged, get it again" if position else "name a tar that open release wrote"
            raise BadArchive(f"it is no archive of a release, or damaged: no tar header at byte {position:,}; {what}")
        if header.extension:
            raise BadArchive("it has extended tar headers, which open release does not write: get it as it was made")
        yield Entry(header.name, header.regular, header.size, file)
        position += BLOCK + header.padded
        file.seek(position)
