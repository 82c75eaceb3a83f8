"""Fetches dumps into a folder: only those that are named, whole or the newest members, and each step once.

    listens          the last members of an uncompressed tar (URL, file), or *.parquet files of a folder
    canonical        canonical_musicbrainz_data.csv and canonical_recording_redirect.csv, in an archive or a folder
    acousticbrainz   rhythm.csv, tonal.csv, lowlevel.csv, in archives or a folder

A member is deleted when its reduced form (listens.py) is written, an archive when its tables are. DumpError says what
to do; a second run continues.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines import console
from pipelines.console import Steps
from pipelines.folders import room_for
from pipelines.open_data import csv_dumps, listens
from pipelines.open_data.download import digest_of, download, published_digest
from pipelines.open_data.dumps import Dumps, dump_id
from pipelines.open_data.remote import ByteSource, DumpError, LocalFile, is_url, opened
from pipelines.open_data.tar_tail import Member, last_members

MONTH = 23  # members that June 2026 took: 2.7 GB, 38.2 M listens
UNPACKED = 1.5  # room for the tables of an archive, in bytes of it
COPIED = 0.5  # room for a reduced member, in bytes of it


def fetch_listens(where: str, count: int, dumps: Dumps, most: int) -> None:
    """The last `count` members of a dump of listens, reduced; DumpError when they are more than `most` bytes."""
    folder = dumps.folder / "listens"
    folder.mkdir(exist_ok=True)
    source, members = _members(where, count)
    total = sum(member.size for _, member in members)
    _check_bound(where, total, most)
    name = dump_id(members[0][1].folder or source.name)
    entry = dumps.pinned("listens", name, source.where, source.version, source.size)
    done = {name: part["bytes"] for name, part in entry["parts"].items()}
    wanted = [pair for pair in members if done.get(pair[1].name) != pair[1].size]
    largest = max((member.size for _, member in wanted), default=0)
    room = room_for("the dump", folder, largest + int(COPIED * sum(one.size for _, one in wanted)), DumpError)
    with room, console.steps("fetch", len(wanted)) as steps:
        for file, member in wanted:
            _fetch_member(file, member, folder, entry, steps)
            dumps.write()
    entry["kept"] = sorted(member.name for _, member in members)
    entry["published_sha256"] = published_digest(where) if source.where != "folder" else ""
    entry["complete"] = True
    dumps.write()


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


def _fetch_member(source: ByteSource, member: Member, folder: Path, entry: dict[str, Any], steps: Steps) -> None:
    raw = folder / f"{entry['id']}.{member.name}.raw"
    with steps.step(member.name) as line:
        digest = download(source, member.offset, member.offset + member.size, raw, line.count)
        counts = listens.reduce_member(raw, folder / f"{entry['id']}.{member.name}")
        raw.unlink()
    entry["parts"][member.name] = {"bytes": member.size, "sha256": digest, **counts}


def fetch_tables(kind: str, where: Sequence[str], dumps: Dumps, most: int) -> None:
    """The CSV tables of one or more dumps of a kind, as Parquet."""
    folder = dumps.folder / kind
    folder.mkdir(exist_ok=True)
    with console.steps("fetch", len(where)) as steps:
        for one in where:
            with steps.step(one) as line:
                line.reused = _fetch_archive(kind, one, folder, dumps, most, line)


def _fetch_archive(kind: str, where: str, folder: Path, dumps: Dumps, most: int, line: console.Line) -> bool:
    """True when an earlier run has done it."""
    if not is_url(where) and Path(where).is_dir():
        return _unpack_folder(kind, Path(where), folder, dumps)
    source = opened(where)
    _check_bound(where, source.size, most)
    entry = dumps.pinned(kind, dump_id(source.name), source.where, source.version, source.size)
    if entry.get("complete") and csv_dumps.extracted(entry["parts"], folder):
        return True
    published = published_digest(where)
    with room_for("the dump", folder, int(source.size * (1 + UNPACKED)), DumpError):
        if isinstance(source, LocalFile):
            archive, digest = source.path, digest_of(source.path)
        else:
            archive = folder / source.name
            digest = download(source, 0, source.size, archive, line.count, published)
        _check_digest(where, archive, digest, published)
        line.update(f"unpacking {archive.name}")
        entry["parts"] = {table: {"rows": rows} for table, rows in csv_dumps.extract(archive, folder).items()}
    entry |= {"sha256": digest, "published_sha256": published, "complete": True}
    dumps.write()
    if archive.parent == folder:
        archive.unlink()
    return False


def _check_digest(where: str, archive: Path, digest: str, published: str) -> None:
    """DumpError when the archive is not the one of the published SHA-256 or, where there is none, MD5."""
    if published and digest != published:
        raise DumpError(f"{where} has another SHA-256 than the file beside it: copy both again")
    md5 = "" if published else published_digest(where, "md5")
    if md5 and digest_of(archive, "md5") != md5:
        raise DumpError(f"{where} has another MD5 than the file beside it: fetch both again")


def _unpack_folder(kind: str, source: Path, folder: Path, dumps: Dumps) -> bool:
    """Tables of a folder of CSV files. It has no checksum of its own: that of each file is recorded."""
    hashes = {path.name: digest_of(path) for path in sorted(source.rglob("*.csv"))}
    entry = dumps.pinned(kind, source.resolve().name, "folder", "unpacked", 0)
    if entry.get("complete") and entry["files"] == hashes and csv_dumps.extracted(entry["parts"], folder):
        return True
    entry["parts"] = {table: {"rows": rows} for table, rows in csv_dumps.extract(source, folder).items()}
    entry |= {"files": hashes, "complete": True}
    dumps.write()
    return False


def _check_bound(where: str, total: int, most: int) -> None:
    if total > most:
        raise DumpError(
            f"{where} would fetch {total:,} bytes and {most:,} are allowed: fewer --members, or raise --at-most"
        )
