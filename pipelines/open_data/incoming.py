"""The download of an archive into DATA/incoming: one process at a time; only what can be continued is left of it.

A name there is KEY-VERSION.tar: a hash of the address, and one of what the server states of the version. What belongs
to another version of the same address is removed, since no run can continue it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from pipelines import console
from pipelines.folders import room_for
from pipelines.open_data.addresses import shown
from pipelines.open_data.download import Progress, download
from pipelines.open_data.remote import ByteSource, DumpError, opened

ARCHIVE_BYTES_MOST = 20 * 10**9


@contextmanager
def downloaded(url: str, incoming: Path, progress: Progress) -> Iterator[Path]:
    """The archive at a URL, on disk for the time of the block; DumpError when it cannot be had."""
    key = _hash(shown(url))
    with _alone(incoming / f".{key}.lock", shown(url)):
        source = opened(url)
        if source.size > ARCHIVE_BYTES_MOST:
            raise DumpError(f"{source.where} has {source.size:,} bytes, more than a release: {ARCHIVE_BYTES_MOST:,}")
        version = _hash("\n".join((url, source.version, str(source.size))))
        target = incoming / f"{key}-{version}.tar"
        _remove_others(incoming, key, target)
        try:
            _download(source, incoming, target, progress)
            yield target
        finally:
            target.unlink(missing_ok=True)


def _download(source: ByteSource, incoming: Path, target: Path, progress: Progress) -> None:
    if not target.exists():  # a killed run left it
        with room_for("the release", incoming, 2 * source.size, DumpError):
            download(source, 0, source.size, target, progress)


def _remove_others(incoming: Path, key: str, target: Path) -> None:
    for path in incoming.glob(f"{key}-*"):
        if path not in (target, target.with_name(f"{target.name}.part")):
            path.unlink()


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


@contextmanager
def _alone(lock: Path, name: str) -> Iterator[None]:
    """Waits while another process installs from the same address: both would write the same file."""
    while True:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.note(f"waiting for another run, which installs {name}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        if _is_same(lock, handle):
            break
        os.close(handle)  # its holder has removed it
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
        os.close(handle)


def _is_same(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
