"""What was read of each file, a line each: an ended run continues after the last whole line.

name, size, changed_ns    the file (files.AudioFile)
measurer                  what measured it
tags, measured | error    worker.answer
"""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines.local_audio.files import AudioFile

Entry = dict[str, Any]


class Journal:
    """The entries of a folder's files, in one file of JSON Lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries = {entry["name"]: entry for entry in _lines(path)}

    def of(self, file: AudioFile, measurer: str) -> Entry | None:
        """The entry of an unchanged file by the same measurer."""
        entry = self._entries.get(file.name)
        return entry if entry and file.same_as(entry) and entry.get("measurer") == measurer else None

    def add(self, file: AudioFile, measurer: str, answer: Mapping[str, Any]) -> Entry:
        """Appends the answer for a file."""
        entry = {"name": file.name, "size": file.size, "changed_ns": file.changed_ns, "measurer": measurer, **answer}
        with self._path.open("a", encoding="ascii") as out:
            out.write(json.dumps(entry) + "\n")
        self._entries[file.name] = entry
        return entry

    def keep(self, names: set[str]) -> None:
        """Writes the journal again with the entries of these files only."""
        self._entries = {name: entry for name, entry in self._entries.items() if name in names}
        scratch = self._path.with_suffix(".part")
        scratch.write_text("".join(json.dumps(entry) + "\n" for entry in self._entries.values()), encoding="ascii")
        scratch.replace(self._path)


def _lines(path: Path) -> Iterator[Entry]:
    """The whole lines of a journal; a line that a killed run left unfinished is passed over."""
    if path.exists():
        for line in path.read_bytes().splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict) and isinstance(entry.get("name"), str):
                yield entry


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Waits until no other run writes to the folder."""
    with (folder / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
