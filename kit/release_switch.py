"""Switches CURRENT between published releases, under one lock for every process that publishes or switches.

CURRENT is written before the history of served releases (kit/serving_history.py), which the next switch completes after
an interruption.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kit import serving_history
from kit.durable_files import replace_text
from kit.release_current import CURRENT
from kit.release_listing import published_releases


class PublishInProgress(Exception):
    """Another process publishes, switches or prunes in this data folder."""


@contextmanager
def exclusive(data: Path, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Lock for one publish, rollback or prune at a time, released when the process ends; PublishInProgress.

    With `waiting`, which is called once where another process has the lock, it is waited for, without a limit.
    """
    (data / "releases").mkdir(parents=True, exist_ok=True)
    handle = os.open(data / "publish.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if waiting is None:
                raise PublishInProgress(f"another publish is at work in {data}: wait for it and run again") from None
            waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def held_versions(folder: Path) -> list[str]:
    """The versions of the complete releases in a folder, newest first."""
    return [release.version for release in published_releases(folder, None)]


def served_before(folder: Path) -> str | None:
    """The previously served version that is still kept; None when there is none."""
    held = held_versions(folder)
    current = serving_history.serving(folder)
    others = [version for version in held if version != current]
    return next(iter(serving_history.last_served(serving_history.history(folder, held), others, 1)), None)


def switch(folder: Path, version: str, activate: Callable[[str], None]) -> str | None:
    """Makes a release current; returns the version that was current. `activate` moves the index's alias. Needs
    `exclusive`."""
    before, previous = serving_history.history(folder, held_versions(folder)), serving_history.serving(folder)
    serving_history.record(folder, before)
    activate(version)
    if previous != version:
        replace_text(folder / CURRENT, version + "\n")
        serving_history.record(folder, [*before, version])
    return previous
