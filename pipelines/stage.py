"""Cached, resumable stages: keyed by their inputs, complete or absent.

A stage's folder is work/<stage>/<key>/, the key a hash of the stage's code version, its settings and its inputs' keys.
It is built under a temporary name and renamed, so a folder that exists is finished and is never built twice. A process
that needs a stage which another one builds waits for it. What an interrupted run left under a temporary name is removed
by the next. Stages that no run has used for a while are removed by pipelines.prune.
"""

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

from pipelines import console
from pipelines.folders import (
    NO_SPACE,
    TOKEN_BYTES,
    held_while_open,
    locked,
    remove_abandoned,
    removed_at_end,
)

CHUNK = 1 << 20
DESCRIPTION = "stage.json"
FULL = 1 << 20  # bytes free; np.save on a full disk raises an OSError without an errno


class StageError(Exception):
    """A folder cannot be written to. Finished stages are kept."""


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
    while not target.exists():
        with _room(name, writable(target.parent)), _scratch(target.parent, key) as scratch:
            if scratch is None:  # another process has built it, or has failed to
                continue
            building = scratch / key
            building.mkdir()
            figures = build(building)
            (building / DESCRIPTION).write_bytes(
                orjson.dumps(described | {"figures": dict(figures)}, option=orjson.OPT_INDENT_2)
            )
            _move_into(building, target)
        return Built(target, key, reused=False)
    mark_used(target)
    return Built(target, key, reused=True)


def is_kept(work: Path, name: str, version: int, inputs: Mapping[str, str], settings: Mapping[str, Any]) -> bool:
    """Whether `run` would find the stage finished."""
    return _described(work, name, version, inputs, settings)[1].exists()


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
        if error.errno not in NO_SPACE and free > FULL:
            raise
        raise StageError(f"no room for {name} in {folder}, {free:,} bytes are free: make room, run again") from error


def _move_into(building: Path, target: Path) -> None:
    """Renames a finished folder; when another process finished first, its folder is kept."""
    try:
        building.rename(target)
    except OSError:
        if not target.exists():
            raise
        shutil.rmtree(building)


def hash_files(paths: list[Path]) -> str:
    """One hash over the names and contents of files, for the key of the first stage."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(os.fsencode(path.name) + b"\0")
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    return digest.hexdigest()[:16]
