"""Title and artist of a file whose tags lack them: from its name or its folders, and how they were found.

Artist - Title.mp3, 03 Artist - Title.mp3     "file name"
Artist/Album/03 Title.mp3                     "folders"
"""

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

_NUMBER = re.compile(r"^\d{1,3}(?:-\d{1,3})?(?:\s*[.)_-]\s*|\s+)(?=\S)")
TAGS, FILE_NAME, FOLDERS = "tags", "file name", "folders"


def names_of(name: str, tags: Mapping[str, Any]) -> dict[str, Any]:
    """The tags, completed by title, artist (and album) where one of the two is missing; `names_from` tells whence.

    name: the path below the folder. None of both where nothing can be found.
    """
    if tags.get("title") and tags.get("artist"):
        return {**tags, "names_from": TAGS}
    found = _of_path(PurePath(name))
    return {**tags, **found} if found else {**tags, "names_from": None}


def _of_path(path: PurePath) -> dict[str, str]:
    stem = _NUMBER.sub("", _spaced(path.stem), count=1)
    artist, dash, title = stem.partition(" - ")
    if dash and artist.strip() and title.strip():
        return {"artist": artist.strip(), "title": title.strip(), "names_from": FILE_NAME}
    if len(path.parts) >= 3 and stem:
        artist, album = (_spaced(part) for part in path.parts[-3:-1])
        return {"artist": artist, "album": album, "title": stem, "names_from": FOLDERS}
    return {}


def _spaced(text: str) -> str:
    return " ".join(text.encode("utf-8", "replace").decode().replace("_", " ").split())
