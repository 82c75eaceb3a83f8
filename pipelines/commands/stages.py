"""Shared by the training commands: the tables of the files, and the chain of stages over them."""

import time
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import console

if TYPE_CHECKING:
    from kit.release import Release
    from pipelines.chain import Chain
    from pipelines.models.warm_start import EarlierEmbeddings
    from pipelines.stage import Built


def ingested(sources: list[Path], data: Path, work: Path | None) -> "Built":
    """The canonical tables of files, reused when an earlier run has read them."""
    from pipelines.ingest import training_input

    return training_input.ingested(sources, work or data / "work")


def titled(tables: "Built") -> "Built":
    """The tables of an ingest that a release can be made of; IngestError where no track has a title: a release lists
    titled tracks only, which would else be found after all training."""
    from pipelines.ingest.report import IngestError

    figures = tables.report()["figures"]
    if 0 < figures["rows"]["tracks"] <= figures.get("unnamed_tracks", 0):
        raise IngestError("no track has a title: name a table of tracks too, with their titles and artists")
    return tables


def chain(
    sources: list[Path], data: Path, work: Path | None, seed: int, warm: bool = False, mapped: bool = True
) -> "Chain":
    """The stages over files; `warm` starts the last training from the current release, `mapped` makes a map."""
    return _chain(ingested(sources, data, work), sources, data, work, seed, warm, mapped)


def built_chain(
    sources: list[Path],
    data: Path,
    work: Path | None,
    seed: int,
    jobs: int | None,
    warm: bool = False,
    mapped: bool = True,
) -> "Chain":
    """As `chain`, its stages built by so many processes at once; None: as many as data and machine are enough for."""
    from pipelines.side_by_side.build import build
    from pipelines.side_by_side.jobs import number_of_processes
    from pipelines.side_by_side.process import stage_processes

    tables = titled(ingested(sources, data, work))
    with stage_processes(number_of_processes(jobs, tables) - 1) as others:
        made = _chain(tables, sources, data, work, seed, warm, mapped)
        build(made, others)
    return made


def _chain(
    tables: "Built", sources: list[Path], data: Path, work: Path | None, seed: int, warm: bool, mapped: bool
) -> "Chain":
    with console.working("loading the training libraries"):
        from pipelines.chain import Chain

    return Chain(
        sources, work or data / "work", seed, ingested=tables, earlier=_earlier(data) if warm else None, mapped=mapped
    )


def updated(
    sources: list[Path], data: Path, work: Path | None, seed: int, mapped: bool, folder: Path, name: str
) -> "Release | None":
    """The release under `folder` of the last full refresh and what is new; None where only a full refresh will do.

    With a store of releases what it keeps is brought first: a data folder that is empty may lack the release.
    """
    from pipelines.commands.publish import bucket_taken_over
    from pipelines.update.refresh import Files, update

    bucket_taken_over(data)
    tables = titled(ingested(sources, data, work))
    return update(Files(tables, work or data / "work", seed, mapped=mapped), folder, name)


def stages_of(sources: list[Path]) -> set[Path]:
    """The finished stages that hold sources: what `open sessions` made, for one."""
    from pipelines.ingest.sources import find
    from pipelines.stage import holding

    return holding(source.file for source in find(sources))


def prune_work(work: Path, days: float, kept: Collection[Path] = ()) -> None:
    """Removes stages that no run has used for so many days, but for `kept`, and says which."""
    from pipelines.prune import prune

    with console.stage("prune") as line:
        removed = prune(work, days, time.time(), kept)
        line.fact(f"removed {len(removed)} stages, {sum(one.bytes for one in removed):,} bytes")
    for one in removed:
        console.note(f"removed {one.name}, {one.bytes:,} bytes")


def _earlier(data: Path) -> "EarlierEmbeddings | None":
    from kit.release_current import open_current
    from pipelines.models.warm_start import EarlierEmbeddings

    release = open_current(data / "releases")
    if release is None:
        console.note(f"nothing is published under {data} yet: learning starts from nothing")
    return EarlierEmbeddings.of(release) if release else None
