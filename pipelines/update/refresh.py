"""Updates a release with a few new playlists in place of a full refresh.

The release of the last full refresh is continued: its tracks keep row, card and vectors, so that its index grows, and
everything that it learned from held-out playlists, its name model, its map and every figure stay. New are the tracks
that the files add (additions.py) and the co-occurrence table. An update starts from the full refresh, never from
another update, so errors do not add up.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from kit import serving_history
from kit.manifest import GRAPH
from kit.release import BrokenRelease, Release, read_manifest
from kit.release_current import open_release
from kit.release_switch import held_versions
from pipelines import console
from pipelines.cold_start.network_settings import Settings
from pipelines.index.growth import full_version
from pipelines.models.train_settings import DEFAULTS, TrainSettings
from pipelines.release import aliases
from pipelines.release.continuation import CannotContinue
from pipelines.release.quality import KEPT_FROM
from pipelines.release.release_content import ReleaseContent
from pipelines.release.written import written
from pipelines.stage import Built
from pipelines.update import full_refresh
from pipelines.update.additions import Additions, additions
from pipelines.update.changed_entries import Changed, changed
from pipelines.update.full_refresh import FullRefresh
from pipelines.update.lists_kept import lists_kept

MOST = 0.02  # share of entries that differ; docs/experiments.md "Folding in" has what 1 and 5 % lose


@dataclass(frozen=True, slots=True)
class Files:
    """The tables of the files of today, the work folder, and the settings of a refresh, as of pipelines.chain.Chain."""

    ingested: Built
    work: Path
    seed: int = 1
    training: TrainSettings = DEFAULTS
    network: Settings = field(default_factory=Settings)
    mapped: bool = True

    def settings(self) -> dict[str, Any]:
        """What a full refresh that an update may start from depended on."""
        return full_refresh.settings(self.seed, self.training, replace(self.network, seed=self.seed))


def update(files: Files, folder: Path, name: str) -> Release | None:
    """The release of all files, written under `folder`, where that of the last full refresh is; None, after
    saying why, where only a full refresh will do."""
    full = _last(files, folder)
    found = changed(full.stages["ingest"].path, files.ingested.path) if full else None
    reason, base = _declined(files, full, found), None
    if full and not reason:
        base, reason = _base(folder, full.release)
    if base is None:
        console.note(f"no update, a full refresh: {reason}")
        return None
    assert full
    assert found
    console.note(f"{_differ(found)} from those of {full.release}: its figures are kept and not measured again")
    full_refresh.mark_used(files.work, full)
    try:
        added = _additions(files, full, base)
    except CannotContinue as error:
        console.note(f"no update, a full refresh: {str(error).partition(chr(10))[0]}")
        return None
    return written(
        folder, name, lambda earlier: _content(files, full, found, base, _led_on(added, base, earlier), name)
    )


def _last(files: Files, folder: Path) -> FullRefresh | None:
    """The full refresh to start from: that of the release which serves from this folder, else the last whose release
    has served here and is there, or is there where none has served; last one that is gone, which is said."""
    held = held_versions(folder)
    served = set(serving_history.history(folder, held))
    base = {version: full_version(read_manifest(folder / version)) or version for version in served.intersection(held)}
    served |= set(base.values())  # the history may have forgotten what a release continues
    current = base.get(serving_history.serving(folder) or "")
    orders: list[Callable[[str], bool]] = [
        lambda version: version == current,
        lambda version: version in held and (version in served or not served),
        lambda version: version in served or not served,
    ]
    found = (full_refresh.last(files.work, files.settings(), may_be_base) for may_be_base in orders)
    return next(filter(None, found), None)


def _declined(files: Files, full: FullRefresh | None, found: Changed | None) -> str | None:
    """Why only a full refresh will do; None where an update will."""
    if full is None or found is None:
        return f"no full refresh with these settings, whose release served, is kept in {files.work}"
    if files.mapped and "map" not in full.stages:
        return f"the last full refresh, {full.release}, made no map"
    if files.ingested.key == full.stages["ingest"].key:
        return f"nothing changed since {full.release}"
    return f"{_differ(found)} from those of {full.release}, more than {MOST:.0%}" if found.share > MOST else None


def _base(folder: Path, version: str) -> tuple[Release | None, str]:
    """The release of the full refresh, every file of it as it was written; None with the reason."""
    try:
        base = open_release(folder, version)
        base.verify()
    except (BrokenRelease, OSError) as error:
        return None, f"{version}, the release of the last full refresh, is damaged or no longer there ({error})"
    return base, ""


def _differ(found: Changed) -> str:
    return f"{found.entries:,} of {found.of:,} entries ({found.share:.2%}) differ"


def _additions(files: Files, full: FullRefresh, base: Release) -> Additions:
    with console.stage("update") as line:
        found = additions(base, full.stages["train"], files.ingested, files.training, files.seed)
        line.fact(f"{found.tracks:,} tracks are new, {found.learned:,} are learned from playlists now")
    return found


def _led_on(added: Additions, base: Release, earlier: Release | None) -> Additions:
    """With the ids of the release that serves, where it is another than the base, leading to today's tracks."""
    if earlier is None or earlier.version == base.version:
        return added
    content = added.content
    theirs = aliases.gathered(content.tracks, added.aliases, content.playlists, earlier)
    return replace(added, content=replace(content, aliases=aliases.joined(content.aliases, theirs)))


def _content(
    files: Files, full: FullRefresh, found: Changed, base: Release, added: Additions, name: str
) -> ReleaseContent:
    """The content of the release. Its metrics say where the figures were measured, and how far its lists are from
    those."""
    vectors = np.concatenate([one.index for one in added.vectors])
    kept_from: dict[str, Any] = {
        "release": full.release,
        "written_at": full.written_at,
        "data_hash": full.stages["ingest"].key,
        "entries_changed": found.entries,
        "share_changed": round(found.share, 5),
        "lists_kept": lists_kept(base, GRAPH, vectors, files.seed),
    }
    return replace(
        added.content,
        name=name,
        map=added.content.map if files.mapped else None,
        data_hash=files.ingested.key,
        metrics={**added.content.metrics, KEPT_FROM: kept_from},
        settings={**added.content.settings, "updated_from": full.release},
    )
