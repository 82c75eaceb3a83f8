"""The scale and spelling of a column is decided for the column."""

import polars as pl
import pytest

from kit.formats import WrongFile
from kit.formats.columns import Columns
from kit.names import is_nothing
from pipelines import tables
from pipelines.ingest import IngestError, ingest
from pipelines.ingest.training_input import report_left_out

IDS = ["4uLU6hMCjMI75M1A2tKUQC", "0VjIjW4GlUZAMYd2vXMi3b", "7ouMYWpwJ422jRcDASZB7P"]


@pytest.fixture
def column(tmp_path):
    """The values of one column after an ingest, in file order, and the report."""

    def read(name, values, delimiter=";"):
        rows = "".join(f"{track}{delimiter}T{delimiter}{value}\n" for track, value in zip(IDS, values, strict=False))
        (tmp_path / "t.csv").write_text(delimiter.join(["track_id", "title", name]) + "\n" + rows)
        report = ingest([tmp_path / "t.csv"], tmp_path / "out", lambda *_: None)
        found = dict(tables.read(tmp_path / "out", "tracks").select("track_id", name).rows())
        return [found[track] for track in IDS[: len(values)]], report

    return read


@pytest.mark.parametrize(
    ("name", "values", "read"),
    [
        ("energy", ["58", "1", "99"], [0.58, 0.01, 0.99]),
        ("speechiness", ["0", "3", "1"], [0.0, 0.03, 0.01]),
        ("liveness", ["12.5", "0.5", "100"], [0.125, 0.005, 1.0]),
        ("valence", ["0.5", "1", "0"], [0.5, 1.0, 0.0]),
        ("tempo", ["121,5", "98", "1.040,25"], [121.5, 98, None]),
        ("loudness", ["-5,25", "-9,0", "-12"], [-5.25, -9, -12]),
        ("loudness", ["-5.25", "-9,0", "-12"], [-5.25, None, -12]),
        ("duration_ms", ["201", "188", "215.4"], [201_000, 188_000, 215_400]),
        ("duration_ms", ["201", "188000", "215000"], [None, 188_000, 215_000]),
        ("duration_ms", ["201,000", "188,000", "1,215,000"], [201_000, 188_000, 1_215_000]),
        ("duration_ms", ["201.500", "188.250", "1.215.000"], [201_500, 188_250, 1_215_000]),
        ("duration_ms", ["201 500", "188 250", "999"], [201_500, 188_250, None]),
        ("duration_ms", ["201.000", "188.000", "3.000"], [201_000, 188_000, 3_000]),
        ("duration_ms", ["201,5", "188", "3,25"], [201_500, 188_000, 3_250]),
        ("duration_ms", ["4500", "6500", "9000"], [4_500, 6_500, 9_000]),
        ("energy", ["58%", "1%", "100 %"], [0.58, 0.01, 1.0]),
        ("energy", ["0.5", "1%", "0.25"], [0.5, None, 0.25]),
        ("instrumentalness", ["1,2e-05", "8,5E-01", "0"], [0.000012, 0.85, 0.0]),
        ("valence", ["nil", "#N/A", "0.5"], [None, None, 0.5]),
    ],
)
def test_a_column_is_read_on_one_scale(column, name, values, read):
    found, report = column(name, values)
    assert found == pytest.approx(read, abs=1e-6)
    nothing = sum(is_nothing(value) for value in values)
    assert sum(report.values_left_out.values()) == sum(value is None for value in read) - nothing


def test_one_value_out_of_a_column_of_fractions_is_left_out_and_not_a_percentage(column):
    found, report = column("energy", ["0.5", "58", "0.25"])
    assert found == pytest.approx([0.5, None, 0.25])
    assert report.values_left_out == {"energy is not between 0 and 1": 1}


def test_a_column_of_0_and_1_beside_columns_in_percent_is_in_percent(tmp_path):
    (tmp_path / "t.csv").write_text(f"track_id,title,energy,speechiness\n{IDS[0]},T,58,1\n{IDS[1]},U,70,0\n")
    report = ingest([tmp_path / "t.csv"], tmp_path / "out", lambda *_: None)
    assert sorted(tables.read(tmp_path / "out", "tracks")["speechiness"]) == pytest.approx([0.0, 0.01])
    assert report.notes == {"energy is in percent": 1, "speechiness is in percent": 1}


def test_a_column_mostly_near_0_is_in_percent_beside_one_that_surely_is(tmp_path):
    rows = "".join(
        f"{one},T,{energy},{voice}\n" for one, energy, voice in zip(IDS, "589", ["0.5", "0.25", "85"], strict=True)
    )
    (tmp_path / "t.csv").write_text(f"track_id,title,energy,instrumentalness\n{rows}")
    ingest([tmp_path / "t.csv"], tmp_path / "out", lambda *_: None)
    found = tables.read(tmp_path / "out", "tracks")
    assert sorted(found["energy"]) == pytest.approx([0.05, 0.08, 0.09])
    assert sorted(found["instrumentalness"]) == pytest.approx([0.0025, 0.005, 0.85])


def test_the_summary_counts_omissions_by_column_and_reason(column, tmp_path):
    _, report = column("tempo", ["fast", "x", "120"])
    assert report_left_out(report.figures(), tmp_path) == ["2 values left out: tempo is not between 0 and 400"]


def test_a_file_of_which_no_row_can_be_read_says_why(tmp_path):
    (tmp_path / "t.csv").write_text("artist,title\nA\nB\nC,D,E\n")
    with pytest.raises(IngestError, match=r"can be read: 3 times wrong number of values \(first in line 2\)"):
        ingest([tmp_path / "t.csv"], tmp_path / "out", lambda *_: None)


def test_a_file_of_which_no_row_can_be_used_names_every_reason(tmp_path):
    (tmp_path / "t.csv").write_text("playlist_id,track_id,title,artist\np,,x,\np,17,,\n,,,\np,18,,\n")
    with pytest.raises(IngestError) as raised:
        ingest([tmp_path / "t.csv"], tmp_path / "out", lambda *_: None)
    for reason in ("2 times malformed", "(first in line 3)", "1 times no playlist_id (first in line 4)"):
        assert reason in str(raised.value)


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (["Titel", "Interpret", "track_id"], "'Titel', 'Interpret' are not understood"),
        (["title", "artist", "my_playlist"], "the column 'my_playlist', which is not understood"),
        (["title", "artist", "listener name"], "the column 'listener name', which is not understood"),
        (["title", "title", "artist"], "the column 'title' twice"),
    ],
)
def test_a_header_that_is_only_half_understood_is_refused_and_says_which_columns(tmp_path, header, named):
    with pytest.raises(WrongFile) as raised:
        Columns.of(header, tmp_path / "t.csv")
    assert named in str(raised.value)


def test_unused_columns_are_listed_in_the_report(tmp_path):
    (tmp_path / "t.csv").write_text("artist,title,Album Image URL,n_playlists\nA,B,x,3\n")
    pl.DataFrame({"artist": ["C"], "title": ["D"], "colour": ["red"]}).write_parquet(tmp_path / "u.parquet")
    report = ingest([tmp_path], tmp_path / "out", lambda *_: None)
    assert report.columns_ignored == {"t.csv": ["Album Image URL", "n_playlists"], "u.parquet": ["colour"]}
    assert "t.csv: columns not read: Album Image URL, n_playlists" in report_left_out(report.figures(), tmp_path)
