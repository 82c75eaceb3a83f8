"""Opens an upload: a zip archive, streamed member by member, or one plain file.

Every member is written to one temporary file, whose name is ours, and read from there: memory stays bounded, and no
path of the archive is used. Members are known by their base name. An archive ends at MOST_MEMBERS members, a member at
LARGEST_MEMBER bytes and all together at LARGEST_ARCHIVE: a bomb costs at most that much unpacking.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from stream_unzip import MissingPasswordError, PasswordError, UnzipError, stream_unzip

from kit.formats.encoding import encoding_of
from kit.formats.rows import WrongFile
from kit.formats.text import from_bytes, mended
from kit.formats.user_exports.recognise import HEAD, ExportFormat, read, recognise
from kit.formats.user_exports.records import Record, Skipped

MOST_MEMBERS = 500
LARGEST_MEMBER = 500 << 20
LARGEST_ARCHIVE = 4 << 30
PIECE = 1 << 16
UNKNOWN = "a file of no known format"
UNSAFE = "its path leaves the archive"
TOO_LARGE = "larger than 500 MB when unpacked"
INNER_ARCHIVE = "an archive inside the archive: unpack it and import what is in it"
TECHNICAL_LOG = "Spotify's technical log has no listening in it: request the extended streaming history"
EXPECTED = (
    "expected a history, library or playlists of Spotify, Last.fm, ListenBrainz, Apple Music or YouTube Music (the zip "
    "as it was sent), or a playlist (CSV, JSPF, XSPF, M3U8, Million Playlist slice)"
)


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file of an upload: its base name, its format (None = unknown) and its records."""

    name: str
    format: ExportFormat | None
    records: Iterator[Record]


def files(path: Path, name: str, folder: Path) -> Iterator[ExportFile]:
    """Yields the files of an upload; use up each one's records before the next. `folder` takes the temporary file.

    WrongFile when the upload is empty, an archive of nothing, encrypted, or a plain file of no known format.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise WrongFile(f"the file is empty: {EXPECTED}")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        found = False
        for member in _members(path, folder / "member"):
            found = True
            yield member
        if not found:
            raise WrongFile(f"the archive holds no file: {EXPECTED}")
        return
    target = folder / "member"
    yield _opened(base_name(name), head, _pieces(path), target, alone=True)


def base_name(name: str) -> str:
    """The last part of a path of either system, as text."""
    return (from_bytes(name) or mended(name)).replace("\0", "").replace("\\", "/").rstrip("/").rpartition("/")[2][:200]


def _members(path: Path, target: Path) -> Iterator[ExportFile]:
    unpacked, count = 0, 0
    try:
        for raw, _, chunks in stream_unzip(_pieces(path), chunk_size=PIECE):
            count += 1
            if count > MOST_MEMBERS:
                yield _left_out("", f"more than {MOST_MEMBERS} files in the archive: the rest was not read")
                return
            budget = _Budget(min(LARGEST_MEMBER, LARGEST_ARCHIVE - unpacked))
            pieces = budget.count(iter(chunks))
            yield from _member(raw.decode("utf-8", "surrogateescape"), pieces, target)
            for _ in pieces:  # what was not needed has to be passed to reach the next member
                pass
            unpacked += budget.used
            if budget.exceeded:
                yield _left_out("", f"{TOO_LARGE}: the rest of the archive was not read")
                return
    except (PasswordError, MissingPasswordError):
        raise WrongFile("the archive is encrypted: unpack it and import the files in it") from None
    except UnzipError as error:
        broken = f"the archive breaks off or is damaged ({type(error).__name__}): what came before was read"
        yield _left_out("", broken)


class _Budget:
    """Counts bytes as they pass, and ends the stream when they are too many."""

    def __init__(self, most: int) -> None:
        self._most, self.used, self.exceeded = most, 0, False

    def count(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.used += len(piece)
            if self.used > self._most:
                self.exceeded = True
                return
            yield piece


def _member(path: str, pieces: Iterator[bytes], target: Path) -> Iterator[ExportFile]:
    name = base_name(path)
    parts = path.replace("\\", "/").split("/")
    if path.endswith("/") or name.startswith(("._", ".DS_Store")) or not name:
        return
    if ".." in parts or parts[0] == "" or parts[0].endswith(":"):
        yield _left_out(name, UNSAFE)
        return
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= HEAD:
            break
    yield _opened(name, head, chain([head], pieces), target, alone=False)


def _opened(name: str, head: bytes, pieces: Iterator[bytes], target: Path, *, alone: bool) -> ExportFile:
    found = recognise(head[:HEAD])
    if found is None:
        if alone:
            raise WrongFile(f"{name!r} is of no known format: {EXPECTED}")
        return _left_out(name, _why_unknown(name, head))
    with target.open("wb") as file:
        for piece in _as_utf_8(head, pieces):
            file.write(piece)
    records = read(found, target, name)
    return ExportFile(name, found, records if alone else _of_member(name, records))


def _of_member(name: str, records: Iterator[Record]) -> Iterator[Record]:
    """The records of a member; a table whose columns are of no known kind does not end the archive."""
    try:
        yield from records
    except WrongFile:
        yield Skipped(0, UNKNOWN, name)


def _as_utf_8(head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Rewrites UTF-16 as UTF-8; anything else passes unchanged."""
    if (encoding := encoding_of(head)) == "utf-8-sig":
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(encoding)("ignore")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "ignore")
    yield decoder.decode(b"", final=True).encode("utf-8", "ignore")


def _why_unknown(name: str, head: bytes) -> str:
    if "technical log" in name.lower() or b'"timestamp_utc"' in head:
        return TECHNICAL_LOG
    return INNER_ARCHIVE if head.startswith(b"PK\x03\x04") else UNKNOWN


def _left_out(name: str, reason: str) -> ExportFile:
    return ExportFile(name, None, iter([Skipped(0, reason, name)]))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
