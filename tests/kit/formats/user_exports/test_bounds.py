"""Tests of what one file may make the readers hold or search: overlong lines, texts, entries and element trees."""

import gc
import io
import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element

import pytest

from kit.formats.csv_dialect import LONGEST_RECORD, Records
from kit.formats.user_exports import PlaylistEntry, Record, Skipped, delimited, playlist_files, spotify_library
from kit.formats.user_exports.bounded_file import LONGEST_LINE, LONGEST_PART, PIECE
from kit.formats.user_exports.records import BROKEN_OFF
from tests.kit.formats.user_exports.opening import read, reasons

TRACK = "<track><title>Halo</title><creator>Bea</creator></track>"
HEAD, TAIL = "<playlist><title>Evening</title>", "</playlist>"


class Counted(io.BytesIO):
    """Counts the bytes that were read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self.taken += len(piece)
        return piece


class Searched:
    """Stands in for a pattern and keeps the lengths of the texts that it is applied to."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern
        self.lengths: list[int] = []

    def __getattr__(self, method: str) -> Callable[[str], Any]:
        def applied(text: str) -> Any:
            self.lengths.append(len(text))
            return getattr(self._pattern, method)(text)

        return applied


def names(records: list[Record]) -> list[tuple[int, str, str]]:
    return [(one.line, one.track.artist, one.track.title) for one in records if isinstance(one, PlaylistEntry)]


@pytest.mark.parametrize("comma", ["", ",Ann - Sky"])
def test_an_overlong_line_of_a_playlist_is_cut_before_it_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, comma: str
) -> None:
    """`#EXTINF:` with 30,000 digits and no comma took seconds: each prefix of the digits was tried."""
    applied = [Searched(value) for value in vars(playlist_files).values() if isinstance(value, re.Pattern)]
    for pattern in applied:
        name = next(key for key, value in vars(playlist_files).items() if value is pattern._pattern)
        monkeypatch.setattr(playlist_files, name, pattern)
    content = f"#EXTM3U\n#EXTINF:{'1' * 30_000}{comma}\na/Bea - Halo.mp3\n#EXTINF:7 x=1,Bea - Moth\nb.mp3\n"
    _, records = read(tmp_path, content)
    assert names(records) == [(3, "Bea", "Halo"), (5, "Bea", "Moth")]
    lengths = list(itertools.chain.from_iterable(pattern.lengths for pattern in applied))
    assert lengths
    assert max(lengths) <= LONGEST_LINE


def test_seconds_with_attributes_and_without_a_number(tmp_path: Path) -> None:
    lines = ("#EXTM3U", "#EXTINF: 201.5 logo=x,Bea - Halo", "a.mp3", "#extinf:-1,Bea - Moth", "b.mp3")
    found = [one.track.duration_ms for one in read(tmp_path, "\n".join(lines))[1] if isinstance(one, PlaylistEntry)]
    assert found == [201_500, None]


SEEN_ALWAYS = {("<a/>", ""), ("<track/>", "<trackList>")}
UNITS = [
    pytest.param(unit, wrap, marks=() if (unit, wrap) in SEEN_ALWAYS else pytest.mark.slow)
    for unit in ("<a/>", "<a>b</a>", "<title>Evening</title>", "<track/>", "<a><track/></a>")
    for wrap in ("", "<trackList>")
]
"""Counting what a whole test run holds takes seconds: two of them, all ten in make test-all."""


@pytest.mark.parametrize(("unit", "wrap"), UNITS)
def test_elements_are_dropped_as_they_end(unit: str, wrap: str) -> None:
    blanks = " " * (2 * PIECE)  # the parser runs ahead of its events by a piece
    document = f"{HEAD}{wrap}{unit * 10_000}{blanks}{TRACK}{wrap.replace('<', '</')}{TAIL}"
    others = elements_alive()
    records = playlist_files.read_xspf(io.BytesIO(document.encode()), "x")
    first = next(record for record in records if isinstance(record, PlaylistEntry))
    held = elements_alive() - others
    assert (first.name, first.track.title) == ("Evening", "Halo")
    assert held < 1000


def elements_alive() -> int:
    """Returns how many elements the process holds (`isinstance` would ask lazy objects of other libraries)."""
    gc.collect()
    return sum(type(one) is Element for one in gc.get_objects())


@pytest.mark.parametrize("tree", ["<a>" * 500 + "</a>" * 500, f"<track>{'<a/>' * 5000}</track>"])
def test_trees_that_no_playlist_has_are_refused(tmp_path: Path, tree: str) -> None:
    _, records = read(tmp_path, f"{HEAD}<trackList>{TRACK}{tree}{TRACK}</trackList>{TAIL}")
    assert (len(names(records)), reasons(records)) == (1, {BROKEN_OFF: 1})


XSPF = ["<title>LONG</title>", "<a><![CDATA[LONG]]></a>", "<a b='LONG'/>", "<!--LONG-->"]
XSPF += [f"<track>{'<a>PART</a>' * 9}</track>"]
JSON = ['"a": "LONG"', '"a": "\\"LONG"', '"LONG": 1']
JSON += ['"playlists": [{"items": [{"track": {' + ",".join(f'"{n}": "PART"' for n in range(9)) + "}}]}]"]
GOOD = json.dumps({"name": "Evening", "items": [{"track": {"trackName": "Halo", "artistName": "Bea"}}]})
DOCUMENTS = [(playlist_files.read_xspf, f"{HEAD}<trackList>{TRACK}</trackList>{part}{TRACK}{TAIL}") for part in XSPF]
DOCUMENTS += [
    (spotify_library.read_playlists, f'{{"playlists": [{GOOD}], {part}, "playlists": [{GOOD}]}}') for part in JSON
]


@pytest.mark.parametrize(("reader", "document"), DOCUMENTS)
def test_an_overlong_part_is_refused_while_it_is_read(
    reader: Callable[[IO[bytes], str], Iterator[Record]], document: str
) -> None:
    content = document.replace("LONG", "x" * (4 * LONGEST_PART)).replace("PART", "x" * (LONGEST_PART // 2))
    file = Counted(content.encode())
    records = list(reader(file, "x"))
    assert [type(record) for record in records] == [PlaylistEntry, Skipped]
    assert reasons(records) == {BROKEN_OFF: 1}
    assert file.taken <= 2 * LONGEST_PART


@pytest.mark.parametrize("rows", [Records, delimited.records])
def test_a_record_of_a_table_that_does_not_end_is_not_gathered(rows: Callable[[IO[str]], Iterator[Any]]) -> None:
    """Values with line breaks, each of them closed, made one record of the whole file."""
    file = io.StringIO("title,artist\n" + f'"{"x" * 1000}\n",' * 2000 + '"x"\nHalo,Bea\n')
    found = iter(rows(file))
    first = next(found) if rows is Records else list(itertools.islice(found, 2))[1]
    assert file.tell() < LONGEST_RECORD + 3000
    assert getattr(first, "fault", "x")
    assert [*found][-1][1] == ["Halo", "Bea"]
