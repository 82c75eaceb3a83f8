"""The files that a fetch keeps: where each is, and whether it is the one that dumps.json records.

    listens          listens/DUMP.N.parquet          a reduced member (listens.py)
    other kinds      KIND/DUMP.tables/TABLE.parquet  a table (csv_dumps.py)
A part of an entry of dumps.json has `kept_bytes` and `kept_sha256` of its file.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipelines.open_data.download import digest_of
from pipelines.open_data.remote import DumpError

Entry = Mapping[str, Any]


def tables_folder(folder: Path, kind: str, dump: str) -> Path:
    """Where the tables of a dump are."""
    return folder / kind / f"{dump}.tables"


def path_of(folder: Path, entry: Entry, part: str) -> Path:
    """The file of a member of listens, or of a table."""
    if entry["kind"] == "listens":
        return folder / "listens" / f"{entry['id']}.{part}"
    return tables_folder(folder, entry["kind"], entry["id"]) / f"{part}.parquet"


def recorded(path: Path) -> dict[str, Any]:
    """What dumps.json records of a file."""
    return {"kept_bytes": path.stat().st_size, "kept_sha256": digest_of(path)}


def is_intact(folder: Path, entry: Entry, part: str) -> bool:
    """Whether the file of a part is there, with the recorded size and SHA-256."""
    path, known = path_of(folder, entry, part), entry["parts"].get(part, {})
    return path.is_file() and path.stat().st_size == known.get("kept_bytes") and recorded(path).items() <= known.items()


def files(folder: Path, entry: Entry, parts: Iterable[str]) -> dict[str, Path]:
    """Part -> its file; DumpError when one is missing or another than was fetched."""
    found = {part: path_of(folder, entry, part) for part in parts}
    for part, path in found.items():
        if not is_intact(folder, entry, part):
            what = "is damaged" if path.exists() else "is missing"
            option = f"--{entry['kind']}"
            raise DumpError(f"{path} {what}: run segue-pipeline open fetch {option} again for {entry['id']}")
    return found


def content_hash(entry: Entry, parts: Iterable[str]) -> str:
    """What identifies the content of a dump that a stage reads: the hashes of these files."""
    return " ".join(f"{part}:{entry['parts'][part].get('kept_sha256', '')}" for part in sorted(parts))
