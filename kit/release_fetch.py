"""Brings a release from the store into a folder of releases, verified, and makes it current there.

A release may come from a stranger (decision 0017): its manifest is checked before anything is fetched, no more bytes of
a file are read than it lists, each file must have its SHA-256, and the folder gets its name when all of them do. The
contents of the files were checked by the publish that wrote to the store. What was fetched before stays until then.
"""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from kit import serving_history
from kit.durable_files import sync_directory
from kit.manifest import MANIFEST, BrokenRelease, Manifest, manifest_of, read_manifest
from kit.release_bucket import ReleaseBucket
from kit.release_current import CURRENT, CURRENT_BYTES
from kit.release_rules import MANIFEST_BYTES, is_version
from kit.release_switch import exclusive, held_versions, switch

KEPT = 2
"""Releases kept in the folder: the current one and the one before, which a process may still be reading."""
SCRATCH = ".fetching-"
Stopped = Callable[[], bool]


class FetchStopped(Exception):
    """The process ends; what was fetched of a release is thrown away."""


def never() -> bool:
    """A `stopped` that never is."""
    return False


def bring_current(bucket: ReleaseBucket, data: Path, stopped: Stopped = never) -> str | None:
    """Fetches the store's current release into data/releases and switches to it; its version, None while the store has
    none. BrokenRelease, BucketUnavailable, FetchStopped, OSError leave the folder as it was; PublishInProgress when
    another process is at it."""
    version = current_in(bucket)
    releases = data / "releases"
    if version is None or (version == serving_history.serving(releases) and whole(releases, version)):
        return version
    with exclusive(data):
        fetch(bucket, releases, version, stopped)
        switch(releases, version, _nothing_else)
        _prune(releases)
    return version


def current_in(bucket: ReleaseBucket) -> str | None:
    """The version that the store's CURRENT names; BrokenRelease when it is none."""
    text = bucket.read(CURRENT, CURRENT_BYTES)
    version = (text or b"").decode(errors="replace").strip()
    if version and not is_version(version):
        raise BrokenRelease(f"{bucket.url}/{CURRENT} names {version[:100]!r}, which is no version: publish a release")
    return version or None


def whole(releases: Path, version: str) -> bool:
    """True when the folder has the release with all its files, by their sizes."""
    try:
        return read_manifest(releases / version).version == version
    except (BrokenRelease, OSError):
        return False


def fetch(bucket: ReleaseBucket, releases: Path, version: str, stopped: Stopped = never) -> None:
    """Fetches one release unless the folder has it. Needs `exclusive`."""
    if whole(releases, version):
        return
    for left in releases.glob(f"{SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    scratch = releases / f"{SCRATCH}{version}"
    scratch.mkdir(parents=True)
    try:
        _download(bucket, scratch, version, stopped)
        if (releases / version).exists():  # damaged: whole() refused it
            shutil.rmtree(releases / version)
        scratch.rename(releases / version)
        sync_directory(releases)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _download(bucket: ReleaseBucket, scratch: Path, version: str, stopped: Stopped) -> None:
    text = bucket.read(f"{version}/{MANIFEST}", MANIFEST_BYTES + 1)
    if text is None:
        raise BrokenRelease(f"{bucket.url} names {version} as current and has no manifest of it: publish it again")
    manifest = manifest_of(text, Path(version))
    if manifest.version != version:
        raise BrokenRelease(f"{bucket.url}/{version} holds {manifest.version[:100]}: publish it again")
    _require_room(scratch, manifest)
    for name, entry in manifest.files.items():
        (scratch / name).parent.mkdir(parents=True, exist_ok=True)
        _download_file(bucket, f"{version}/{name}", scratch / name, entry.bytes, entry.sha256, stopped)
    (scratch / MANIFEST).write_bytes(text)
    read_manifest(scratch)


def _download_file(bucket: ReleaseBucket, name: str, target: Path, size: int, sha256: str, stopped: Stopped) -> None:
    digest = hashlib.sha256()
    with target.open("xb") as file:
        for piece in bucket.pieces(name, size):
            if stopped():
                raise FetchStopped(name)
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != sha256:
        raise BrokenRelease(f"{bucket.url}/{name} is missing or corrupt (SHA-256 differs): publish the release again")


def _require_room(folder: Path, manifest: Manifest) -> None:
    needed, free = sum(entry.bytes for entry in manifest.files.values()), shutil.disk_usage(folder).free
    if needed > free:
        raise BrokenRelease(f"release {manifest.version} takes {needed:,} bytes, {free:,} are free in {folder.parent}")


def _prune(releases: Path) -> None:
    """Removes releases that served before the last KEPT. One that never served was not fetched: it is about to be
    published from this folder, or somebody's own."""
    held = held_versions(releases)
    served = serving_history.history(releases, held)
    kept = serving_history.last_served(served, held, KEPT)
    for version in held:
        if version in served and version not in kept:
            shutil.rmtree(releases / version, ignore_errors=True)


def _nothing_else(_version: str) -> None:
    """Services have no alias to move: publish moved it."""
