"""Installs a release from a folder, an archive, or the URL of one. Needs the serving packages only.

An archive may come from a stranger: it is a tar whose first member is VERSION/manifest.json, and only the files that
this manifest lists, in the listed size, are unpacked. Then it is published like any folder: every checksum and every
file's content is checked first (pipelines/release/publish.py, decision 0017).
"""

import hashlib
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from kit.manifest import MANIFEST
from kit.release import Manifest
from kit.release_rules import MANIFEST_BYTES
from pipelines.folders import room_for, scratch_folder
from pipelines.open_data.download import Progress, digest_of, download, published_digest
from pipelines.open_data.remote import CHUNK, DumpError, is_url, opened
from pipelines.stage import writable

ARCHIVE_BYTES_MOST = 20 * 10**9


@contextmanager
def unpacked(where: str, data: Path, expected: str | None, progress: Progress) -> Iterator[Path]:
    """The folder of the release that a path or URL names, for the time of the block.

    `expected` is the SHA-256 of the archive; without it that of WHERE.sha256 counts, when there is one. DumpError when
    it is another, or the archive is none of a release.
    """
    if not is_url(where) and Path(where).is_dir():
        yield Path(where)
        return
    incoming = writable(data / "incoming")
    with scratch_folder(incoming, ".unpacking-") as scratch:
        archive = _fetched(where, incoming, expected, progress)
        progress(0, 1, "unpacking")
        yield _unpack(archive, scratch)
        if archive.parent == incoming:
            archive.unlink()


def _fetched(where: str, incoming: Path, expected: str | None, progress: Progress) -> Path:
    """The archive on disk, with the right checksum."""
    digest = (expected or published_digest(where)).lower()
    if not is_url(where):
        archive = Path(where)
        if not archive.is_file():
            raise DumpError(f"{where!r} does not exist: name a release's folder, its archive, or the URL of one")
    else:
        archive = _download(where, incoming, progress)
    if digest and digest_of(archive) != digest:
        if archive.parent == incoming:
            archive.unlink()
        raise DumpError(f"{where} does not have the SHA-256 {digest}: get it again, from where you trust it")
    return archive


def _download(url: str, incoming: Path, progress: Progress) -> Path:
    source = opened(url)
    if source.size > ARCHIVE_BYTES_MOST:
        raise DumpError(f"{url} has {source.size:,} bytes, more than a release: {ARCHIVE_BYTES_MOST:,}")
    version = hashlib.sha256(f"{url}\n{source.version}\n{source.size}".encode()).hexdigest()[:12]
    target = incoming / f"{version}.tar"
    if not target.exists():
        with room_for("the release", incoming, 2 * source.size, DumpError):
            download(source, 0, source.size, target, progress)
    return target


def _unpack(archive: Path, scratch: Path) -> Path:
    """Writes the listed files of an archive; DumpError when it holds anything else, or less."""
    try:
        with tarfile.open(archive, "r:") as tar:
            manifest, folder = _manifest(archive, tar, scratch)
            sizes = {name: entry.bytes for name, entry in manifest.files.items()}
            with room_for("the release", scratch, sum(sizes.values()), DumpError):
                while member := tar.next():
                    name = member.name.removeprefix(f"{folder.name}/")
                    if not member.isreg() or sizes.pop(name, None) != member.size:
                        raise DumpError(f"{archive.name} holds {member.name[:200]!r}, which its manifest does not list")
                    _write(tar.extractfile(member), folder / name)
    except tarfile.TarError as error:
        raise DumpError(f"{archive.name} is no archive of a release ({error}): a tar that open release wrote") from None
    if sizes:
        raise DumpError(f"{archive.name} lacks {', '.join(sorted(sizes)[:5])}: get it again")
    return folder


def _manifest(archive: Path, tar: tarfile.TarFile, scratch: Path) -> tuple[Manifest, Path]:
    """The manifest, which is the first member, written to its folder: that of the version it states."""
    first = tar.next()
    content = tar.extractfile(first) if first and first.isreg() and first.size <= MANIFEST_BYTES else None
    if first is None or content is None or not first.name.endswith(f"/{MANIFEST}"):
        raise DumpError(f"{archive.name} does not begin with a {MANIFEST}: it is no archive of a release")
    text = content.read()
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        message = error.errors()[0]["msg"][:200]
        raise DumpError(f"{archive.name} has a manifest that cannot be read: {message}") from None
    if first.name != f"{manifest.version}/{MANIFEST}":
        raise DumpError(f"{archive.name} has the manifest of {manifest.version} in another folder")
    folder = scratch / manifest.version
    folder.mkdir()
    (folder / MANIFEST).write_bytes(text)
    return manifest, folder


def _write(content: IO[bytes] | None, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        while content and (chunk := content.read(CHUNK)):
            file.write(chunk)
