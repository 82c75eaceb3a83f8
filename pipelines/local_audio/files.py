"""The audio files of a folder, and what tells that one is unchanged."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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


class NoAudio(Exception):
    """There is nothing to measure; the message says where none was found."""


def audio_files(folder: Path) -> list[AudioFile]:
    """All audio files below a folder, by name; hidden files and folders are left out, links to folders not followed.

    NoAudio when there is none.
    """
    if not folder.is_dir():
        raise NoAudio(f"{str(folder)!r} is no folder: name the folder of your audio files")
    found = sorted(_files(folder), key=lambda file: file.name)
    if not found:
        raise NoAudio(f"{str(folder)!r} has no audio file ({', '.join(sorted(SUFFIXES))})")
    return found


def _files(folder: Path) -> Iterator[AudioFile]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if path.suffix.lower() in SUFFIXES and not name.startswith(".") and path.is_file():
                stat = path.stat()
                yield AudioFile(str(path.relative_to(folder)), stat.st_size, stat.st_mtime_ns)
