"""Publishes a release: verify, copy, index, check the index, and then switch CURRENT.

Every step is atomic and is skipped when it is done already, so an interrupted publish leaves the old release serving
and is finished by running it again. Needs none of the packages that training needs.

The release may come from an untrusted source: its manifest is validated by kit/manifest.py, only the plain files that
it lists are copied, and their contents are checked (pipelines/release/contents) before anything serves them. A damaged
copy in the data folder is replaced by an intact one of the same version. The history of served releases is in
kit/serving_history.py.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kit import serving_history
from kit.durable_files import sync_directory
from kit.errors import IndexUnavailable
from kit.manifest import MANIFEST
from kit.release import BrokenRelease, Manifest, Release, read_manifest
from kit.release_bucket import BucketUnavailable, ReleaseBucket
from kit.release_current import open_release
from kit.release_files import NotAPlainFile, open_inside
from kit.release_listing import published_releases
from kit.release_rules import MANIFEST_BYTES
from kit.release_switch import PublishInProgress, exclusive, held_versions, served_before, switch
from kit.vectors.points import Progress
from kit.wire.recommend_response import ReleaseSummary
from pipelines.folders import NO_SPACE, exchange_folders, remove_all, remove_folder
from pipelines.index.check import IndexFault
from pipelines.index.growth import continued_version
from pipelines.index.store import IndexStore, store_for
from pipelines.release.bucket import bucketed
from pipelines.release.contents import check_contents
from pipelines.release.kept import kept
from pipelines.release.turn import publish_turn

COPIED_AT_ONCE = 1 << 20


class PublishError(Exception):
    """Nothing was published; the previous release still serves."""


@dataclass(frozen=True, slots=True)
class PublishResult:
    """The release that serves now. `recall` is empty when the index existed already; `pruned` were removed."""

    version: str
    previous: str | None
    recall: dict[str, float] = field(default_factory=dict)
    pruned: list[str] = field(default_factory=list)


def quiet(_done: int, _total: int, _step: str) -> None:
    """A progress callback that prints nothing."""


def publish(
    release: Path,
    data: Path,
    index_url: str | None = None,
    progress: Progress = quiet,
    api_key: str | None = None,
    bucket: ReleaseBucket | None = None,
) -> PublishResult:
    """Makes the release in a folder the current one, in the bucket too, after another publish that is at work here;
    PublishError says why it cannot be."""
    store = store_for(data, index_url, api_key)
    if bucket is None:
        return publish_to(store, release, data, progress)
    with explained(data), publish_turn(data), bucketed(store, bucket, data / "releases") as both:
        return _publish(both, release, data, progress)


def publish_to(store: IndexStore, release: Path, data: Path, progress: Progress = quiet) -> PublishResult:
    """As `publish`, with the index in a given store."""
    with explained(data), publish_turn(data):
        return _publish(store, release, data, progress)


def _publish(store: IndexStore, release: Path, data: Path, progress: Progress) -> PublishResult:
    releases = data / "releases"
    _clear(releases)
    taken, repaired = _taken_over(release, releases, progress)
    whole = store.ready(taken) and not (repaired and not store.agrees(taken))
    recall = {} if whole else store.build(taken, progress)
    previous = switch(releases, taken.version, store.activate)
    return PublishResult(taken.version, previous, recall, _prune(store, data))


def releases(data: Path) -> list[ReleaseSummary]:
    """The published releases of a data folder, newest first. Incomplete release folders are not listed."""
    return published_releases(data / "releases", serving_history.serving(data / "releases"))


def rollback(
    data: Path,
    version: str | None = None,
    index_url: str | None = None,
    progress: Progress = quiet,
    api_key: str | None = None,
    bucket: ReleaseBucket | None = None,
) -> PublishResult:
    """Switches to a version, or to the previously served one; checked like any publish, and
    refused while another is at work."""
    held = held_versions(data / "releases")
    target = version or served_before(data / "releases")
    if target not in held:
        wanted = f"no release {target!r}" if target else "no older release"
        raise PublishError(f"there is {wanted} to go back to; there are: {', '.join(held) or 'none'}")
    with explained(data), exclusive(data):  # not `publish_turn`: another release would be the previous one after it
        pass
    return publish(data / "releases" / str(target), data, index_url, progress, api_key, bucket)


def prune(data: Path, index_url: str | None = None, api_key: str | None = None) -> list[str]:
    """Removes all releases but the last two served, the last served that continues no other, newer ones that never
    served, and those that one of these continues in the end; returns the versions removed."""
    with explained(data), publish_turn(data):
        return _prune(store_for(data, index_url, api_key), data)


def _prune(store: IndexStore, data: Path) -> list[str]:
    """Removes what pipelines.release.kept does not keep, and older releases that never served: their publish failed.

    One that never served and is newer may be about to be published.
    """
    found, folder = releases(data), data / "releases"
    held = [release.version for release in found]
    current = next((at for at, release in enumerate(found) if release.current), 0)
    history = serving_history.history(folder, held)
    served = serving_history.last_served(history, held, len(held))
    newer = [version for version in held[:current] if version not in history]
    stay = kept(served, newer, {version: read_manifest(folder / version) for version in held}.get)
    old = [version for version in held if version not in stay]
    for version in old:
        store.drop(version)
        remove_folder(folder / version)
    return old


def _clear(releases: Path) -> None:
    """Removes the leftovers of interrupted runs."""
    for pattern in (".copying-*", ".removing-*", ".aside-*"):
        remove_all(releases, pattern)


def _taken_over(source: Path, releases: Path, progress: Progress) -> tuple[Release, bool]:
    """The verified release in the data folder, copied there when missing; True when it replaces a damaged one."""
    manifest = read_manifest(source)
    target = releases / manifest.version
    progress(0, 1, "verifying")
    damage = _damage(target, manifest) if os.path.lexists(target) else None
    if damage and os.path.lexists(target) and source.resolve() == target.resolve():
        raise PublishError(f"{damage}. Publish an intact copy of {manifest.version} from elsewhere, or roll back")
    if damage is None and target.exists():
        return Release(target), False
    try:
        return _copied(source, manifest, releases, progress), damage is not None
    finally:
        _clear(releases)


def _damage(target: Path, manifest: Manifest) -> str | None:
    """The fault of the copy in the data folder; PublishError when it is an intact release of other files."""
    try:
        release = open_release(target.parent, target.name)
        release.verify()
        check_contents(release, _checked_before(release, target.parent))
    except (BrokenRelease, OSError) as error:
        return str(error)
    if (release.manifest.files, release.manifest.spaces) != (manifest.files, manifest.spaces):
        raise PublishError(
            f"another release is published as {manifest.version} already: give this one another version in its manifest"
        )
    return None


def _checked_before(release: Release, releases: Path) -> Release | None:
    """The release that one continues, where the history of this folder says that it served, and every file of it is as
    its manifest says: it was checked here, or by who published it to the store of releases that this folder follows."""
    version = continued_version(release.manifest)
    if version not in serving_history.history(releases, held_versions(releases)):
        return None
    try:
        base = open_release(releases, str(version))
        base.verify()
    except (BrokenRelease, OSError):
        return None
    return base


def _copied(source: Path, manifest: Manifest, releases: Path, progress: Progress) -> Release:
    target, scratch = releases / manifest.version, releases / f".copying-{manifest.version}"
    scratch.mkdir()
    sizes = {name: entry.bytes for name, entry in manifest.files.items()} | {MANIFEST: MANIFEST_BYTES}
    for at, (name, size) in enumerate(sizes.items()):
        progress(at, len(sizes), "copying")
        _copy_file(source, scratch, name, size)
    copy = Release(scratch)
    if copy.manifest != manifest:
        raise BrokenRelease(f"{source} changed while it was copied: publish it again")
    copy.verify()
    check_contents(copy, _checked_before(copy, releases))
    if os.path.lexists(target):
        exchange_folders(target, scratch)
    else:
        scratch.rename(target)
        sync_directory(releases)
    return Release(target)


def _copy_file(source: Path, scratch: Path, name: str, size: int) -> None:
    """Copies the listed number of bytes out of a plain file, synced to disk."""
    target = scratch / name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open_inside(source, name) as file, target.open("wb") as copy:
            while size > 0 and (chunk := file.read(min(COPIED_AT_ONCE, size))):
                size -= copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
    except (NotAPlainFile, FileNotFoundError) as error:
        raise BrokenRelease(f"{source / name} cannot be copied: {error}") from None


@contextmanager
def explained(data: Path) -> Iterator[None]:
    """Converts every failure that is not a bug to a PublishError with what to do."""
    try:
        yield
    except (BrokenRelease, BucketUnavailable, IndexFault, IndexUnavailable, PublishInProgress) as error:
        raise PublishError(str(error)) from error
    except OSError as error:
        remains = "free some and run again" if error.errno in NO_SPACE else "repair that and run again"
        free = f", {shutil.disk_usage(data).free:,} bytes are free there" if data.exists() else ""
        raise PublishError(f"cannot write to {data} ({error}){free}: {remains}") from error
