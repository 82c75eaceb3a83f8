"""The audio files of a folder, and what tells that one is unchanged."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CHUNK = 1 << 20
SUFFIXES = frozenset({".aac", ".aif", ".aiff", ".flac", ".m4a", ".mp3", ".mp4", ".oga", ".ogg", ".opus", ".wav"})


@dataclass(frozen=True, slots=True)
class AudioFile:
    """A file: its path below the folder, its size in bytes, and its time of change in ns since 1970."""

    name: str
    size: int
    changed_ns: int

    def same_as(self, entry: dict[str, object]) -> bool:
        """True when an entry of the journal is of this file, unchanged."""
        return (entry.get("size"), entry.get("changed_ns")) == (self.size, self.changed_ns)


@dataclass(slots=True)
class AudioFolder:
    """The audio files of a folder by name, and what could not be looked at: path below the folder, reason."""

    files: list[AudioFile] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)


class NoAudio(Exception):
    """There is nothing to measure; the message says where none was found."""


def reason(error: OSError) -> str:
    """What the system states: permission denied, no such file or directory, ..."""
    return (error.strerror or str(error)).lower()


def audio_files(folder: Path) -> AudioFolder:
    """All audio files below a folder; hidden files and folders are left out, links to folders not followed.

    NoAudio when there is none.
    """
    if not folder.is_dir():
        raise NoAudio(f"{str(folder)!r} is no folder: name the folder of your audio files")
    found = AudioFolder()
    found.files = sorted(_files(folder, found.unread), key=lambda file: file.name)
    if not found.files:
        unread = "".join(f"; {name!r} cannot be read: {why}" for name, why in found.unread[:1])
        raise NoAudio(f"{str(folder)!r} has no audio file ({', '.join(sorted(SUFFIXES))}){unread}")
    return found


def read_through(path: Path) -> None:
    """Reads a file to its end; OSError where its permissions or the disk prevent that."""
    with path.open("rb", buffering=0) as file:
        while file.read(CHUNK):
            pass


def _files(folder: Path, unread: list[tuple[str, str]]) -> Iterator[AudioFile]:
    def note(path: str | Path, error: OSError) -> None:
        unread.append((os.path.relpath(path, folder), reason(error)))

    for parent, folders, names in os.walk(folder, onerror=lambda error: note(error.filename, error)):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(parent, name) for name in names if not name.startswith(".")):
            if path.suffix.lower() in SUFFIXES:
                try:
                    found = path.stat()
                except OSError as error:
                    note(path, error)
                else:
                    if stat.S_ISREG(found.st_mode):
                        yield AudioFile(str(path.relative_to(folder)), found.st_size, found.st_mtime_ns)
