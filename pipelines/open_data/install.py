"""Installs a release from a folder, an archive, or the URL of one. Needs the serving packages only.

An archive may come from a stranger: only the files that its manifest lists, in the listed size, are unpacked. Then it
is published like any folder: every checksum and every file's content is checked first (pipelines/release/publish.py,
decision 0017).

A download goes when the command ends, however it does, so that a bad one is never used twice; only what an interrupted
download had, TARGET.part, is continued by the next run, if the server still has the same version.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kit.manifest import MANIFEST, manifest_of
from kit.release import BrokenRelease, Manifest
from kit.release_rules import MANIFEST_BYTES
from pipelines.folders import room_for, scratch_folder
from pipelines.open_data.addresses import shown
from pipelines.open_data.archive import BadArchive, Entry, entries
from pipelines.open_data.download import Progress, digest_of, published_digest
from pipelines.open_data.incoming import downloaded
from pipelines.open_data.remote import DumpError, is_url
from pipelines.release.publish import PublishError
from pipelines.stage import writable

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The folder of a release, and what its archive was compared with, as a sentence."""

    folder: Path
    checksum: str


@contextmanager
def unpacked(where: str, data: Path, expected: str | None, progress: Progress) -> Iterator[Unpacked]:
    """The release that a path or URL names, for the time of the block.

    `expected` is the SHA-256 of the archive; without it that of WHERE.sha256 counts, when there is one. DumpError when
    it is another, or the archive is none of a release. Errors of the block name the release as it is named here.
    """
    given = _given(expected)
    with _named(shown(where), data):
        if not is_url(where) and Path(where).is_dir():
            if given:
                raise DumpError(
                    f"--sha256 is for an archive, and {where!r} is a folder: leave it out, or name the .tar"
                )
            yield Unpacked(Path(where), "a folder has no SHA-256: its files are compared with its own manifest only")
            return
        incoming = writable(data / "incoming")
        with _archive(where, incoming, progress) as archive, scratch_folder(incoming, ".unpacking-") as scratch:
            checksum = _verified(archive, where, given)
            progress(0, 1, "unpacking")
            folder = _unpack(archive, shown(where), scratch)
            with _named(shown(where), data, folder):
                yield Unpacked(folder, checksum)


def _given(expected: str | None) -> str:
    digest = "" if expected is None else expected.strip().lower()
    if expected is not None and not _SHA256.fullmatch(digest):
        raise DumpError("--sha256 is no SHA-256: give its 64 hexadecimal digits, or leave the option out")
    return digest


@contextmanager
def _archive(where: str, incoming: Path, progress: Progress) -> Iterator[Path]:
    """The archive on disk."""
    if is_url(where):
        with downloaded(where, incoming, progress) as archive:
            yield archive
    elif Path(where).is_file():
        yield Path(where)
    else:
        raise DumpError(f"{where!r} does not exist: name a release's folder, its archive, or the URL of one")


def _verified(archive: Path, where: str, given: str) -> str:
    """Compares the SHA-256 with the one that is given or published, and states which, or that there is none."""
    digest = given or published_digest(where)
    if not digest:
        return "SHA-256 not verified: there is no .sha256 beside the archive, and --sha256 was not given"
    if digest_of(archive) != digest:
        raise DumpError(f"{shown(where)} does not have the SHA-256 {digest}: get it again, from where you trust it")
    return f"SHA-256 verified: {digest}, as {'--sha256 states' if given else 'the .sha256 beside it states'}"


@contextmanager
def _named(name: str, data: Path, folder: Path | None = None) -> Iterator[None]:
    """Makes errors about a broken release name it as the person did, and not the temporary copy that has the fault."""
    try:
        yield
    except (BrokenRelease, PublishError) as error:
        if not isinstance(error.__cause__ or error, BrokenRelease):
            raise
        copies = re.escape(str(data / "releases")) + r"/\.copying-[\w.-]+"
        if folder:
            copies += "|" + re.escape(str(folder))
        text = re.sub(f"(?:{copies})(/?)", lambda found: "" if found[1] else "the release", str(error))
        if text == str(error):
            raise
        raise type(error)(f"{name}: {text}, or get it again") from error


def _unpack(archive: Path, name: str, scratch: Path) -> Path:
    """Writes the listed files of an archive; DumpError when it holds anything else, or less."""
    try:
        with entries(archive) as members:
            manifest, folder = _manifest(next(members, None), scratch)
            sizes = {file: entry.bytes for file, entry in manifest.files.items()}
            with room_for("the release", scratch, sum(sizes.values()), DumpError):
                for member in members:
                    _write(member, _listed(member, manifest, sizes), folder)
        if sizes:
            raise BadArchive(f"it lacks {', '.join(sorted(sizes)[:5])}: get it again")
    except BadArchive as error:
        raise DumpError(f"{name} is refused: {error}") from None
    return folder


def _manifest(first: Entry | None, scratch: Path) -> tuple[Manifest, Path]:
    """The manifest, which is the first member, written to its folder: that of the version it states."""
    if first is None or not first.regular or not first.name.endswith(f"/{MANIFEST}"):
        raise BadArchive(f"it does not begin with a {MANIFEST}, so it is no archive of a release")
    if first.size > MANIFEST_BYTES:
        raise BadArchive(f"its {MANIFEST} is larger than {MANIFEST_BYTES:,} bytes")
    text = b"".join(first.chunks())
    try:
        manifest = manifest_of(text, Path("the release"))
    except BrokenRelease as error:
        raise BadArchive(str(error)) from None
    if first.name != f"{manifest.version}/{MANIFEST}":
        raise BadArchive(f"it has the manifest of {manifest.version} in another folder: get it as it was made")
    folder = scratch / manifest.version
    folder.mkdir()
    (folder / MANIFEST).write_bytes(text)
    return manifest, folder


def _listed(member: Entry, manifest: Manifest, left: dict[str, int]) -> str:
    """The name in the manifest of a member that is next to be written, taken from what is left to come."""
    folder, _, name = member.name.partition("/")
    if not member.regular:
        raise BadArchive(f"it holds {member.shown}, which is no plain file (a link, folder or device)")
    if folder != manifest.version or name not in manifest.files:
        raise BadArchive(f"it holds {member.shown}, which its manifest does not list")
    if name not in left:
        raise BadArchive(f"it holds {member.shown} twice")
    if (size := left.pop(name)) != member.size:
        raise BadArchive(f"it holds {member.shown} with {member.size:,} bytes, and its manifest lists {size:,}")
    return name


def _write(member: Entry, name: str, folder: Path) -> None:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        for chunk in member.chunks():
            file.write(chunk)
