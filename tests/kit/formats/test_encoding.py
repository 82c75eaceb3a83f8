"""Tests of encoding detection for CSV and JSON files."""

import json

import pytest

from kit.formats import Fault, RowType, read
from kit.formats.text import NOT_TEXT

TRACK = "4uLU6hMCjMI75M1A2tKUQC"
UTF_16 = ["utf-16", "utf-16-le", "utf-16-be"]


@pytest.fixture
def file(tmp_path):
    def write(content, name="table.csv"):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return write


def slice_of(title, name="evening"):
    tracks = [{"track_uri": TRACK, "track_name": title}]
    return json.dumps({"playlists": [{"pid": 1, "name": name, "tracks": tracks}]}, ensure_ascii=False)


@pytest.mark.parametrize("encoding", UTF_16)
@pytest.mark.parametrize("names", ["Кино,Группа крови", "青い汽船,バス", "Björk,Jóga"])
def test_utf_16_is_found_by_its_first_line_whatever_alphabet_follows(file, encoding, names):
    rows = list(read(file(("artist,title\r\n" + f"{names}\r\n" * 500).encode(encoding))))
    assert {",".join(row.values.values()) for row in rows} == {",".join(reversed(names.split(",")))}


@pytest.mark.parametrize("encoding", [*UTF_16, "utf-8-sig", "cp1252"])
def test_a_slice_may_be_in_any_of_the_encodings(file, encoding):
    playlist, entry = read(file(slice_of("Café", "Übung").encode(encoding), "a.json"))
    assert (playlist.kind, playlist.values["playlist_name"], entry.values["title"]) == (
        RowType.PLAYLISTS,
        "Übung",
        "Café",
    )


def test_text_of_another_code_page_in_a_slice_is_a_fault_with_its_line(file):
    name_fault, about, track_fault = read(file(slice_of("Группа крови", "Лето").encode("cp1251"), "a.json"))
    assert isinstance(name_fault, Fault)
    assert about.values["playlist_name"] is None
    assert (track_fault.line, track_fault.reason) == (1, NOT_TEXT)


@pytest.mark.parametrize("escape", ["\\ud83c", "\\udcff", "\\udf0a"])
def test_a_lone_surrogate_in_a_slice_is_removed(file, escape):
    rows = list(read(file(slice_of("Party HALF", "late HALF").replace("HALF", escape).encode(), "a.json")))
    assert [rows[0].values["playlist_name"], rows[1].values["title"]] == ["late ", "Party "]


def test_a_lone_surrogate_in_utf_16_is_removed(file):
    (row,) = read(file("artist,title\nA\ud83c,B \ud83c\udfb8\n".encode("utf-16-le", "surrogatepass")))
    assert row.values == {"artist": "A", "title": "B \U0001f3b8"}


def test_short_words_of_another_code_page_are_not_taken_for_windows_1252(file):
    text = "\n".join(["Кино,Я", "Мы,Я", "Группа,Лето"])
    rows = list(read(file(b"artist,title\n" + text.encode("cp1251"))))
    assert [(row.line, row.reason) for row in rows] == [(2, NOT_TEXT), (3, NOT_TEXT), (4, NOT_TEXT)]


def test_japanese_bytes_that_windows_1252_lacks_say_that_the_file_is_none(file):
    rows = list(read(file(b"artist,title\n" + "手紙,伝言\n情歌,夜\n".encode("shift_jis"))))
    assert [(row.line, row.reason) for row in rows] == [(2, NOT_TEXT), (3, NOT_TEXT)]


def test_a_header_in_windows_1252_is_text_too(file):
    (row,) = read(file("artist,title,Länge\nA,B,C\n".encode("cp1252")))
    assert row.values == {"artist": "A", "title": "B"}
