"""Publishes a release: checked, copied, indexed, the index checked, and only then named by CURRENT.

Every step is whole or absent and is skipped when it is done already, so a publish that was killed anywhere leaves the
old release serving and is finished by running it again. Needs none of the packages that training needs.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kit.errors import IndexUnavailable
from kit.published import published
from kit.release import CURRENT, BrokenRelease, Release, current_version, read_manifest
from kit.vectors.points import Progress
from kit.wire.recommend import ReleaseSummary
from pipelines.folders import NO_SPACE, remove_all, replace_text, sync_directory, sync_file
from pipelines.index.check import IndexFault
from pipelines.index.store import IndexStore, store_for

KEPT = 2


class PublishError(Exception):
    """Nothing was published; the release that served before still does."""


@dataclass(frozen=True, slots=True)
class Published:
    """The release that serves now. `recall` is empty when the index was there already; `pruned` were removed."""

    version: str
    previous: str | None
    recall: dict[str, float] = field(default_factory=dict)
    pruned: list[str] = field(default_factory=list)


def quiet(_done: int, _total: int, _step: str) -> None:
    """A progress that says nothing."""


def publish(
    release: Path, data: Path, index_url: str | None = None, progress: Progress = quiet, api_key: str | None = None
) -> Published:
    """Makes the release in a folder the one that serves; PublishError says why it cannot be."""
    return publish_to(store_for(data, index_url, api_key), release, data, progress)


def publish_to(store: IndexStore, release: Path, data: Path, progress: Progress = quiet) -> Published:
    """As `publish`, with the index in a given store."""
    releases = data / "releases"
    with _explained(data), _alone(data):
        remove_all(releases, ".copying-*")
        taken = _taken_over(release, releases, progress)
        recall = {} if store.ready(taken) else store.build(taken, progress)
        previous = current_version(releases)
        store.activate(taken.version)
        if previous != taken.version:
            replace_text(releases / CURRENT, taken.version + "\n")
        return Published(taken.version, previous, recall, _prune(store, data))


def releases(data: Path) -> list[ReleaseSummary]:
    """What is published under a data folder, newest first. A folder that is no whole release is not listed."""
    return published(data / "releases", current_version(data / "releases"))


def rollback(
    data: Path,
    version: str | None = None,
    index_url: str | None = None,
    progress: Progress = quiet,
    api_key: str | None = None,
) -> Published:
    """Goes back to a version, or to the newest that is older than the current one; checked like any publish."""
    held = [release.version for release in releases(data)]
    target = version or _older(held, current_version(data / "releases"))
    if target not in held:
        wanted = f"no release {target!r}" if target else "no older release"
        raise PublishError(f"there is {wanted} to go back to; there are: {', '.join(held) or 'none'}")
    return publish(data / "releases" / str(target), data, index_url, progress, api_key)


def prune(data: Path, index_url: str | None = None, api_key: str | None = None) -> list[str]:
    """Removes all but the newest two releases and the current one, with their indexes; the versions removed."""
    with _explained(data), _alone(data):
        return _prune(store_for(data, index_url, api_key), data)


def _older(newest_first: list[str], current: str | None) -> str | None:
    if current not in newest_first:
        return newest_first[0] if newest_first else None
    return next(iter(newest_first[newest_first.index(current) + 1 :]), None)


def _prune(store: IndexStore, data: Path) -> list[str]:
    old = [release.version for release in releases(data)[KEPT:] if not release.current]
    for version in old:
        store.drop(version)
        shutil.rmtree(data / "releases" / version)
    return old


def _taken_over(source: Path, releases: Path, progress: Progress) -> Release:
    """The verified release in the data folder, copied there when it is not yet."""
    manifest = read_manifest(source)
    target = releases / manifest.version
    progress(0, 1, "verifying")
    if target.exists():
        release = Release(target)
        release.verify()
        return release
    try:
        return _copied(source, releases, progress)
    finally:
        remove_all(releases, ".copying-*")


def _copied(source: Path, releases: Path, progress: Progress) -> Release:
    manifest = read_manifest(source)
    target, scratch = releases / manifest.version, releases / f".copying-{manifest.version}"
    scratch.mkdir()
    for at, name in enumerate([*manifest.files, "manifest.json"]):
        progress(at, len(manifest.files) + 1, "copying")
        (scratch / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, scratch / name)
        sync_file(scratch / name)
    Release(scratch).verify()
    scratch.rename(target)
    sync_directory(releases)
    return Release(target)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One publish, rollback or prune at a time; the lock ends with the process."""
    (data / "releases").mkdir(parents=True, exist_ok=True)
    handle = os.open(data / "publish.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise PublishError(f"another publish is at work in {data}: wait for it and run again") from None
    else:
        yield
    finally:
        os.close(handle)


@contextmanager
def _explained(data: Path) -> Iterator[None]:
    """Every failure that is not a fault of the program becomes a PublishError with what to do."""
    try:
        yield
    except (BrokenRelease, IndexFault, IndexUnavailable) as error:
        raise PublishError(str(error)) from error
    except OSError as error:
        remains = "free some and run again" if error.errno in NO_SPACE else "repair that and run again"
        free = f", {shutil.disk_usage(data).free:,} bytes are free there" if data.exists() else ""
        raise PublishError(f"cannot write to {data} ({error}){free}: {remains}") from error
