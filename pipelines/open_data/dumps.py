"""What was fetched: dumps.json of a folder of dumps, which every later stage reads and a release carries.

Each dump has its kind (listens, canonical, acousticbrainz), its id (the name of the archive without suffixes), where it
came from (the URL; a local file's name only), the version that the server named, bytes, SHA-256 where all of it was
read, and the members or tables that were kept, with their SHA-256 and rows.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from pipelines.open_data.remote import DumpChanged, DumpError
from pipelines.stage import writable

FILE = "dumps.json"
_SUFFIXES = re.compile(r"(?:\.(?:tar|zst|zstd|gz|bz2|xz|csv))+$")


def dump_id(name: str) -> str:
    """listenbrainz-spark-dump-2653-20260701-000003-full.tar -> its name without suffixes."""
    return _SUFFIXES.sub("", name) or name


class Dumps:
    """The record of a folder; written anew after each step, so that an interrupted run knows what is complete."""

    def __init__(self, folder: Path) -> None:
        self.folder = writable(folder)
        self._file = folder / FILE
        self.entries: dict[str, dict[str, Any]] = _read(self._file)

    def pinned(self, kind: str, dump: str, where: str, version: str, size: int) -> dict[str, Any]:
        """The entry of a dump. DumpChanged when an earlier run began to read another file or version as this dump."""
        fresh = {"kind": kind, "id": dump, "from": where, "version": version, "bytes": size, "parts": {}}
        entry = self.entries.setdefault(f"{kind}/{dump}", fresh)
        if (entry["version"], entry["bytes"]) != (version, size):
            raise DumpChanged(
                f"{where} was {entry['bytes']:,} bytes ({entry['version']}) when it was begun, and is {size:,} "
                f"({version}) now: remove {self.folder} or name another folder with --out to fetch the new one"
            )
        self.write()
        return entry

    def write(self) -> None:
        """Writes the record in one step."""
        scratch = self._file.with_name(f".{FILE}")
        scratch.write_bytes(orjson.dumps(self.entries, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
        scratch.replace(self._file)


def described(folder: Path) -> dict[str, dict[str, Any]]:
    """The complete dumps of a folder; DumpError when nothing has been fetched into it."""
    complete = {name: entry for name, entry in _read(folder / FILE).items() if entry.get("complete")}
    if not complete:
        raise DumpError(f"{str(folder)!r} has no dump that is complete: segue-pipeline open fetch --out {folder}")
    return complete


def of_type(found: Mapping[str, Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    """The dumps of one kind; DumpError when there is none."""
    if not (those := [entry for entry in found.values() if entry["kind"] == kind]):
        raise DumpError(f"no dump of {kind} was fetched: segue-pipeline open fetch --{kind} URL")
    return those


def content_hash(entry: Mapping[str, Any]) -> str:
    """What identifies the content of a dump that was read: the hashes of its kept parts."""
    parts: Mapping[str, Mapping[str, Any]] = entry["parts"]
    return " ".join(f"{name}:{part.get('sha256', '')}" for name, part in sorted(parts.items()))


def _read(file: Path) -> dict[str, dict[str, Any]]:
    try:
        found: dict[str, dict[str, Any]] = orjson.loads(file.read_bytes())
        return found
    except FileNotFoundError:
        return {}
    except orjson.JSONDecodeError:
        raise DumpError(f"{file} is damaged: remove its folder and fetch again") from None
