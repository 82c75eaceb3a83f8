"""The S3-compatible store of releases: one port for those who publish to it and those who fetch from it (obstore).

    PREFIX/<version>/manifest.json, PREFIX/<version>/...   the files of a release; the manifest is written last
    PREFIX/CURRENT                                         the version to serve
    PREFIX/SERVED                                          versions in the order in which they were switched to
    PREFIX/PUBLISHING                                      who publishes now (pipelines/release/bucket_lock.py)

Files are read in pieces of PIECE bytes: a request is short, memory bounded, and no more is read than was listed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

PIECE = 8 << 20
REQUIRED = "SEGUE_RELEASES_URL is set, which needs the extra `bucket`: pip install 'segue[bucket]'"


class BucketUnavailable(Exception):
    """The store did not answer, or refused; the message has no key."""


class NoConditionalWrites(Exception):
    """The store does not know If-Match and If-None-Match of a PUT."""


class BucketMissing(Exception):
    """SEGUE_RELEASES_URL is set and obstore is not installed."""


class BucketSettings(NamedTuple):
    """Where the store is. Without keys obstore finds them as the AWS programs do (AWS_*, web identity, instance)."""

    url: str
    endpoint: str | None = None
    region: str = "us-east-1"
    access_key: str | None = None
    secret_key: str | None = None

    def __repr__(self) -> str:
        return f"BucketSettings({self.url!r})"


class ReleaseBucket:
    """One folder ("prefix") of a bucket. Every method may raise BucketUnavailable."""

    def __init__(self, settings: BucketSettings) -> None:
        try:
            import obstore
            from obstore.store import S3Store
        except ImportError as error:
            raise BucketMissing(REQUIRED) from error
        self._obstore, self.url = obstore, settings.url
        self._failures = (obstore.exceptions.BaseError, OSError)
        place = urlsplit(settings.url)
        given = {
            "endpoint": settings.endpoint,
            "access_key_id": settings.access_key,
            "secret_access_key": settings.secret_key,
        }
        options: Any = {
            "region": settings.region,
            "client_options": {"allow_http": True, "connect_timeout": "5s", "timeout": "60s"},
            "retry_config": {"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
            **{name: value for name, value in given.items() if value},
        }
        self._store = S3Store(place.netloc, prefix=place.path.strip("/") or None, **options)

    def read(self, name: str, most: int) -> bytes | None:
        """A small object, cut after `most` bytes; None when there is none."""
        with self._explained(name):
            try:
                if self._obstore.head(self._store, name)["size"] == 0:
                    return b""
                return bytes(self._obstore.get_range(self._store, name, start=0, length=most))
            except FileNotFoundError:
                return None

    def pieces(self, name: str, size: int) -> Iterator[bytes]:
        """The first `size` bytes of an object, in pieces; fewer where it is shorter, none where it is missing."""
        start = 0
        while start < size:
            with self._explained(name):
                try:
                    end = min(start + PIECE, size)
                    piece = bytes(self._obstore.get_range(self._store, name, start=start, end=end))
                except FileNotFoundError:
                    return
            yield piece
            start += len(piece)
            if start < end:
                return

    def sizes(self, version: str) -> dict[str, int]:
        """Name within the release -> bytes, of every object of a version."""
        with self._explained(version):
            batches = self._obstore.list(self._store, version, chunk_size=1000)
            return {str(one["path"]).removeprefix(f"{version}/"): one["size"] for batch in batches for one in batch}

    def write(self, name: str, content: bytes | Path) -> None:
        """Writes an object whole, from bytes or a file; readers see the old one or the new one."""
        with self._explained(name):
            self._obstore.put(self._store, name, content)

    def read_tagged(self, name: str) -> tuple[bytes, str | None] | None:
        """A small object and its ETag; None when there is none."""
        with self._explained(name):
            try:
                found = self._obstore.get(self._store, name)
                return bytes(found.bytes()), found.meta["e_tag"]
            except FileNotFoundError:
                return None

    def write_unchanged(self, name: str, content: bytes, e_tag: str | None) -> str | None:
        """Writes an object if it still has this ETag, or with None if there is still none; its new ETag, None when
        somebody else wrote it. NoConditionalWrites when the store cannot do that."""
        errors = self._obstore.exceptions
        with self._explained(name):
            try:
                mode: Any = "create" if e_tag is None else {"e_tag": e_tag}
                return self._obstore.put(self._store, name, content, mode=mode)["e_tag"]
            except (errors.AlreadyExistsError, errors.PreconditionError, FileNotFoundError):
                return None
            except errors.BaseError as error:
                if "NotImplemented" in str(error) or isinstance(error, errors.NotSupportedError):
                    raise NoConditionalWrites(self.url) from None
                raise

    def remove(self, version: str) -> None:
        """Removes a release, its manifest first: what is left of it is no release."""
        names = sorted(self.sizes(version), key=lambda name: name != "manifest.json")
        with self._explained(version):
            for name in names[:1]:
                self._obstore.delete(self._store, [f"{version}/{name}"])
            if rest := [f"{version}/{name}" for name in names[1:]]:
                self._obstore.delete(self._store, rest)

    @contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        try:
            yield
        except self._failures as error:
            reason = str(error).partition("\n")[0][:300]
            raise BucketUnavailable(f"{self.url}/{name} cannot be read or written: {reason}") from None
