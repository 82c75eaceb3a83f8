"""Cached, resumable stages: keyed by their inputs, complete or absent.

A stage's folder is work/<stage>/<key>/, the key a hash of the stage's code version, its settings and its inputs' keys.
It is built under a temporary name, synced and renamed, so a folder that exists is finished and is never built twice;
one that lost files since is built again. A process that needs a stage which another one builds waits for it. What an
interrupted run left under a temporary name is removed by the next. Stages that no run has used for a while are removed
by pipelines.prune.
"""

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import orjson

from kit.durable_files import sync_directory
from pipelines import console
from pipelines.folders import (
    NO_SPACE,
    TOKEN_BYTES,
    held_while_open,
    locked,
    remove_abandoned,
    remove_all,
    remove_folder,
    removed_at_end,
)
from pipelines.stage_files import DESCRIPTION, damage, sizes, sync

CHUNK = 1 << 20
BROKEN = (errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM, errno.ESTALE, errno.ENODEV, errno.ENXIO)
FULL = 1 << 20  # bytes free; np.save on a full disk raises an OSError without an errno


class StageError(Exception):
    """A folder is missing, cannot be written to, or holds a damaged stage. Finished stages are kept."""


@dataclass(frozen=True, slots=True)
class Built:
    """A finished stage: its folder, its key, and whether it was reused."""

    path: Path
    key: str
    reused: bool

    def report(self) -> dict[str, Any]:
        """The report that the stage wrote."""
        report: dict[str, Any] = orjson.loads((self.path / DESCRIPTION).read_bytes())
        return report


def run(
    work: Path,
    name: str,
    version: int,
    inputs: Mapping[str, str],
    settings: Mapping[str, Any],
    build: Callable[[Path], Mapping[str, Any]],
) -> Built:
    """The finished folder of a stage, built when it is missing. `build` fills the folder and returns figures."""
    described, target = _described(work, name, version, inputs, settings)
    key = target.name
    _remove_damaged(target)
    while not target.exists():
        with _room(name, writable(target.parent)), _scratch(target.parent, key) as scratch:
            if scratch is None:  # another process has built it, or has failed to
                continue
            building = scratch / key
            building.mkdir()
            figures = build(building)
            description = described | {"figures": dict(figures), "files": sizes(building)}
            (building / DESCRIPTION).write_bytes(orjson.dumps(description, option=orjson.OPT_INDENT_2))
            sync(building)
            _move_into(building, target)
        return Built(target, key, reused=False)
    mark_used(target)
    return Built(target, key, reused=True)


def is_kept(work: Path, name: str, version: int, inputs: Mapping[str, str], settings: Mapping[str, Any]) -> bool:
    """Whether `run` would find the stage finished."""
    return _described(work, name, version, inputs, settings)[1].exists()


def _remove_damaged(target: Path) -> None:
    """Removes a finished stage that lost files, by a disk or by hand: it is built again, as any removed one is."""
    fault, name = None, f"the stage {target.parent.name}/{target.name} in {target.parent.parent}"
    try:
        if not target.exists() or not damage(target):
            return
        with locked(target.parent):
            fault = damage(target) if target.exists() else None  # another run may have been at it
            if not fault:
                return
            remove_all(target.parent, f".removing-{target.name}")
            remove_folder(target)
    except OSError as error:
        what = f"is damaged ({fault}) and cannot be removed" if fault else "cannot be read"
        raise StageError(f"{name} {what} ({error.strerror}): remove that folder and run again") from error
    console.warn(f"{name} was damaged ({fault}): it is built again")


def _described(
    work: Path, name: str, version: int, inputs: Mapping[str, str], settings: Mapping[str, Any]
) -> tuple[dict[str, Any], Path]:
    """What the stage's key is the hash of, and its folder."""
    described = {"stage": name, "version": version, "inputs": dict(inputs), "settings": dict(settings)}
    key = hashlib.sha256(orjson.dumps(described, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
    return described, work / name / key


def mark_used(folder: Path) -> None:
    """Sets the folder's time to now, for pipelines.prune; a folder that one may only read keeps its time."""
    with suppress(OSError):
        os.utime(folder)


def holding(files: Iterable[Path]) -> set[Path]:
    """The folders of finished stages that hold these files, links followed."""
    folders = {file.resolve().parent for file in files}
    above = folders.union(*(folder.parents for folder in folders))
    return {folder for folder in above if (folder / DESCRIPTION).is_file()}


def writable(folder: Path) -> Path:
    """The folder, created when missing; StageError when it is not writable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        message = f"cannot write to {str(folder)!r} ({error.strerror}): choose another folder or repair that"
        raise StageError(message) from error


@contextmanager
def _scratch(folder: Path, key: str) -> Iterator[Path | None]:
    """A temporary build folder, locked while its process lives; unlocked ones are leftovers and are removed.

    None, after waiting for it, when another process is building the stage or has built it.
    """
    with ExitStack() as closing, removed_at_end(folder / f".{key}-{token_hex(TOKEN_BYTES)}") as scratch:
        with locked(folder):
            _remove_abandoned(folder)
            other = next(folder.glob(f".{key}-*"), None)
            free = other is None and not (folder / key).exists()
            if free:
                scratch.mkdir(mode=0o700)
                closing.callback(os.close, held_while_open(scratch))
        if other is not None:
            _wait_for(other)
        yield scratch if free else None


def remove_leftovers(work: Path, name: str) -> None:
    """Removes what killed runs left half-built of a stage, which goes when the stage is built again at the latest."""
    if (folder := work / name).is_dir():
        with suppress(OSError), locked(folder):  # a folder of another user
            _remove_abandoned(folder)


def _remove_abandoned(folder: Path) -> None:
    for left in folder.glob(".*-" + "[0-9a-f]" * 2 * TOKEN_BYTES):
        remove_abandoned(left)


def _wait_for(scratch: Path) -> None:
    """Waits until the process that builds in a scratch folder has ended, however it does."""
    console.note(f"waiting for another run, which builds {scratch.parent.name}")
    try:
        handle = os.open(scratch, os.O_RDONLY)
    except FileNotFoundError:  # it has just finished
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
    finally:
        os.close(handle)


@contextmanager
def _room(name: str, folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        free = shutil.disk_usage(folder).free
        if error.errno in BROKEN:
            raise StageError(f"{name} cannot be built in {folder} ({error}): repair that and run again") from error
        if error.errno not in NO_SPACE and free > FULL:
            raise
        raise StageError(f"no room for {name} in {folder}, {free:,} bytes are free: make room, run again") from error


def _move_into(building: Path, target: Path) -> None:
    """Renames a finished folder; when another process finished first, its folder is kept."""
    try:
        building.rename(target)
        sync_directory(target.parent)
    except OSError:
        if not building.exists() or not target.exists():
            raise
        shutil.rmtree(building)


def hash_files(paths: list[Path]) -> str:
    """One hash over the names and contents of files, for the key of the first stage. StageError when one cannot be
    read."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(os.fsencode(path.name) + b"\0")
        try:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
        except OSError as error:
            raise StageError(f"{str(path)!r} cannot be read ({error.strerror}): repair that or leave it out") from error
    return digest.hexdigest()[:16]
