"""The files of a stage: on disk before it gets its name, and of their recorded sizes when it is used again.

Sizes cost a stat each; checksums would cost reading 8 GB of a large refresh. What has its size and other bytes is found
where it is read (pipelines.stage_reading).
"""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson

from kit.durable_files import sync_directory
from pipelines.folders import sync_file

DESCRIPTION = "stage.json"
AT_ONCE = 8  # files


def sizes(folder: Path) -> dict[str, int]:
    """The bytes of each file, by its path in the folder."""
    return {str(path.relative_to(folder)): path.stat().st_size for path in sorted(folder.rglob("*")) if path.is_file()}


def sync(folder: Path) -> None:
    """Makes all files and their names durable, several at once: a file system then writes its journal once for many."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        deque(threads.map(_synced, folder.rglob("*")), maxlen=0)
    sync_directory(folder)


def _synced(path: Path) -> None:
    sync_directory(path) if path.is_dir() else sync_file(path)


def damage(folder: Path) -> str | None:
    """What a finished stage lacks; None when its description and all files of it are there. OSError when it cannot be
    read. Stages of earlier versions have no sizes."""
    try:
        described = orjson.loads((folder / DESCRIPTION).read_bytes())
    except FileNotFoundError:
        return f"{DESCRIPTION} is missing"
    except ValueError:
        return f"{DESCRIPTION} is cut"
    if not isinstance(described, dict):
        return f"{DESCRIPTION} describes nothing"
    faults = (_fault(folder, name, size) for name, size in described.get("files", {}).items())
    return next(filter(None, faults), None)


def _fault(folder: Path, name: str, size: int) -> str | None:
    try:
        found = (folder / name).stat().st_size
    except FileNotFoundError:
        return f"{name} is missing"
    return None if found == size else f"{name} has {found:,} bytes, not {size:,}"
