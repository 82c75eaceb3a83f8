"""Fetches dumps into a folder: only those that are named, whole or the newest members, and each step once.

    listens          the last members of an uncompressed tar (URL, file), or *.parquet files of a folder
    canonical        canonical_musicbrainz_data.csv and canonical_recording_redirect.csv, in an archive or a folder
    acousticbrainz   rhythm.csv, tonal.csv, lowlevel.csv, in archives or a folder

A member is deleted when its reduced form (listens.py) is written, an archive when its tables are, and either when it
is damaged. DumpError says what to do; a second run continues, and restores kept files that are missing or damaged.
"""

import shutil
from collections.abc import Sequence
from glob import escape
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipelines import console
from pipelines.console import Steps
from pipelines.folders import exchange_folders, room_for, scratch_folder
from pipelines.open_data import csv_dumps, listens
from pipelines.open_data.addresses import shown
from pipelines.open_data.download import Progress, digest_of, download, published_digest
from pipelines.open_data.dumps import Dumps, dump_id, plain_name
from pipelines.open_data.kept import is_intact, path_of, recorded, tables_folder
from pipelines.open_data.remote import ByteSource, DumpError, LocalFile, is_url, opened
from pipelines.open_data.tar_tail import Member, last_members

MONTH = 23  # members that June 2026 took: 2.7 GB, 38.2 M listens
UNPACKED = 1.5  # room for the tables of an archive, in bytes of it
COPIED = 0.5  # room for a reduced member, in bytes of it


# -- listens -----------------------------------------------------------------------------------------------------------
def fetch_listens(where: str, count: int, dumps: Dumps, most: int) -> None:
    """The last `count` members of a dump of listens, reduced; DumpError when they are more than `most` bytes."""
    with dumps.held():
        folder = dumps.folder / "listens"
        folder.mkdir(exist_ok=True)
        source, members = _members(where, count)
        total = sum(member.size for _, member in members)
        _check_bound(where, total, most)
        name = dump_id(members[0][1].folder or source.name)
        entry = dumps.pinned("listens", name, source.where, source.version, source.size)
        wanted = [pair for pair in members if not _is_fetched(dumps, entry, pair[1])]
        largest = max((member.size for _, member in wanted), default=0)
        room = room_for("the dump", folder, largest + int(COPIED * sum(one.size for _, one in wanted)), DumpError)
        with room, console.steps("fetch", len(wanted)) as steps:
            for file, member in wanted:
                _fetch_member(file, member, path_of(dumps.folder, entry, member.name), entry, steps)
                dumps.write()
        entry["kept"] = sorted(member.name for _, member in members)
        entry["published_sha256"] = published_digest(where) if source.where != "folder" else ""
        entry["complete"] = True
        dumps.write()


def _is_fetched(dumps: Dumps, entry: dict[str, Any], member: Member) -> bool:
    size = entry["parts"].get(member.name, {}).get("bytes")
    return size == member.size and is_intact(dumps.folder, entry, member.name)


def _members(where: str, count: int) -> tuple[ByteSource, list[tuple[ByteSource, Member]]]:
    """The source that names the version, and each of the last members with the file that holds it."""
    if not is_url(where) and Path(where).is_dir():
        return _members_of_folder(Path(where), count)
    source = opened(where)
    with console.working("looking for the last members"):
        return source, [(source, member) for member in last_members(source, count, ".parquet")]


def _members_of_folder(folder: Path, count: int) -> tuple[ByteSource, list[tuple[ByteSource, Member]]]:
    """The *.parquet files of an unpacked dump with the highest numbers."""
    numbered = sorted((int(path.stem), path) for path in folder.glob("*.parquet") if path.stem.isdigit())[-count:]
    if not numbered:
        raise DumpError(f"{str(folder)!r} has no N.parquet: name the folder of an unpacked dump of listens")
    files: list[ByteSource] = [LocalFile.of(path) for _, path in numbered]
    listed = LocalFile(folder, "folder", folder.name, 0, "unpacked")
    return listed, [(file, Member(file.name, folder.name, 0, file.size)) for file in files]


def _fetch_member(source: ByteSource, member: Member, target: Path, entry: dict[str, Any], steps: Steps) -> None:
    raw = target.with_name(f"{target.name}.raw")
    with steps.step(member.name) as line:
        digest = _downloaded(source, member.offset, member.offset + member.size, raw, line.count)
        try:
            counts = listens.reduce_member(raw, target, member.name)
        except DumpError:
            raw.unlink()
            raise
        raw.unlink()
    entry["parts"][member.name] = {"bytes": member.size, "sha256": digest, **counts, **recorded(target)}


def _downloaded(
    source: ByteSource, start: int, stop: int, target: Path, progress: Progress, published: str = ""
) -> str:
    """The SHA-256 of a range that is then in `target`; one that an earlier run fetched whole is not fetched again."""
    if not isinstance(source, LocalFile) and target.is_file() and target.stat().st_size == stop - start:
        return digest_of(target)
    return download(source, start, stop, target, progress, published)


