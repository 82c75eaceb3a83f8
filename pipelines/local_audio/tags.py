"""Tags of an audio file by mutagen: names, album, year, codes, duration. A file without readable tags has none."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import mutagen
from mutagen.easymp4 import EasyMP4Tags
from mutagen.id3 import ID3

from kit import ids
from kit.formats.user_exports.records import text as text_of

EasyMP4Tags.RegisterFreeformKey("isrc", "ISRC")  # type: ignore[no-untyped-call]
_YEAR = re.compile(r"(?:19|20)\d\d")
_FRAMES = {"title": "TIT2", "artist": "TPE1", "album": "TALB", "isrc": "TSRC", "date": "TDRC"}
_RECORDING = "UFID:http://musicbrainz.org"
"""ID3 has the id of the recording in this frame; its frame `MusicBrainz Release Track Id` is another one."""
Tags = dict[str, Any]


def read(path: Path) -> Tags:
    """title, artist, album (text), year, mbid, isrc, duration_ms: those that the file has."""
    try:
        opened = mutagen.File(path, easy=True)
    except (mutagen.MutagenError, OSError, ValueError):
        return {}
    if opened is None:
        return {}
    values = _of_frames(opened.tags) if isinstance(opened.tags, ID3) else (opened.tags or {})
    found = {name: _text(values, name) for name in ("title", "artist", "album")}
    codes = {
        "mbid": ids.mbid(_text(values, "musicbrainz_trackid") or ""),
        "isrc": ids.isrc(_text(values, "isrc") or ""),
        "year": _year(_text(values, "date")),
        "duration_ms": round(1000 * getattr(opened.info, "length", 0)) or None,
    }
    return {name: value for name, value in (found | codes).items() if value is not None}


def _of_frames(tags: ID3) -> dict[str, Iterable[str]]:
    """WAV and AIFF hold ID3 frames, which mutagen does not name as it does those of MP3."""
    found: dict[str, Iterable[str]] = {
        name: list(map(str, tags[frame].text)) for name, frame in _FRAMES.items() if frame in tags
    }
    if _RECORDING in tags:
        found["musicbrainz_trackid"] = [tags[_RECORDING].data.decode("ascii", "replace")]
    return found


def _text(values: Mapping[str, Iterable[str]], name: str) -> str | None:
    """The first value that is not blank, cut as names of other files are: a tag may be as long as its file."""
    texts = (text_of(" ".join(str(value).split())) for value in values.get(name) or ())
    return next((text for text in texts if text), None)


def _year(date: str | None) -> int | None:
    found = _YEAR.match(date or "")
    return int(found.group()) if found else None
