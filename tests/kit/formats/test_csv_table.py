import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.formats import Fault, Row, RowType, WrongFile, read
from kit.formats.csv_dialect import loosely_split
from kit.formats.csv_table import LONGEST_FIELD
from kit.formats.text import NOT_TEXT

TRACK = "4uLU6hMCjMI75M1A2tKUQC"


@pytest.fixture
def table(tmp_path):
    def write(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_rows_come_with_their_lines_under_our_names(table):
    rows = list(read(table(f"pid,pos,track_uri\n7,0,{TRACK}\n\n7,1,{TRACK}\n")))
    assert rows == [
        Row(RowType.ENTRIES, 2, {"track_id": TRACK, "playlist_id": "7", "position": "0"}),
        Row(RowType.ENTRIES, 4, {"track_id": TRACK, "playlist_id": "7", "position": "1"}),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiter_and_encoding_are_found_out(table, delimiter, encoding):
    text = delimiter.join(["artist", "title"]) + "\r\n" + delimiter.join(["Sigur Rós", "Ára bátur"]) + "\r\n"
    (row,) = read(table(text.encode(encoding)))
    assert row.values == {"artist": "Sigur Rós", "title": "Ára bátur"}


def test_a_ragged_row_is_a_fault_with_its_line_and_the_rest_is_read(table):
    short, good, long = read(table("artist,title,album\nA,B\nA,B,C\nA,B,C,D\n"))
    assert (short.line, short.reason, short.excerpt) == (2, "wrong number of values", "2 for 3 columns: A,B")
    assert good.line == 3
    assert long.line == 4


def test_windows_1252_is_read_row_by_row_and_another_code_page_is_a_fault_of_its_row(table):
    content = b"artist,title\nBj\xf6rk,J\xf3ga \x93x\x94\nBj\xc3\xb6rk,A\n" + "Кино,Группа\n".encode("cp1251")
    first, second, bad = read(table(content))
    assert first.values == {"artist": "Björk", "title": "Jóga \u201cx\u201d"}
    assert second.values == {"artist": "Björk", "title": "A"}
    assert (bad.line, bad.reason) == (4, NOT_TEXT)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_needs_no_byte_order_mark(table, encoding):
    (row,) = read(table("artist,title\nBjörk,Jóga\n".encode(encoding)))
    assert row.values == {"artist": "Björk", "title": "Jóga"}


def test_lone_surrogates_are_removed_and_whole_emoji_kept(table):
    pair = "\ud83c\udf0a".encode("utf-8", "surrogatepass")
    half = "\ud83c".encode("utf-8", "surrogatepass")
    (row,) = read(table(b"artist,title\nA" + half + b",Blue " + pair + b" Kite\n"))
    assert row.values == {"artist": "A", "title": "Blue \U0001f30a Kite"}


@pytest.mark.parametrize(
    "text",
    [
        'artist, title\n"A", "B, C"\n',
        'artist,title\n  "A"  ,"B, C" \n',
        "sep=;\nartist;title\nA;B, C\n",
        '"SEP=|"\r\nartist|title\r\nA|B, C\r\n',
        "artist\ttitle\nA\tB, C\n",
        "sep=\t\nartist\ttitle\nA\tB, C\n",
        '\n\nartist,title\nA,"B, C"\n',
        'artist,\t"title"\n\t"A",\u00a0"B, C"\n',
        'artist\t"title"\n"A"\t \u00a0"B, C"\n',
    ],
)
def test_delimiters_blanks_and_a_sep_line_are_not_part_of_values(table, text):
    (row,) = read(table(text))
    assert {name: value.strip() for name, value in row.values.items()} == {"artist": "A", "title": "B, C"}


def test_quotes_that_are_not_doubled_stay_where_they_stand_or_the_row_is_a_fault(table):
    header = "title,artist,album\n"
    rows = list(read(table(header + '"Copper 12" Lantern","A","B"\n"The "One" and "Two"",A,B\n"A,B 5\'9",C",D,E\n')))
    assert [row.values["title"] for row in rows[:2]] == ['Copper 12" Lantern', 'The "One" and "Two"']
    assert (rows[2].line, rows[2].reason) == (4, "wrong number of values")


def test_a_value_that_begins_or_ends_with_quotes_keeps_them(table):
    rows = list(read(table('artist,title\nBowie,"Heroes" (Live)\n"Ann","The "One"\n"Ben" Ash,"Two"\n')))
    assert [row.values["title"] for row in rows] == ['"Heroes" (Live)', 'The "One', "Two"]
    assert rows[2].values["artist"] == '"Ben" Ash'


def test_an_empty_value_between_tabs_stays_where_quotes_were_not_doubled(table):
    (row,) = read(table('artist\talbum\ttitle\n"A"\t\t"B 12" x"\n'))
    assert row.values == {"artist": "A", "album": "", "title": 'B 12" x'}


def test_an_unclosed_quote_does_not_consume_the_following_rows(table):
    rows = list(read(table('artist,title\n"Heroes,Bowie\nA,B\nC,"D"\nE,F\n')))
    assert [row.values["title"] for row in rows if isinstance(row, Row)] == ["B", "D", "F"]
    assert [(row.line, row.reason) for row in rows if isinstance(row, Fault)] == [(2, "unreadable row")]


def test_an_unclosed_quote_does_not_stop_the_reader(table):
    rows = list(read(table('artist,title\nA,B\n"C' + ",x\n" * LONGEST_FIELD)))
    assert rows[0].values == {"artist": "A", "title": "B"}
    assert rows[1].reason == "unreadable row"
    assert rows[1].line == 3
    assert rows[-1].line > 3


def test_a_line_break_inside_quotes_belongs_to_the_value_and_to_the_line_count(table):
    first, second = read(table('artist,title\n"A\nB",C\nD,E\n'))
    assert first.values["artist"] == "A\nB"
    assert (first.line, second.line) == (2, 4)


WRONG = {
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "a PNG picture"),
    "an archive": (b"PK\x03\x04" + b"\0" * 40, "a zip archive"),
    "nothing": (b"", "is empty"),
    "blanks": (b"  \n\n", "is blank"),
    "a binary": (b"abc\0\1\2", "binary file"),
    "other columns": (b"date,open,close\n1,2,3\n", "'date', 'open', 'close'"),
    "prose": (b"# A read-me\n\nwith a text, and so on\n", "# A read-me"),
}


@pytest.mark.parametrize(("content", "found"), WRONG.values(), ids=WRONG)
def test_a_file_of_another_kind_says_what_was_found_and_what_is_expected(table, content, found):
    with pytest.raises(WrongFile, match="expected") as raised:
        list(read(table(content, "playlists.csv")))
    assert found in str(raised.value)
    assert "playlists.csv" in str(raised.value)


@given(body=st.binary(max_size=300))
def test_whatever_follows_the_header_every_line_is_a_row_or_a_fault(tmp_path_factory, body):
    """No value holds a lone surrogate, which neither a file nor a database can hold."""
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_bytes(b"artist,title\n" + body)
    if b"\0" in body:
        with pytest.raises(WrongFile):
            list(read(path))
        return
    for row in read(path):
        assert isinstance(row, Row | Fault)
        str(row).encode()
        assert row.line >= 2


def test_an_unclosed_quote_after_any_blank_ends_the_reading_of_its_line():
    """Each such quote was searched to the end of the line: 16 KB of them took 16 s."""
    assert loosely_split('a,\f"x,b', ",", 3) is None
    assert loosely_split('a,\f"x",b', ",", 3) == ["a", "x", "b"]
    assert loosely_split('a, x "y",b', ",", 3) == ["a", ' x "y"', "b"]
