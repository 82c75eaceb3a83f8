"""Lock of the S3-compatible store: one publish, rollback or prune at a time, from whatever machine.

The object PUBLISHING names the publisher and when its lease ends. It is written only if it is still what was read
(If-Match, If-None-Match), so that of two publishers one gets it. A thread renews the lease; one that ended with its
process can be taken over. The machines' clocks must agree to within a minute. A store without conditional writes has no
lock.
"""

import os
import socket
import threading
import time
from contextlib import suppress
from typing import Any
from uuid import uuid4

import orjson

from kit.release_bucket import BucketUnavailable, NoConditionalWrites, ReleaseBucket
from kit.release_switch import PublishInProgress

LOCK = "PUBLISHING"
LEASE_S = 180.0
RENEWED_S = 30.0


class BucketLock:
    """Held inside a `with` block; PublishInProgress when another process has it."""

    def __init__(self, bucket: ReleaseBucket) -> None:
        self._bucket = bucket
        self._name, self._token = f"{socket.gethostname()}, process {os.getpid()}", uuid4().hex
        self._tag: str | None = None
        self._conditional = True
        self._ended, self._writing = threading.Event(), threading.Lock()

    def __enter__(self) -> "BucketLock":
        found = self._bucket.read_tagged(LOCK)
        holder, tag = (_read(found[0]), found[1]) if found else ({}, None)
        if holder.get("until", 0.0) > time.time():
            raise self._refused(str(holder.get("by", "another process")))
        try:
            self._tag = self._written(tag)
        except NoConditionalWrites:
            self._conditional = False
            return self
        if self._tag is None:
            raise self._refused("another process")
        threading.Thread(target=self._renewing, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with self._writing, suppress(BucketUnavailable):
            if self._tag is not None:
                self._bucket.write_unchanged(LOCK, self._lease(-1), self._tag)

    def renew(self) -> None:
        """Makes sure that the lock is still held, and is for LEASE_S; PublishInProgress when it was lost."""
        if not self._conditional:
            return
        with self._writing:
            self._tag = self._tag and self._written(self._tag)
        if self._tag is None:
            raise self._refused("another process took over what this one did not renew in time, and")

    def _renewing(self) -> None:
        while not self._ended.wait(RENEWED_S):
            with suppress(BucketUnavailable, PublishInProgress):  # whoever writes next calls renew() and hears of it
                self.renew()

    def _written(self, tag: str | None) -> str | None:
        """The ETag of the lease that was written; None when another process wrote the object since `tag`."""
        if made := self._bucket.write_unchanged(LOCK, self._lease(LEASE_S), tag):
            return made
        found = self._bucket.read_tagged(LOCK)  # the client repeats a write whose answer was lost
        return found[1] if found and _read(found[0]).get("token") == self._token else None

    def _lease(self, seconds: float) -> bytes:
        return orjson.dumps({"by": self._name, "token": self._token, "until": time.time() + seconds})

    def _refused(self, holder: str) -> PublishInProgress:
        return PublishInProgress(f"{holder} publishes to {self._bucket.url}: wait for it and run again")


def _read(content: bytes) -> dict[str, Any]:
    """The lease in the object; empty where it is none, which anybody may replace."""
    with suppress(orjson.JSONDecodeError):
        found = orjson.loads(content)
        if isinstance(found, dict) and isinstance(found.get("until"), int | float):
            return found
    return {}
