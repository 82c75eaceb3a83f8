"""Readers of playlist files: JSPF, XSPF and M3U8. A file is one playlist, named inside or, if not, by its file."""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from kit.formats.user_exports.bounded_file import BoundedFile, lines
from kit.formats.user_exports.delimited import clean
from kit.formats.user_exports.json_document import BROKEN, entries
from kit.formats.user_exports.records import (
    BROKEN_OFF,
    NO_NAMES,
    PlaylistEntry,
    Record,
    Skipped,
    TrackNames,
    excerpt,
    isrc,
    mbid,
    spotify_id,
    text,
    whole,
)

DEEPEST, MOST_PARTS = 100, 1000
"""Levels of elements of an XSPF document, and elements of one of its tracks: more are no playlist."""
_INFO = "#EXTINF:"
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_RECORDING = re.compile(r"musicbrainz\.org/recording/([0-9a-fA-F-]{36})")


def read_jspf(file: IO[bytes], name: str) -> Iterator[Record]:
    """Yields the tracks of `{"playlist": {"title", "track": [...]}}`."""
    line, title = 0, PurePath(name).stem
    try:
        for path, value in entries(file, ("playlist.track.item",), ("playlist.title",)):
            if path == "playlist.title":
                title = text(value) or title
            else:
                line += 1
                yield _entry(line, title, _of_jspf(value) if isinstance(value, dict) else TrackNames())
    except BROKEN:
        yield Skipped(line + 1, BROKEN_OFF)


def read_xspf(file: IO[bytes], name: str) -> Iterator[Record]:
    """Yields the tracks of an XSPF playlist; a document type with entities is refused."""
    line, title, is_above = 0, PurePath(name).stem, True
    try:
        for tag, element in _elements(file):
            if tag == "track":
                line += 1
                yield _entry(line, title, _of_xspf(element))
            elif tag == "title" and is_above:
                title = text(element.text) or title
            is_above = is_above and tag not in ("track", "trackList")
    except (ParseError, DefusedXmlException, ValueError, RecursionError):
        yield Skipped(line + 1, BROKEN_OFF)


def _elements(file: IO[bytes]) -> Iterator[tuple[str, Element]]:
    """Yields (name, element) of each track and of each element outside of tracks, and drops it then. ValueError where
    elements are nested too deeply, or a track has too many."""
    bounded, held = BoundedFile(file), list[Element]()
    track: Element | None = None
    parts = 0
    for event, element in iterparse(bounded, events=("start", "end")):
        tag = _tag(element)
        if event == "start":
            held.append(element)
            parts = 0 if track is None else parts + 1
            track = element if track is None and tag == "track" else track
            if len(held) > DEEPEST or parts > MOST_PARTS:
                raise ValueError("nested too deeply, or a track of too many elements")
            continue
        held.pop()
        if track is None or element is track:
            yield tag, element
            track = None
            if held:
                del held[-1][:]
            bounded.passed()


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def read_m3u(file: IO[bytes], name: str) -> Iterator[Record]:
    """Yields the tracks of `#EXTINF:<seconds>,<artist> - <title>` lines; a path without one is named by its file."""
    title, info, number = PurePath(name).stem, "", 0
    seconds: int | None = None
    for number, raw in enumerate(lines(file), 1):
        line = clean(raw.decode("utf-8-sig", "surrogateescape")).strip()
        if line[: len(_INFO)].upper() == _INFO:
            before, _, info = line[len(_INFO) :].partition(",")
            seconds = _milliseconds(before)
        elif line.upper().startswith("#PLAYLIST:"):
            title = text(line[10:]) or title
        elif line and not line.startswith("#"):
            yield _entry(number, title, _of_m3u(info or PurePath(line.replace("\\", "/")).stem, line, seconds))
            info, seconds = "", None
    if info:
        yield _entry(number, title, _of_m3u(info, "", seconds))


def _milliseconds(before: str) -> int | None:
    """The milliseconds of the seconds before the comma, which attributes may follow; None where they are unknown."""
    first = next(iter(before.split(maxsplit=1)), "")
    return whole(float(first) * 1000) if _SECONDS.fullmatch(first) else None


def _entry(line: int, title: str, track: TrackNames) -> Record:
    if not track.is_identified:
        return Skipped(line, NO_NAMES, excerpt(track.artist, track.title))
    return PlaylistEntry(line, "1", title, track)


def _of_jspf(row: dict[str, Any]) -> TrackNames:
    given = row.get("identifier")
    identifiers = [one for one in (given if isinstance(given, list) else [given]) if isinstance(one, str)]
    location = row.get("location")
    identifiers += [one for one in (location if isinstance(location, list) else [location]) if isinstance(one, str)]
    names = (text(row.get("title")), text(row.get("creator")), text(row.get("album")))
    return _with_codes(names, identifiers, whole(row.get("duration")))


def _of_xspf(element: Element) -> TrackNames:
    found: dict[str, str] = {}
    identifiers: list[str] = []
    for child in element:
        tag = _tag(child)
        if tag in ("identifier", "location") and child.text:
            identifiers.append(child.text.strip())
        elif child.text:
            found.setdefault(tag, child.text)
    names = (text(found.get("title")), text(found.get("creator")), text(found.get("album")))
    return _with_codes(names, identifiers, whole(found.get("duration")))


def _with_codes(names: tuple[str, str, str], identifiers: list[str], duration: int | None) -> TrackNames:
    spotify = next((found for one in identifiers if (found := spotify_id(one))), "")
    recording = next((page[1] for one in identifiers if (page := _RECORDING.search(one))), "")
    code = next((upper for one in identifiers if (upper := isrc(one.removeprefix("isrc:")))), "")
    return TrackNames(*names, spotify, mbid(recording), code, duration)


def _of_m3u(info: str, location: str, duration: int | None) -> TrackNames:
    artist, dash, title = info.partition(" - ")
    names = (text(title), text(artist)) if dash else (text(info), "")
    return TrackNames(*names, "", spotify_id(location), duration_ms=duration)
