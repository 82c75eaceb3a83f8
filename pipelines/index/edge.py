"""The embedded index store: directories data/index/<version>, built in a child process under a temporary name.

The index of a release that continues another begins as a copy of that one's (pipelines/index/growth.py).
"""

import asyncio
import multiprocessing
import os
import shutil
import signal
from collections.abc import Awaitable, Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from kit.durable_files import sync_directory
from kit.errors import IndexUnavailable
from kit.release import Release
from kit.vectors import SCAN_ONLY, TrackIndex, index_directory
from kit.vectors.choice import served_by_codes
from kit.vectors.edge import COARSE, WALK, DirectoryLock, DirectoryLocked, EdgeIndex
from kit.vectors.points import COARSE_EF, WALK_EF, WIDER_WALKS, Progress
from kit.vectors.rescored import RescoredIndex
from pipelines.child_process import die_with_parent, start_ignoring_interrupts
from pipelines.folders import remove_all, room_for
from pipelines.index.check import LEAST_RECALL, IndexFault, LowRecall, checked
from pipelines.index.growth import continued, worth_growing

BYTES_A_NUMBER = 12  # of index per number of a vector: 10.7 measured at 110,000 x 384 with the graph, 432 MiB
BYTES_AT_LEAST = 16 << 20  # files are laid out in large sparse blocks; 200 tracks take 1.2 MiB


def walked(release: Release) -> bool:
    """Whether the engine serves a release, and needs its graph; linking is most of what publishing costs."""
    return not served_by_codes(release)


class EdgeStore:
    """IndexStore in the data folder. `linked` says of which releases the graph is built, where they are large."""

    def __init__(self, data: Path, linked: Callable[[Release], bool] = walked) -> None:
        self._data, self._linked = data, linked
        self._folder = data / "index"

    def ready(self, release: Release) -> bool:
        """True when the directory opens and holds every track."""
        directory = index_directory(self._data, release.version)
        try:
            return asyncio.run(_queried(directory, release, EdgeIndex.size)) == release.embedded
        except IndexUnavailable:
            return False

    def agrees(self, release: Release) -> bool:
        """Asked as readers do, beside those that serve from it."""
        directory = index_directory(self._data, release.version)
        try:
            asyncio.run(checked(lambda: _opened(directory, release), release))
        except (IndexFault, IndexUnavailable):
            return False
        return True

    def build(self, release: Release, progress: Progress) -> dict[str, float]:
        """The directory gets its name only after the check; what a killed run left is removed first."""
        target = index_directory(self._data, release.version)
        scratch = self._folder / f".building-{release.version}"
        self._folder.mkdir(parents=True, exist_ok=True)
        remove_all(self._folder, ".building-*")
        lock = _exclusive(target)
        try:
            with room_for("the index", self._folder, _estimate(release), IndexFault):
                _build_in_child(release.path, scratch, self._begun(release, scratch), self._linked(release), progress)
            figures = settled(scratch, release)
            shutil.rmtree(target, ignore_errors=True)
            scratch.rename(target)
            sync_directory(self._folder)
            return figures
        finally:
            remove_all(self._folder, ".building-*")
            lock.release()

    def _begun(self, release: Release, scratch: Path) -> int:
        """Makes the scratch directory; how many of the first rows it holds already."""
        base = self._grown_from(release)
        if base is None:
            scratch.mkdir()
            return 0
        directory = index_directory(self._data, base.version)
        lock = DirectoryLock(directory, exclusive=False)
        try:
            shutil.copytree(directory, scratch)
        finally:
            lock.release()
        return base.embedded

    def _grown_from(self, release: Release) -> Release | None:
        base = continued(release, self._data / "releases")
        if base is None or not self.ready(base):
            return None
        if not self._linked(release):
            return base
        linked = asyncio.run(_queried(index_directory(self._data, base.version), base, EdgeIndex.linked))
        return base if worth_growing(release, linked) else None

    def activate(self, version: str) -> None:
        """Nothing to do: readers open the directory named like their release."""

    def drop(self, version: str) -> None:
        """A directory that somebody serves from stays until a later time."""
        directory = index_directory(self._data, version)
        if not directory.exists():
            return
        try:
            lock = DirectoryLock(directory, exclusive=True)
        except DirectoryLocked:
            return
        shutil.rmtree(directory)
        lock.path.unlink()
        lock.release()


def settled(
    directory: Path, release: Release, walks: Sequence[int] = (), least: float = LEAST_RECALL
) -> dict[str, float]:
    """The recall of each kind of probe; a graph that finds too little is walked wider, and at last not at all. An index
    that grew from another, whose graph is most of its own, begins with what that one was settled to."""
    for ef in () if (directory / SCAN_ONLY).exists() else walks or _walks(directory):
        (directory / WALK).unlink(missing_ok=True)
        if ef != WALK_EF:
            (directory / WALK).write_text(str(ef))
        try:
            return asyncio.run(checked(lambda: _opened(directory, release), release, least))
        except LowRecall:
            continue
    (directory / SCAN_ONLY).touch()
    return asyncio.run(checked(lambda: _opened(directory, release), release))


def _walks(directory: Path) -> list[int]:
    """How wide to walk, narrowest first."""
    held = (directory / COARSE).read_text() if (directory / COARSE).exists() else ""
    first = int((directory / WALK).read_text()) if (directory / WALK).exists() else COARSE_EF if held else WALK_EF
    return [first, *(ef for ef in WIDER_WALKS if ef > first)]


def _opened(directory: Path, release: Release) -> TrackIndex:
    """As readers open it."""
    return RescoredIndex(EdgeIndex.open(directory, release.dims), release)


def _estimate(release: Release) -> int:
    return max(BYTES_A_NUMBER * release.embedded * sum(release.dims.values()), BYTES_AT_LEAST)


def _exclusive(target: Path) -> DirectoryLock:
    try:
        return DirectoryLock(target, exclusive=True)
    except DirectoryLocked as error:
        raise IndexFault(str(error)) from None


async def _queried(directory: Path, release: Release, query: Callable[[EdgeIndex], Awaitable[int]]) -> int:
    index = EdgeIndex.open(directory, release.dims)
    try:
        return await query(index)
    finally:
        await index.close()


def _build_in_child(release: Path, directory: Path, held: int, linked: bool, progress: Progress) -> None:
    """Runs `_child` in a fresh process and passes on what it reports."""
    context = multiprocessing.get_context("spawn")
    reports, sender = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(release, directory, held, linked, sender), daemon=True)
    fault = ""
    try:
        start_ignoring_interrupts(child)
        sender.close()
        while True:
            report = reports.recv()
            if isinstance(report, str):
                fault = report
            else:
                progress(*report)
    except EOFError:
        child.join()
    except BaseException:
        if child.pid:
            child.kill()  # so that nothing is written into a folder that is being removed
            child.join()
        raise
    if child.exitcode:
        ended = f"exit status {child.exitcode}" if child.exitcode > 0 else signal.Signals(-child.exitcode).name
        free = shutil.disk_usage(directory).free
        raise IndexFault(f"the index was not built ({fault or ended}); {free:,} bytes are free in {directory.parent}")


def _child(release: Path, directory: Path, held: int, linked: bool, reports: Connection) -> None:
    from kit.vectors.edge_build import build, extend

    die_with_parent()
    try:
        if held:
            extend(Release(release), directory, held, lambda *report: reports.send(report))
        else:
            build(Release(release), directory, lambda *report: reports.send(report), linked=linked)
    except BaseException as error:
        reports.send(f"{type(error).__name__}: {error}")
        os._exit(1)  # a half-open shard must not run its own clean-up
