"""Removes finished stages that no run has used for a while: the work folder does not grow for ever.

A run that reuses a stage marks its folder with the time (pipelines.stage). A removed stage is built again when it is
needed.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.folders import remove_all, remove_folder
from pipelines.stage import remove_leftovers
from pipelines.stage_files import DESCRIPTION

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Pruned:
    """A stage that was removed: `STAGE/KEY` and its bytes."""

    name: str
    bytes: int


def prune(work: Path, days: float, now: float, kept: Collection[Path] = ()) -> list[Pruned]:
    """Removes the stages in `work` that were last used more than `days` before `now` (seconds since 1970), and what
    killed runs left half-built of any. Those of `kept` (resolved paths) stay: a run may take longer than `days`."""
    remove_all(work, "*/.removing-*")
    for folder in work.glob("*/"):
        remove_leftovers(work, folder.name)
    old = [path for path in finished(work) if path.stat().st_mtime < now - days * DAY_S]
    return [_removed(path) for path in old if path.resolve() not in kept]


def finished(work: Path) -> Iterator[Path]:
    """The folders of finished stages, WORK/STAGE/KEY. Anything else in the folder is not a stage's."""
    for description in sorted(work.glob(f"*/*/{DESCRIPTION}")):
        if not description.parent.name.startswith("."):
            yield description.parent


def _removed(folder: Path) -> Pruned:
    size = sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())
    remove_folder(folder)
    return Pruned(f"{folder.parent.name}/{folder.name}", size)
