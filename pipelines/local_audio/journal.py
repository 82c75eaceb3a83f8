"""What was read of each file, a line each: an ended run continues after the last whole line.

name, size, changed_ns    the file (files.AudioFile)
measurer                  what measured it
tags, measured | error    worker.measured; of errors those that last
seen                      the day (UTC) of the last run that found the file
"""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kit.durable_files import replace_text
from pipelines import console
from pipelines.local_audio.files import AudioFile

Entry = dict[str, Any]
KEPT = timedelta(days=365)  # entries of files that are not there
_TAGS = {"year": int, "duration_ms": int}  # all others are text


class Journal:
    """The entries of a folder's files, in one file of JSON Lines."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries = {entry["name"]: entry for entry in _lines(path)}

    def of(self, file: AudioFile, measurer: str) -> Entry | None:
        """The entry of an unchanged file by the same measurer; no error that may pass, as earlier versions wrote."""
        entry = self._entries.get(file.name)
        whole = entry and file.same_as(entry) and entry.get("measurer") == measurer
        return entry if entry and whole and ("measured" in entry or entry.get("lasting")) else None

    def add(self, file: AudioFile, measurer: str, answer: Mapping[str, Any], today: date) -> Entry:
        """The entry of an answer for a file; appended, unless an error may have passed by the next run."""
        entry = {"name": file.name, "size": file.size, "changed_ns": file.changed_ns, "measurer": measurer, **answer}
        if "measured" in entry or entry.get("lasting"):
            entry["seen"] = today.isoformat()
            with self._path.open("a", encoding="ascii") as out:
                out.write(json.dumps(entry) + "\n")
            self._entries[file.name] = entry
        return entry

    def keep(self, names: set[str], today: date) -> None:
        """Writes the journal again, without files that no run has found for KEPT: a disk may be away."""
        for name, entry in self._entries.items():
            if name in names or "seen" not in entry:
                entry["seen"] = today.isoformat()
        oldest = (today - KEPT).isoformat()
        self._entries = {name: entry for name, entry in self._entries.items() if entry["seen"] >= oldest}
        replace_text(self._path, "".join(json.dumps(entry) + "\n" for entry in self._entries.values()))


def _lines(path: Path) -> Iterator[Entry]:
    """The whole lines of a journal; one that is damaged, as a killed run leaves its last, is passed over."""
    if path.exists():
        for line in path.read_bytes().splitlines():
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if _is_entry(entry):
                yield entry


def _is_entry(found: Any) -> bool:
    if not isinstance(found, dict):
        return False
    names, tags, measured = (found.get(one) for one in ("name", "tags", "measured"))
    return (
        isinstance(names, str)
        and isinstance(tags, dict)
        and all(isinstance(value, _TAGS.get(name, str)) for name, value in tags.items())
        and (isinstance(found.get("error"), str) or _are_numbers(measured))
        and isinstance(found.get("seen", ""), str)
    )


def _are_numbers(measured: Any) -> bool:
    return isinstance(measured, dict) and all(isinstance(value, int | float) for value in measured.values())


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Waits until no other run writes to the folder."""
    with (folder / ".lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.note(f"waiting for another run, which writes to {folder}")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
