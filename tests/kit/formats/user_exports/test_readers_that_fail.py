"""Tests of values that a reader does not expect: no exception leaves a reader but WrongFile of a lone file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from kit.formats.user_exports import ExportFormat, Listen, PlaylistEntry, Record, recognise
from kit.formats.user_exports.records import BROKEN_OFF, TrackNames
from tests.kit.formats.user_exports.opening import extended, listens, read, read_all, reasons, zipped


@pytest.mark.parametrize("value", ["Infinity", "-Infinity", "NaN", "1e999", "1" + "0" * 400])
def test_a_moment_that_is_no_number_of_seconds(tmp_path: Path, value: str) -> None:
    """Python's JSON parser, which takes pieces with bytes of Windows-1252, takes Infinity too."""
    row = b'{"artist": "Caf?", "name": "Halo", "date": {"uts": 1287713131}}'.replace(b"?", b"\xe9")
    bad = row.replace(b"1287713131", value.encode())
    _, records = read(tmp_path, b"[" + bad + b"," + row + b"]")
    assert [type(record) for record in records][1:] == [Listen]
    assert reasons(records) == {"no moment of playing": 1}


@pytest.mark.parametrize("artists", ["[{[]}]", f"[0x{'F' * 6000}]"])
def test_lists_of_artists_that_python_cannot_hold(tmp_path: Path, artists: str) -> None:
    _, records = read(tmp_path, f'title,artists\nHalo,"{artists}"\nHalo,Bea\n')
    assert [type(record) for record in records] == [PlaylistEntry, PlaylistEntry]


def _fails(error: Exception) -> Any:
    def reader(_file: Any, _name: str) -> Iterator[Record]:
        yield Listen(7, TrackNames("Halo", "Bea"), 1.5e9)
        raise error

    return reader


def test_a_reader_that_fails_ends_its_file_and_is_logged_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(recognise._STREAMED, ExportFormat.SPOTIFY_EXTENDED, _fails(ZeroDivisionError("secret")))
    with capture_logs() as events:
        _, records = read(tmp_path, [extended()])
    assert (len(listens(records)), reasons(records), records[-1].line) == (1, {BROKEN_OFF: 1}, 8)
    [event] = events
    assert (event["log_level"], event["error"], event["after_line"]) == ("error", "ZeroDivisionError", 7)
    assert "secret" not in str(event)


@pytest.mark.parametrize("error", [OSError(28, "No space left"), MemoryError()])
def test_errors_of_the_machine_are_not_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setitem(recognise._STREAMED, ExportFormat.SPOTIFY_EXTENDED, _fails(error))
    with pytest.raises(type(error)):
        read(tmp_path, [extended()])


def test_a_table_of_no_known_columns_does_not_end_the_archive(tmp_path: Path) -> None:
    found = read_all(tmp_path, zipped({"countries.csv": "country,height\nA,3\n", "a.json": [extended()]}))
    (_, table), (_, plays) = found.values()
    assert reasons(table) == {"a file of no known format": 1}
    assert len(listens(plays)) == 1
