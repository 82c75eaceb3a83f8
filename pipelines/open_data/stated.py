"""What a release's manifest states about the origin of its data, as lines for a person. Needs the serving packages
only; the manifest may come from a stranger, so that nothing in it is taken to have a form."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kit.release import read_manifest

SHOWN = 20  # dumps that are listed
_LONGEST = 200  # characters of a line


def lines(folder: Path) -> list[str]:
    """Licence and dumps; BrokenRelease when there is no manifest."""
    manifest = read_manifest(folder)
    stated = _mapping(manifest.settings.get("open_data"))
    found = [f"{manifest.version}: licence {_plain(stated.get('licence')) or 'not stated'}"]
    dumps = stated.get("dumps")
    for dump in map(_mapping, dumps[:SHOWN] if isinstance(dumps, list) else ()):
        found.append(f"  from {_plain(dump.get('kind'))} {_plain(dump.get('id'))} {_checksum(dump)}".rstrip())
    return found


def _checksum(dump: Mapping[str, Any]) -> str:
    if members := _mapping(dump.get("members")):
        return f"({len(members)} members)"
    return f"sha256 {_plain(dump.get('sha256'))}" if dump.get("sha256") else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _plain(value: object) -> str:
    """The text, cut, without characters that a terminal obeys."""
    text = value if isinstance(value, str) else ""
    return "".join(character for character in text[:_LONGEST] if character.isprintable())
