"""Downloads a byte range into a file: resumes where an earlier run stopped, and computes the SHA-256."""

import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path

from pipelines.open_data.addresses import shown
from pipelines.open_data.remote import CHUNK, ByteSource, DumpError, small_text

Progress = Callable[[int, int, str], None]
"""Progress callback: bytes done, bytes in total, and what is read."""
_DIGESTS = {"sha256": re.compile(r"\b[0-9a-f]{64}\b"), "md5": re.compile(r"\b[0-9a-f]{32}\b")}


def download(source: ByteSource, start: int, stop: int, target: Path, progress: Progress, published: str = "") -> str:
    """Writes the bytes start..stop - 1 of a source to `target`; returns their SHA-256 in hexadecimal digits.

    Bytes are appended to TARGET.part, which a later run continues, so the caller must have made sure that it is of the
    same version. A checksum that differs from `published` removes the part and raises DumpError. A whole file that an
    earlier run left is used where `published` is its checksum, and fetched again where there is none to verify it by.
    """
    if published and _is_whole(target, stop - start, published, progress):
        return published
    part = target.with_name(f"{target.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    done = _hash_existing(part, digest, stop - start)
    began, had = time.monotonic(), done
    with part.open("r+b" if part.exists() else "wb") as file:
        file.seek(done)
        file.truncate()
        for chunk in source.read(start + done, stop):
            file.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            rate = (done - had) / 1e6 / max(time.monotonic() - began, 1e-3)
            progress(done, stop - start, f"{target.name} ({done / 1e6:,.0f} MB, {rate:,.1f} MB/s)")
    if published and digest.hexdigest() != published:
        part.unlink(missing_ok=True)
        raise DumpError(f"{source.where} has another SHA-256 than the published one: run again to fetch it anew")
    part.replace(target)
    return digest.hexdigest()


def _is_whole(target: Path, size: int, published: str, progress: Progress) -> bool:
    """Whether the file is there with the published checksum."""
    if not target.is_file() or target.stat().st_size != size:
        return False
    progress(0, size, f"verifying {target.name}")
    return digest_of(target) == published


def _hash_existing(part: Path, digest: "hashlib._Hash", most: int) -> int:
    """Hashes what an earlier run wrote; returns its bytes. A longer part is discarded."""
    if not part.exists() or part.stat().st_size > most:
        part.unlink(missing_ok=True)
        return 0
    done = 0
    with part.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            done += len(chunk)
    return done


def published_digest(where: str, kind: str = "sha256") -> str:
    """The checksum in the file .sha256 (or .md5) beside a dump; empty only where there is no such file.

    DumpError when it cannot be read, or has no checksum in it: nothing is taken unverified because a server is
    overloaded.
    """
    text = small_text(where, f".{kind}")
    if text is None:
        return ""
    if not (found := _DIGESTS[kind].search(text.lower())):
        name = kind.upper().replace("SHA", "SHA-")
        raise DumpError(f"the file .{kind} beside {shown(where)} has no {name} in it: have it corrected or removed")
    return found[0]


def digest_of(path: Path, kind: str = "sha256") -> str:
    """The checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()
