"""Reader for slices of the Million Playlist Dataset in their original format, `mpd.slice.<a>-<b>.json`.

    {"info": {...}, "playlists": [{"pid", "name", "modified_at", "num_followers", "tracks": [
        {"pos", "track_uri", "track_name", "artist_name", "album_name", "duration_ms"}]}]}

Any field may be missing; a missing `pos` is the index in the list. Playlists are decoded one at a time with their
offset in the text, so faults have line numbers and a truncated slice keeps every playlist before the break.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kit.formats.encoding import open_text
from kit.formats.rows import Fault, Row, RowType, WrongFile
from kit.formats.text import BYTES, NOT_TEXT, decoded, is_windows_1252, mended
from kit.names import is_nothing

_PLAYLISTS = re.compile(r'"playlists"\s*:\s*\[')
_TRACKS = re.compile(r'"tracks"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()
_OF_THE_DATASET = re.compile(rb'"info"\s*:\s*\{[^{}]*"slice"')
_FLOAT = re.compile(r"^(-?\d+)\.0*$")
_HEAD = 4096
_EXCERPT = 200


def read_mpd(path: Path) -> Iterator[Row | Fault]:
    """Yields a PLAYLISTS row for each playlist, followed by its ENTRIES; WrongFile for other JSON."""
    text = _text(path)
    opening = _PLAYLISTS.search(text)
    if opening is None or not text.lstrip().startswith("{"):
        raise WrongFile(f'{path} is JSON without a list of "playlists": expected a Million Playlist slice')
    line, counted, ids = 1, 0, _PlaylistIds(path)
    for value, start, stop in _items(text, opening.end()):
        line, counted = line + text.count("\n", counted, start), start
        if stop is None:
            excerpt = mended(text[start : start + _EXCERPT])
            yield Fault(path.name, line, "the JSON breaks off or is malformed here", excerpt)
        elif not isinstance(value, dict) or (playlist_id := ids.of(value)) is None:
            yield Fault(path.name, line, "playlist without a pid or a name", mended(text[start : start + _EXCERPT]))
        else:
            yield from _playlist(path, playlist_id, value, text[start:stop], line)


def _text(path: Path) -> str:
    """Reads the document, decoding bytes that are not UTF-8 as Windows-1252; bytes of neither stay lone surrogates."""
    with open_text(path) as file:
        text = file.read()
    if text.isascii() or not BYTES.search(text) or not is_windows_1252(text):
        return text
    return BYTES.sub(decoded, text)


def is_of_the_dataset(path: Path) -> bool:
    """True for a slice of the published dataset, by its "info.slice" field; a user's own files in this format have
    none."""
    with path.open("rb") as file:
        return _OF_THE_DATASET.search(file.read(_HEAD)) is not None


def _items(text: str, at: int) -> Iterator[tuple[Any, int, int | None]]:
    """Yields (value, start, stop) of each item of the JSON array opened before `at`; stop is None at malformed JSON."""
    while True:
        between = _BETWEEN.match(text, at)
        start = between.end() if between else at
        if text[start : start + 1] == "]":
            return
        try:
            value, at = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            yield None, start, None
            return
        yield value, start, at


class _PlaylistIds:
    """Assigns an id to each playlist of one file.

    The dataset numbers its playlists 0..999,999 across its slices; the prefix keeps them apart from other tables' ids.
    A user's own slices each begin at 0: there the number is prefixed with a hash of the file's content, so that the
    same file read twice has the same playlist ids. A playlist without a number is identified by its name.
    """

    def __init__(self, path: Path) -> None:
        self._ours = is_of_the_dataset(path)
        with path.open("rb") as file:
            self._file = hashlib.file_digest(file, "sha256").hexdigest()[:12]
        self._seen: set[str] = set()

    def of(self, playlist: dict[str, Any]) -> str | None:
        """The id of a playlist, None when it has neither number nor name. A number used twice in a file is two
        playlists."""
        pid, name = playlist.get("pid"), playlist.get("name")
        if isinstance(pid, float) and pid.is_integer():
            pid = int(pid)
        if not _is_id(pid):
            if not isinstance(name, str) or is_nothing(name):
                return None
            found = f"{self._file}:name:{mended(name).strip()}"
        else:
            # 1 and "1" are two numbers of one file.
            number = _FLOAT.sub(r"\1", pid.strip()) if isinstance(pid, str) else pid
            found = f"mpd:{pid}" if self._ours and isinstance(pid, int) else f"{self._file}:{json.dumps(number)}"
        base, copies = found, 1
        while found in self._seen:
            copies += 1
            found = f"{base}#{copies}"
        self._seen.add(found)
        return found


def _playlist(path: Path, playlist_id: str, playlist: dict[str, Any], text: str, line: int) -> Iterator[Row | Fault]:
    has_other_bytes = BYTES.search(text) is not None
    name = playlist.get("name")
    if has_other_bytes and (excerpt := _not_text([name])):
        yield Fault(path.name, line, NOT_TEXT, excerpt)
        name = None
    about = {
        "playlist_id": playlist_id,
        "playlist_name": name,
        "followers": playlist.get("num_followers"),
        "modified_at": playlist.get("modified_at"),
    }
    yield Row(RowType.PLAYLISTS, line, _whole(about))
    tracks = playlist.get("tracks", [])
    if not isinstance(tracks, list):
        yield Fault(path.name, line, "tracks is not a list", repr(tracks)[:_EXCERPT])
        return
    lines = _TrackLines(text, line)
    for index, track in enumerate(tracks):
        if not isinstance(track, dict):
            yield Fault(path.name, lines[index], "track is not an object", repr(track)[:_EXCERPT])
            continue
        if has_other_bytes and (excerpt := _not_text(track.values())):
            yield Fault(path.name, lines[index], NOT_TEXT, excerpt)
            continue
        position = track.get("pos")
        item = {
            "playlist_id": playlist_id,
            "position": index if position is None else position,
            "track_id": track.get("track_uri"),
            "title": track.get("track_name"),
            "artist": track.get("artist_name"),
            "album": track.get("album_name"),
            "duration_ms": track.get("duration_ms"),
        }
        yield Row(RowType.ENTRIES, lines[index], _whole(item))


def _not_text(values: Iterable[object]) -> str:
    """The first value with undecodable bytes, as ASCII; "" when there is none."""
    return next((ascii(value)[:_EXCERPT] for value in values if isinstance(value, str) and BYTES.search(value)), "")


def _whole(values: dict[str, Any]) -> dict[str, Any]:
    """Removes lone surrogates from the values: "\\ud83c" is half an emoji, truncated by whatever wrote the slice."""
    return {name: mended(value) if isinstance(value, str) else value for name, value in values.items()}


class _TrackLines:
    """The line number of each track of a playlist."""

    def __init__(self, text: str, first_line: int) -> None:
        opening = _TRACKS.search(text)
        self._lines: list[int] = []
        line, counted = first_line, 0
        for _, start, _ in _items(text, opening.end() if opening else len(text)):
            line, counted = line + text.count("\n", counted, start), start
            self._lines.append(line)

    def __getitem__(self, index: int) -> int:
        return self._lines[min(index, len(self._lines) - 1)]


def _is_id(value: object) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool) and not is_nothing(str(value))
