"""Licence terms of the sources: from a licence file in a folder, or known for a file format."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from kit.formats.encoding import called
from kit.formats.mpd import is_of_the_dataset
from pipelines.stage import Built

NAMES = ("license", "licence")
MILLION_PLAYLISTS = (
    "Million Playlist Dataset: research only, non-commercial; it is not handed on and nobody in it is identified again"
)
_LIMITS = re.compile(r"non-?\s?commercial|research (?:use|only|purposes)", re.IGNORECASE)
_LONGEST = 200  # characters of a line that are kept


def is_licence(file: Path) -> bool:
    """True for LICENSE, licence.txt and the like: a file about the data, not part of it."""
    return file.stem.lower() in NAMES


def terms(sources: Sequence[Path]) -> dict[str, str]:
    """Licence terms by name of the source, where known; hidden files are ignored."""
    return {called(path): stated for path in sources if (stated := _terms(path))}


def of(ingested: Built) -> dict[str, str]:
    """The licence terms recorded by an ingest; none for the demo world."""
    stated: dict[str, str] = ingested.report()["figures"].get("licences", {})
    return stated


def _terms(path: Path) -> str:
    files = [path] if path.is_file() else sorted(file for file in path.rglob("[!.]*") if file.is_file())
    for file in files if path.is_dir() else ():
        if is_licence(file):
            return _summary(file.read_text(errors="replace"))
    return MILLION_PLAYLISTS if any(file.suffix == ".json" and is_of_the_dataset(file) for file in files) else ""


def _summary(text: str) -> str:
    """The first line of the text and its first line that sets a limit."""
    lines = [" ".join(line.split())[:_LONGEST] for line in text.splitlines() if line.strip()]
    limits = [line for line in lines if _LIMITS.search(line)]
    return " ... ".join(dict.fromkeys([*lines[:1], *limits[:1]]))


def limited(stated: Mapping[str, str]) -> dict[str, str]:
    """The sources whose terms allow research or non-commercial use only."""
    return {source: one for source, one in stated.items() if _LIMITS.search(one)}


def warning(stated: Mapping[str, str]) -> str | None:
    """Warning for those who build or serve a release of these sources; None without limits."""
    if not (found := limited(stated)):
        return None
    sources = "; ".join(f"{source} ({one})" for source, one in found.items())
    return f"learned from limited data, and limited with it: {sources}. Keep this release to what those terms allow."