# -- tables ------------------------------------------------------------------------------------------------------------
def fetch_tables(kind: str, where: Sequence[str], dumps: Dumps, most: int) -> None:
    """The CSV tables of one or more dumps of a kind, as Parquet."""
    _check_names(where)
    with dumps.held():
        (dumps.folder / kind).mkdir(exist_ok=True)
        with console.steps("fetch", len(where)) as steps:
            for one in where:
                with steps.step(shown(one)) as line:
                    line.reused = _fetch_archive(kind, one, dumps, most, line)


def _check_names(where: Sequence[str]) -> None:
    """DumpError for two dumps of one name: the second would replace the first."""
    named = [dump_id(shown(one).rstrip("/").rpartition("/")[2]) for one in where]
    if repeated := sorted({name for name in named if named.count(name) > 1}):
        raise DumpError(f"two of the named dumps are called {', '.join(repeated)}: rename one")


def _fetch_archive(kind: str, where: str, dumps: Dumps, most: int, line: console.Line) -> bool:
    """True when an earlier run has done it."""
    if not is_url(where) and Path(where).is_dir():
        return _unpack_folder(kind, Path(where), dumps)
    source = opened(where)
    _check_bound(where, source.size, most)
    entry: dict[str, Any] = {"kind": kind, "id": dump_id(source.name), "from": source.where}
    entry |= {"version": source.version, "bytes": source.size}
    if _has_tables(dumps, entry):
        return True
    published, incoming = published_digest(where), incoming_folder(dumps, entry)
    with room_for("the dump", dumps.folder, int(source.size * (1 + UNPACKED)), DumpError):
        if isinstance(source, LocalFile):
            archive, digest = source.path, digest_of(source.path)
        else:
            archive = incoming / plain_name(source.name)
            digest = _downloaded(source, 0, source.size, archive, line.count, published)
        try:
            _check_digest(where, archive, digest, published)
            line.update(f"unpacking {archive.name}")
            _unpack(archive, dumps, entry | {"sha256": digest, "published_sha256": published})
        except DumpError:
            shutil.rmtree(incoming, ignore_errors=True)
            raise
    _remove_incoming(dumps, entry)
    return False


def incoming_folder(dumps: Dumps, entry: dict[str, Any]) -> Path:
    """The folder of an archive while it is downloaded: another one for each version."""
    version = sha256(f"{entry['from']}\n{entry['version']}\n{entry['bytes']}".encode()).hexdigest()[:12]
    return dumps.folder / str(entry["kind"]) / f".incoming-{entry['id']}-{version}"


def _remove_incoming(dumps: Dumps, entry: dict[str, Any]) -> None:
    """Removes the archive, and what is left of others that it replaces."""
    of = "*" if entry["kind"] == "canonical" else f"{escape(entry['id'])}-*"
    for left in (dumps.folder / str(entry["kind"])).glob(f".incoming-{of}"):
        shutil.rmtree(left)


def _check_digest(where: str, archive: Path, digest: str, published: str) -> None:
    """DumpError when the archive is not the one of the published SHA-256 or, where there is none, MD5."""
    if published and digest != published:
        raise DumpError(f"{shown(where)} has another SHA-256 than the file beside it: copy both again")
    md5 = "" if published else published_digest(where, "md5")
    if md5 and digest_of(archive, "md5") != md5:
        raise DumpError(f"{shown(where)} has another MD5 than the file beside it: fetch both again")


def _unpack_folder(kind: str, source: Path, dumps: Dumps) -> bool:
    """Tables of a folder of CSV files. It has no checksum of its own: that of each file is recorded."""
    hashes = {path.name: digest_of(path) for path in sorted(source.rglob("*.csv"))}
    entry = {"kind": kind, "id": dump_id(source.resolve().name), "from": "folder", "version": "unpacked", "bytes": 0}
    if _has_tables(dumps, entry | {"files": hashes}):
        return True
    _unpack(source, dumps, entry | {"files": hashes})
    return False


def _has_tables(dumps: Dumps, entry: dict[str, Any]) -> bool:
    """Whether this version of a dump is complete, with all its tables as they are written now."""
    known = dumps.entries.get(f"{entry['kind']}/{entry['id']}", {"parts": {}})
    stated = ("version", "bytes", "files")
    if not known.get("complete") or known.get("replaced") or any(known.get(one) != entry.get(one) for one in stated):
        return False
    return all(
        is_intact(dumps.folder, known, table) and csv_dumps.is_current(path_of(dumps.folder, known, table), table)
        for table in known["parts"]
    )


def _unpack(dump: Path, dumps: Dumps, entry: dict[str, Any]) -> None:
    """Puts the tables of a dump into their place, all of them or none."""
    kind, target = entry["kind"], tables_folder(dumps.folder, entry["kind"], entry["id"])
    with scratch_folder(target.parent, ".unpacking-") as scratch:
        made = scratch / "tables"
        made.mkdir()
        rows = csv_dumps.extract(dump, made, kind)
        parts = {table: {"rows": count, **recorded(made / f"{table}.parquet")} for table, count in rows.items()}
        if target.exists():
            exchange_folders(made, target)
        else:
            made.rename(target)
        dumps.replace_tables(entry | {"parts": parts})


def _check_bound(where: str, total: int, most: int) -> None:
    if total > most:
        raise DumpError(
            f"{shown(where)} would fetch {total:,} bytes and {most:,} are allowed: fewer --members, or raise --at-most"
        )
