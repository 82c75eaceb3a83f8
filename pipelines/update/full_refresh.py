"""The record of a full refresh: the keys of its stages, which an update starts from and keeps the figures of.

A record is a stage whose inputs are the stages of the refresh, so that it goes with them (pipelines.prune,
pipelines.ingest.discard_stages). The last one is that which a refresh or an update used last.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from kit.durable_files import replace_text
from pipelines import stage
from pipelines.cold_start.network_settings import Settings
from pipelines.models.train_settings import TrainSettings
from pipelines.prune import finished
from pipelines.stage import DESCRIPTION, Built

if TYPE_CHECKING:
    from pipelines.release.trained_content import FinishedStages

NAME, VERSION = "full-refresh", 1
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
    """Keeps the record of a refresh that wrote the release of this version, in place of one that the same stages wrote
    under another name: that may be removed, while this one is about to be published."""
    stages = {name: getattr(built, name) for name in FOLDERS}
    keys = {name: one.key for name, one in stages.items() if one}

    def build(_folder: Path) -> Mapping[str, Any]:
        return {"release": version, "written_at": datetime.now(UTC).isoformat(timespec="seconds")}

    kept = stage.run(work, NAME, VERSION, keys, settings, build)
    if kept.report()["figures"]["release"] != version:
        with suppress(OSError):  # a folder that one may only read
            _rewrite(kept.path / DESCRIPTION, build(kept.path))
    return kept


def _rewrite(description: Path, figures: Mapping[str, Any]) -> None:
    described = orjson.loads(description.read_bytes()) | {"figures": dict(figures)}
    replace_text(description, orjson.dumps(described, option=orjson.OPT_INDENT_2).decode())


def last(work: Path, settings: Mapping[str, Any]) -> FullRefresh | None:
    """The last full refresh with these settings all of whose stages are kept; None when there is none."""
    records = [folder for folder in finished(work) if folder.parent.name == NAME]
    for folder in sorted(records, key=lambda one: one.stat().st_mtime_ns, reverse=True):
        if found := _read(work, folder, settings):
            return found
    return None


def _read(work: Path, folder: Path, settings: Mapping[str, Any]) -> FullRefresh | None:
    report = orjson.loads((folder / DESCRIPTION).read_bytes())
    if report["version"] != VERSION or report["settings"] != orjson.loads(orjson.dumps(dict(settings))):
        return None
    stages = {name: Built(work / FOLDERS[name] / key, key, reused=True) for name, key in report["inputs"].items()}
    if not all((one.path / DESCRIPTION).exists() for one in stages.values()):
        return None
    return FullRefresh(folder.name, stages, **report["figures"])


def mark_used(work: Path, full: FullRefresh) -> None:
    """Marks the record and its stages as used now, so that `prune` keeps them."""
    for folder in (work / NAME / full.key, *(one.path for one in full.stages.values())):
        stage.mark_used(folder)
