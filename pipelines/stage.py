"""Stages that can be stopped anywhere and started again: keyed by what goes in, whole or absent.

A stage's folder is work/<stage>/<key>/, the key a hash of the stage's code version, its settings and its inputs' keys.
It is built under a temporary name and renamed, so a folder that exists is finished and is never built twice.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Built:
    """A finished stage: its folder, its key, and whether it was there already."""

    path: Path
    key: str
    reused: bool

    def report(self) -> dict[str, Any]:
        """What the stage wrote about itself."""
        report: dict[str, Any] = orjson.loads((self.path / "stage.json").read_bytes())
        return report


def run(
    work: Path,
    name: str,
    version: int,
    inputs: Mapping[str, str],
    settings: Mapping[str, Any],
    build: Callable[[Path], Mapping[str, Any]],
) -> Built:
    """The finished folder of a stage, building it when it is not there. `build` fills the folder, returns figures."""
    said = {"stage": name, "version": version, "inputs": dict(inputs), "settings": dict(settings)}
    key = hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
    target = work / name / key
    if target.exists():
        return Built(target, key, reused=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{key}-", dir=target.parent) as scratch:
        building = Path(scratch) / key
        building.mkdir()
        figures = build(building)
        (building / "stage.json").write_bytes(
            orjson.dumps(said | {"figures": dict(figures)}, option=orjson.OPT_INDENT_2)
        )
        _take_place(building, target)
    return Built(target, key, reused=False)


def _take_place(building: Path, target: Path) -> None:
    """Renames a finished folder; a second process that finished first keeps its own."""
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
        digest.update(path.name.encode() + b"\0")
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    return digest.hexdigest()[:16]
