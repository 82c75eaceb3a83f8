"""History of served releases: data/releases/SERVED, one version a line, in the order in which they were switched to.

CURRENT names the current release; the history is what rollback and pruning read. It is replaced atomically. CURRENT is
written first: after an interruption in between, the next run completes the history.
"""

import os
from collections.abc import Collection, Sequence
from pathlib import Path

from kit.durable_files import replace_text
from kit.release import BrokenRelease
from kit.release_current import CURRENT, current_version
from kit.release_files import NotAPlainFile, open_inside
from kit.release_rules import is_version

SERVED = "SERVED"
REMEMBERED = 100  # switches kept
BYTES_MOST = REMEMBERED * 101  # a version has 100 characters at most


def serving(releases: Path) -> str | None:
    """The current version; None also when CURRENT names none, which a publish repairs."""
    try:
        return current_version(releases)
    except BrokenRelease:
        return None


def history(releases: Path, newest_first: Sequence[str]) -> list[str]:
    """Versions in the order in which they were switched to, the current one last.

    Without a record, which earlier versions of Segue did not write, the older of the kept releases count as served one
    after the other.
    """
    current, recorded = serving(releases), _read(releases)
    if recorded is None:
        recorded = _older_first(newest_first, current) if os.path.lexists(releases / CURRENT) else []
    return recorded if current is None or recorded[-1:] == [current] else [*recorded, current]


def record(releases: Path, versions: Sequence[str]) -> None:
    """Writes the history, truncated to its last entries."""
    text = "".join(f"{version}\n" for version in versions[-REMEMBERED:])
    if text != _text(releases):
        replace_text(releases / SERVED, text)


def last_served(versions: Sequence[str], held: Collection[str], most: int) -> list[str]:
    """The last `most` different versions that served and are still kept, the latest first."""
    return [version for version in dict.fromkeys(reversed(versions)) if version in held][:most]


def _older_first(newest_first: Sequence[str], current: str | None) -> list[str]:
    at = newest_first.index(current) if current in newest_first else -1
    return list(reversed(newest_first[at + 1 :]))


def _read(releases: Path) -> list[str] | None:
    """The versions in the file; invalid ones are ignored."""
    text = _text(releases)
    return None if text is None else [line for line in text.split() if is_version(line)]


def _text(releases: Path) -> str | None:
    try:
        with open_inside(releases, SERVED) as file:
            return file.read(BYTES_MOST).decode(errors="replace")
    except (FileNotFoundError, NotAPlainFile):
        return None
