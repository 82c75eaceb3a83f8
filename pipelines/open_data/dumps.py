"""What was fetched: dumps.json of a folder of dumps, which every later stage reads and a release carries.

Each dump has its kind (listens, canonical, acousticbrainz), its id (the name of the archive without suffixes), where it
came from (the URL; a local file's name only), the version that the server named, bytes, SHA-256 where all of it was
read, and the members or tables that were kept, with rows and the size and SHA-256 of each kept file.

Every table belongs to one complete dump, the one that was fetched last: a dump of canonical data replaces the one
before it, an archive of AcousticBrainz the tables that it shares with others.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import BaseModel, TypeAdapter, ValidationError

from pipelines import console
from pipelines.open_data.dump_errors import disk_errors
from pipelines.open_data.kept import content_hash, files, path_of, tables_folder
from pipelines.open_data.remote import DumpChanged, DumpError
from pipelines.stage import writable

FILE = "dumps.json"
_SUFFIXES = re.compile(r"(?:\.(?:tar|zst|zstd|gz|bz2|xz|csv))+$")
_NOT_PLAIN = re.compile(r"[^\w.+-]|^\.+")


def dump_id(name: str) -> str:
    """listenbrainz-spark-dump-2653-20260701-000003-full.tar -> its name without suffixes."""
    return _SUFFIXES.sub("", plain_name(name)) or plain_name(name)


def plain_name(name: str) -> str:
    """A name that a server or archive gives, as that of a file in a folder of ours."""
    return _NOT_PLAIN.sub("_", name) or "dump"


class Dumps:
    """The record of a folder; written anew after each step, so that an interrupted run knows what is complete."""

    def __init__(self, folder: Path) -> None:
        self.folder = writable(folder)
        self._file = folder / FILE
        self.entries: dict[str, dict[str, Any]] = _read(self._file)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Fetches into the folder, one process at a time: waits for another one, then reads its record."""
        with disk_errors("the fetch"):
            handle = os.open(self.folder, os.O_RDONLY)
            try:
                _lock(handle, self.folder)
                self.entries = _read(self._file)
                yield
            finally:
                os.close(handle)

    def pinned(self, kind: str, dump: str, where: str, version: str, size: int) -> dict[str, Any]:
        """The entry of a dump of which parts are read, in several runs. DumpChanged when an earlier run has read parts
        of another file or version as this dump; what it only began to download is removed."""
        fresh = {"kind": kind, "id": dump, "from": where, "version": version, "bytes": size, "parts": {}}
        entry = self.entries.setdefault(f"{kind}/{dump}", fresh)
        if (entry["version"], entry["bytes"]) != (version, size) and not entry["parts"]:
            self._remove_begun(kind, dump)
            entry = self.entries[f"{kind}/{dump}"] = fresh
        elif (entry["version"], entry["bytes"]) != (version, size):
            raise DumpChanged(
                f"{where} was {entry['bytes']:,} bytes ({entry['version']}) when it was begun, and is {size:,} "
                f"({version}) now: remove {self.folder} or name another folder with --out to fetch the new one"
            )
        self.write()
        return entry

    def _remove_begun(self, kind: str, dump: str) -> None:
        for path in (self.folder / kind).glob(f"{escape(dump)}.*.raw*"):
            path.unlink()

    def replace_tables(self, entry: dict[str, Any]) -> None:
        """Records a dump of tables, whose folder is in its place, as complete, in one step with the end of those that
        it replaces; then removes what no entry lists any more."""
        kind = entry["kind"]
        for name, other in list(self.entries.items()):
            lost = set(other["parts"]) if kind == "canonical" else set(other["parts"]) & set(entry["parts"])
            if other["kind"] == kind and lost:
                other["parts"] = {table: part for table, part in other["parts"].items() if table not in lost}
                other["replaced"] = sorted(lost | set(other.get("replaced", ())))
            if other["kind"] == kind and not other["parts"]:
                del self.entries[name]
        self.entries[f"{kind}/{entry['id']}"] = entry | {"complete": True}
        self.write()
        self._remove_unlisted(kind)

    def _remove_unlisted(self, kind: str) -> None:
        """Removes tables that no entry has."""
        listed = [entry for entry in self.entries.values() if entry["kind"] == kind]
        wanted = {path_of(self.folder, entry, table) for entry in listed for table in entry["parts"]}
        for tables in (self.folder / kind).glob("*.tables"):
            if not any(path.parent == tables for path in wanted):
                shutil.rmtree(tables)
        for entry in listed:
            for path in tables_folder(self.folder, kind, entry["id"]).glob("*.parquet"):
                if path not in wanted:
                    path.unlink()

    def write(self) -> None:
        """Writes the record in one step."""
        scratch = self._file.with_name(f".{FILE}")
        scratch.write_bytes(orjson.dumps(self.entries, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
        scratch.replace(self._file)


def _lock(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        console.note(f"waiting for another run, which fetches into {folder}")
        fcntl.flock(handle, fcntl.LOCK_EX)


def described(folder: Path) -> dict[str, dict[str, Any]]:
    """The complete dumps of a folder; DumpError when nothing has been fetched into it."""
    if folder.exists() and not folder.is_dir():
        raise DumpError(f"{str(folder)!r} is no folder: name with --dumps the folder that open fetch printed")
    complete = {name: entry for name, entry in _read(folder / FILE).items() if entry.get("complete")}
    if not complete:
        raise DumpError(f"{str(folder)!r} has no dump that is complete: segue-pipeline open fetch --out {folder}")
    return complete


@dataclass(frozen=True, slots=True)
class Fetched:
    """The complete dumps of a folder, as one stage and those before it read them."""

    folder: Path
    entries: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, folder: Path) -> "Fetched":
        """DumpError when the folder has none."""
        return cls(folder, described(folder))

    def of_type(self, kind: str) -> list[Mapping[str, Any]]:
        """The dumps of one kind; DumpError when there is none."""
        if not (those := [entry for entry in self.entries.values() if entry["kind"] == kind]):
            raise DumpError(f"no dump of {kind} was fetched: segue-pipeline open fetch --{kind} URL")
        return those

    def hashes(self, kind: str) -> dict[str, str]:
        """Dump -> what identifies the files that are read of it, for the key of a stage."""
        those = [entry for entry in self.entries.values() if entry["kind"] == kind]
        return {entry["id"]: content_hash(entry, entry.get("kept", entry["parts"])) for entry in those}

    def tables(self, kind: str) -> dict[str, Path]:
        """Table -> its file, of all dumps of a kind; DumpError when one is missing or damaged."""
        those = [entry for entry in self.entries.values() if entry["kind"] == kind]
        return {table: path for entry in those for table, path in files(self.folder, entry, entry["parts"]).items()}


class _Part(BaseModel):
    kept_bytes: int | None = None
    kept_sha256: str | None = None


class _Entry(BaseModel):
    kind: Literal["listens", "canonical", "acousticbrainz"]
    id: str
    version: str
    bytes: int
    parts: dict[str, _Part]
    complete: bool = False
    kept: list[str] = []
    files: dict[str, str] = {}


_RECORD = TypeAdapter(dict[str, _Entry])


def _read(file: Path) -> dict[str, dict[str, Any]]:
    """The record; empty where there is none, DumpError when it is none."""
    with disk_errors("reading the record of dumps"):
        try:
            found: dict[str, dict[str, Any]] = orjson.loads(file.read_bytes())
            _RECORD.validate_python(found, strict=True)
        except FileNotFoundError:
            return {}
        except (orjson.JSONDecodeError, ValidationError):
            raise _damaged(file) from None
    if not all(_is_whole(entry) for entry in found.values()):
        raise _damaged(file)
    return found


def _is_whole(entry: Mapping[str, Any]) -> bool:
    """Whether the kept members of a complete dump of listens are described."""
    parts = [entry["parts"].get(name, {}) for name in entry.get("kept", ())]
    needed = {"listens": int, "mapped": int, "sha256": str}
    named = all(isinstance(part.get(name), kind) for part in parts for name, kind in needed.items())
    return named and ("kept" in entry or entry["kind"] != "listens" or not entry.get("complete"))


def _damaged(file: Path) -> DumpError:
    return DumpError(f"{file} is damaged: remove it and fetch again, or restore it from a backup")
