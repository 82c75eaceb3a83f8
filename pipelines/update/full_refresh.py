"""The record of a full refresh: the keys of its stages, which an update starts from and keeps the figures of.

A record is a stage whose inputs are the stages of the refresh, so that it goes with them (pipelines.prune,
pipelines.ingest.discard_stages). The last one is that which a refresh or an update used last. A release that was
written elsewhere, or was refused, has a record too.
"""

import errno
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from kit.durable_files import replace_text
from pipelines import console, stage
from pipelines.cold_start.network_settings import Settings
from pipelines.folders import locked
from pipelines.models.train_settings import TrainSettings
from pipelines.prune import finished
from pipelines.stage import Built
from pipelines.stage_files import DESCRIPTION, damage

if TYPE_CHECKING:
    from pipelines.release.trained_content import FinishedStages

NAME, VERSION = "full-refresh", 1
EARLIER, RELEASES = "earlier.json", 100
"""What the same stages wrote before the release of the record, in a file of its own; that many are remembered."""
READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)
FOLDERS = {
    "ingest": "ingest",
    "graph": "graph",
    "train": "train",
    "query_model": "query-model",
    "cold_start_evaluation": "cold-start-evaluation",
    "cold_start": "coldstart",
    "evaluate": "evaluate",
    "map": "map",
    "calibration": "calibrate",
}
"""The stages of a record, as in FinishedStages, and their folders in the work folder."""


def settings(seed: int, training: TrainSettings, network: Settings) -> dict[str, Any]:
    """What a refresh depends on beside its files."""
    return {"seed": seed, **asdict(training), "network": network.cache_key()}


@dataclass(frozen=True, slots=True)
class FullRefresh:
    """The stages of a full refresh by their name in FinishedStages (no `map` where none was made), the version of its
    release and when it was written (UTC)."""

    key: str
    stages: Mapping[str, Built]
    release: str
    written_at: str


def record(work: Path, built: "FinishedStages", settings: Mapping[str, Any], version: str) -> Built:
    """Keeps the record of a refresh that wrote the release of this version, before those that the same stages wrote
    under another name or in another folder. A warning where it cannot be written; none in a folder that one may only
    read."""
    stages = {name: getattr(built, name) for name in FOLDERS}
    keys = {name: one.key for name, one in stages.items() if one}
    now = datetime.now(UTC).isoformat(timespec="seconds")
    kept = stage.run(work, NAME, VERSION, keys, settings, lambda _: {"release": version, "written_at": now})
    try:
        with locked(kept.path):
            _name_last(kept.path, version, now)
    except OSError as error:
        if error.errno not in READ_ONLY:
            console.warn(
                f"the record of this refresh does not name {version} ({error.strerror}): --update may begin with an "
                "earlier release"
            )
    return kept


def _name_last(folder: Path, version: str, now: str) -> None:
    earlier = _written(folder)
    if next(iter(earlier)) != version:
        last = {"release": version, "written_at": earlier.pop(version, now)}
        replace_text(folder / EARLIER, orjson.dumps(dict(list(earlier.items())[:RELEASES])).decode())
        _rewrite(folder / DESCRIPTION, last)


def _written(folder: Path) -> dict[str, str]:
    """The versions of a record and when each was written, the latest first."""
    figures = orjson.loads((folder / DESCRIPTION).read_bytes())["figures"]
    earlier = orjson.loads((folder / EARLIER).read_bytes()) if (folder / EARLIER).exists() else {}
    return {figures["release"]: figures["written_at"], **earlier}


def _rewrite(description: Path, figures: Mapping[str, Any]) -> None:
    described = orjson.loads(description.read_bytes()) | {"figures": dict(figures)}
    replace_text(description, orjson.dumps(described, option=orjson.OPT_INDENT_2).decode())


def last(work: Path, settings: Mapping[str, Any], may_be_base: Callable[[str], bool]) -> FullRefresh | None:
    """The last full refresh with these settings all of whose stages are kept and that wrote a release which may be
    continued, by its version; None when there is none."""
    records = [folder for folder in finished(work) if folder.parent.name == NAME and not damage(folder)]
    for folder in sorted(records, key=lambda one: one.stat().st_mtime_ns, reverse=True):
        if found := _read(work, folder, settings, may_be_base):
            return found
    return None


def _read(
    work: Path, folder: Path, settings: Mapping[str, Any], may_be_base: Callable[[str], bool]
) -> FullRefresh | None:
    report = orjson.loads((folder / DESCRIPTION).read_bytes())
    if report["version"] != VERSION or report["settings"] != orjson.loads(orjson.dumps(dict(settings))):
        return None
    stages = {name: Built(work / FOLDERS[name] / key, key, reused=True) for name, key in report["inputs"].items()}
    if any(damage(one.path) for one in stages.values()):
        return None
    written = _written(folder)
    version = next(filter(may_be_base, written), None)
    return FullRefresh(folder.name, stages, version, written[version]) if version else None


def mark_used(work: Path, full: FullRefresh) -> None:
    """Marks the record and its stages as used now, so that `prune` keeps them."""
    for folder in (work / NAME / full.key, *(one.path for one in full.stages.values())):
        stage.mark_used(folder)
