"""Publishing through an S3-compatible store: the store is what counts, a data folder is a copy of it.

Before anything is published the releases that the store keeps are brought into the data folder, so that publish, the
comparison with the current release, and rollback work in an empty folder too. A release is uploaded before the index's
alias moves and CURRENT is written, its manifest last: readers never see half of one. One publish at a time, whatever
the machine (bucket_lock.py): else one could remove as old what another one makes current.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from kit import serving_history
from kit.durable_files import replace_text
from kit.manifest import MANIFEST, BrokenRelease, Manifest, manifest_of
from kit.release import FileEntry, Release, read_manifest
from kit.release_bucket import ReleaseBucket
from kit.release_current import CURRENT
from kit.release_fetch import current_in, fetch
from kit.release_rules import MANIFEST_BYTES, is_version
from kit.release_switch import PublishInProgress
from kit.vectors.points import Progress
from pipelines.index.store import IndexStore
from pipelines.release.bucket_lock import BucketLock
from pipelines.release.kept import kept
from pipelines.release.turn import publish_turn


def take_over(bucket: ReleaseBucket, data: Path) -> None:
    """Makes the data folder serve what the store serves, with those that a publish keeps beside it (kept.py): one of
    them that is not in the folder would never be removed from the store."""
    releases, current = data / "releases", current_in(bucket)
    if current is None:
        return
    with publish_turn(data):
        recorded = (bucket.read(serving_history.SERVED, serving_history.BYTES_MOST) or b"").decode(errors="replace")
        served = [*filter(is_version, recorded.split()), current]
        beside = kept(dict.fromkeys(reversed(served)), [], cache(partial(_manifest, bucket)))
        for version in [one for one in beside if one != current]:
            with suppress(BrokenRelease):  # one to go back to, or to update, less
                fetch(bucket, releases, version)
        fetch(bucket, releases, current)
        if serving_history.serving(releases) != current:
            replace_text(releases / CURRENT, current + "\n")
        serving_history.record(releases, served if served[-2:-1] != [current] else served[:-1])


def _manifest(bucket: ReleaseBucket, version: str) -> Manifest | None:
    """The manifest in the store; None where it has none of that version, or a damaged one."""
    text = bucket.read(f"{version}/{MANIFEST}", MANIFEST_BYTES + 1) if is_version(version) else None
    with suppress(BrokenRelease):
        found = manifest_of(text, Path(version)) if text else None
        return found if found and found.version == version else None
    return None


@contextmanager
def bucketed(index: IndexStore, bucket: ReleaseBucket, releases: Path) -> Iterator["BucketedIndex"]:
    """The index and the bucket, locked; PublishInProgress when another process publishes there, or has published since
    the data folder took over what the store serves."""
    with BucketLock(bucket) as lock:
        current = current_in(bucket)
        if current not in (None, serving_history.serving(releases)):
            raise PublishInProgress(f"{current} was published to {bucket.url} meanwhile: run again")
        yield BucketedIndex(index, bucket, releases, lock)


@dataclass(frozen=True, slots=True)
class BucketedIndex:
    """An index store whose releases are also kept in a bucket: activating one uploads it, dropping one removes it."""

    index: IndexStore
    bucket: ReleaseBucket
    releases: Path
    lock: BucketLock

    def ready(self, release: Release) -> bool:
        """As the index."""
        return self.index.ready(release)

    def agrees(self, release: Release) -> bool:
        """As the index."""
        return self.index.agrees(release)

    def build(self, release: Release, progress: Progress) -> dict[str, float]:
        """As the index."""
        return self.index.build(release, progress)

    def activate(self, version: str) -> None:
        """Uploads the release, moves the index's alias, and then names it in the store's CURRENT."""
        upload(self.bucket, self.releases / version)
        self.lock.renew()
        self.index.activate(version)
        served = serving_history.history(self.releases, [])
        served = served if served[-1:] == [version] else [*served, version]
        text = "".join(f"{one}\n" for one in served[-serving_history.REMEMBERED :])
        self.bucket.write(serving_history.SERVED, text.encode())
        self.bucket.write(CURRENT, f"{version}\n".encode())

    def drop(self, version: str) -> None:
        """Removes it from the store and then from the index."""
        self.lock.renew()
        self.bucket.remove(version)
        self.index.drop(version)


def upload(bucket: ReleaseBucket, folder: Path) -> None:
    """Uploads what the store lacks of a release, or has damaged; BrokenRelease when it has another one of that version.

    Objects of the right size are read and compared, so that publishing again repairs what services refuse to serve.
    """
    manifest, own = read_manifest(folder), (folder / MANIFEST).read_bytes()
    name = f"{manifest.version}/{MANIFEST}"
    found, there = bucket.read(name, MANIFEST_BYTES + 1), bucket.sizes(manifest.version)
    if found not in (None, own):
        raise BrokenRelease(f"{bucket.url} has another release {manifest.version}: give this one another version")
    for file, entry in manifest.files.items():
        if there.get(file) != entry.bytes or not _has(bucket, f"{manifest.version}/{file}", entry):
            bucket.write(f"{manifest.version}/{file}", folder / file)
    if found is None:
        bucket.write(name, own)


def _has(bucket: ReleaseBucket, name: str, entry: FileEntry) -> bool:
    """Whether the object has the bytes that the manifest lists."""
    digest = hashlib.sha256()
    for piece in bucket.pieces(name, entry.bytes):
        digest.update(piece)
    return digest.hexdigest() == entry.sha256
