"""Entity resolution with codes: one code beside several names, missing names, one track with several codes."""

import json

import polars as pl
import pytest

from kit import ids
from pipelines import tables
from pipelines.evaluate import track_list
from pipelines.ingest import ingest

A, B = "4uLU6hMCjMI75M1A2tKUQC", "0VjIjW4GlUZAMYd2vXMi3b"
ISRC = "QMXX12500001"
MBID = "b1a9c0e9-d987-4042-ae91-78d6a3267d69"


@pytest.fixture
def read(tmp_path):
    """Ingests tables of text (CSV); gives the report and a reader of tables."""
    folder, out = tmp_path / "given", tmp_path / "out"
    folder.mkdir()

    def run(**files):
        for name, content in files.items():
            (folder / f"{name}.csv").write_text(content, encoding="utf-8")
        report = ingest([folder], out, lambda *_: None)
        return report, lambda table: tables.read(out, table)

    return run


def aliases(read_table):
    return {(kind, value): track for kind, value, track in read_table("aliases").rows()}


@pytest.mark.parametrize("artist", ["", "Orchestra"])
def test_a_row_without_a_title_does_not_merge_the_tracks_of_its_code(read, artist):
    rows = [f"p,I. Allegro,Orchestra,{ISRC}", f"p,,{artist},{ISRC}", f"p,II. Adagio,Orchestra,{ISRC}"]
    report, table = read(p="\n".join(["playlist_id,title,artist,isrc", *rows]))
    assert table("entries")["track_id"].n_unique() == 3
    assert {"I. Allegro", "II. Adagio"} < set(table("tracks")["title"])
    assert report.notes["ISRC with different titles or artists: no identity"] == 1
    assert aliases(table) == {}


@pytest.mark.parametrize(("column", "code"), [("isrc", ISRC), ("mbid", MBID), ("song_id", "SOAAA")])
def test_a_row_without_names_joins_the_only_track_of_its_code(read, column, code):
    _, table = read(p=f"playlist_id,title,artist,{column}\np,,,{code}\np,Kite,Liv,{code}\n")
    assert table("tracks")["title"].to_list() == ["Kite"]
    assert table("entries").height == 2


@pytest.mark.parametrize(("column", "code"), [("mbid", MBID), ("song_id", "17")])
def test_a_code_of_a_recording_beside_other_titles_by_other_artists_is_no_identity(read, column, code):
    report, table = read(
        t=f"title,artist,{column}\nKite,Liv,{code}\nMoth,Ben,{code}\nKite - 2011 Remaster,Liv,{code}\n"
    )
    assert sorted(table("tracks")["track_id"]) == sorted(
        [ids.derive(artist="Ben", title="Moth"), table("tracks").filter(pl.col("title") != "Moth")["track_id"][0]]
    )
    assert sum(report.notes.values()) == 2  # no identity, no alias


def test_a_track_known_by_a_track_id_is_the_one_that_states_it_beside_a_track_id(read):
    _, table = read(
        tracks=f"track_id,song_id,title,artist\n{A},SOAAA,Kite,Liv\n", sequences="user_id,song_id\nu,SOAAA\nu,SOBBB\n"
    )
    assert set(table("listens")["track_id"]) == {A, ids.derive(catalogue_id="SOBBB")}
    assert aliases(table)["song", "SOAAA"] == aliases(table)["id", ids.derive(catalogue_id="SOAAA")] == A


def test_a_track_id_beside_a_track_id_is_an_alias_where_nothing_else_needs_deciding(read):
    _, table = read(tracks=f"track_id,song_id,title,artist\n{A},SOAAA,Kite,Liv\n")
    assert aliases(table) == {("song", "SOAAA"): A}


def test_an_isrc_leads_to_the_recording_of_an_mbid_whatever_its_edition_is_called(read):
    _, table = read(
        t=f"title,artist,isrc,mbid\nKite,Liv,{ISRC},{MBID}\nKite - Remastered,Liv,{ISRC},{MBID}\nKite,Liv,{ISRC},\n"
    )
    assert table("tracks")["track_id"].to_list() == [ids.derive(mbid=MBID)]
    assert aliases(table)["isrc", ISRC] == ids.derive(mbid=MBID)


def test_a_track_of_an_ambiguous_isrc_joins_the_one_of_its_names(read):
    _, table = read(
        tracks=f"track_id,title,artist,isrc\n{A},I. Allegro,Orchestra,{ISRC}\n",
        p=f"playlist_id,title,artist,isrc\np,I. Allegro,Orchestra,{ISRC}\np,II. Adagio,Orchestra,{ISRC}\n",
    )
    assert table("entries")["track_id"].to_list() == [A, ids.derive(artist="Orchestra", title="II. Adagio")]


@pytest.mark.parametrize(("column", "code"), [("isrc", ISRC), ("mbid", MBID)])
def test_a_table_may_know_tracks_by_their_code_alone(read, column, code):
    _, table = read(p=f"playlist_id,{column}\np,{code}\n", l=f"user_id,{column}\nu,{code}\n")
    track_id = ids.derive(**{column: code})
    assert table("entries")["track_id"].to_list() == table("listens")["track_id"].to_list() == [track_id]
    assert aliases(table) == {(column, code): track_id}


def test_a_track_id_beside_other_titles_by_other_artists_is_counted(read):
    report, table = read(t=f"track_id,title,artist\n{A},Kite,Liv\n{A},Moth,Ben\n{B},Kite,Liv\n{B},Kite (Live),Liv\n")
    assert table("tracks").height == 2
    assert report.notes == {"track id beside different titles and artists: the first are kept": 1}


def test_ids_of_zeros_are_ignored(read):
    _, table = read(t=f"track_id,title,artist\n{'0' * 22},Kite,Liv\nspotify:track:{'0' * 22},Moth,Ben\n")
    assert set(table("tracks")["title"]) == {"Kite", "Moth"}


@pytest.mark.parametrize(
    ("plain", "accented"),
    [("Cafe,Ann", "Café,Ann"), ("Halo,Beyonce", "Halo,Beyoncé"), ("Naive,Celine", "Naïve,Céline")],
)
def test_what_was_spelled_without_accents_takes_the_names_that_have_them(read, plain, accented):
    _, table = read(t=f"title,artist\n{plain}\n{accented}\n")
    (known,) = table("tracks").select("title", pl.col("artists").list.first()).rows()
    assert ",".join(known) == accented


@pytest.mark.parametrize("spelled", ["1e3", "1E3", "1.0e3", "1000,0"])
def test_a_power_of_ten_in_a_column_of_whole_numbers_is_the_number(read, spelled):
    _, table = read(e=f"playlist_id;track_id\n{spelled};{A}\n1000;{B}\n7;{A}\n")
    assert table("playlists")["playlist_id"].to_list() == ["1000", "7"]


def test_a_power_of_ten_that_may_have_lost_digits_is_noted(read):
    report, _ = read(e=f"playlist_id,track_id\n1.23457E+11,{A}\n1.23457E+11,{B}\n")
    assert list(report.notes) == [
        "playlist_id written as powers of ten: digits may be lost, several ids may look as one"
    ]


@pytest.mark.parametrize("word", ["nan", "None", ""])
def test_placeholders_are_no_playlist_names(read, word):
    report, table = read(e=f"playlist_name,track_id\n{word},{A}\nEvening,{A}\n")
    assert table("playlists")["name"].to_list() == ["Evening"]
    assert report.rows_left_out == {"no playlist_id": 1}


def test_two_spellings_of_a_playlists_name_in_html_are_one_playlist(read):
    _, table = read(e=f"playlist_name,track_id\nRock &amp; Roll,{A}\nRock & Roll,{B}\n")
    assert table("playlists")["name"].to_list() == ["Rock & Roll"]


@pytest.mark.parametrize("pids", [(1.0, 1), ("2.0", "2")])
def test_a_pid_that_became_a_float_is_the_pid(tmp_path, pids):
    lists = [{"pid": pids[0], "name": "a", "tracks": [{"track_uri": A}]}]
    for name, pid in (("x", pids[0]), ("y", pids[1])):
        lists[0]["pid"] = pid
        (tmp_path / f"{name}.json").write_text(json.dumps({"playlists": lists}))
    ingest([tmp_path], tmp_path / "out", lambda *_: None)
    found = tables.read(tmp_path / "out", "playlists")["playlist_id"].str.split(":").list.last()
    assert found.n_unique() == 1


def test_a_track_list_has_the_ids_of_an_ingest(tmp_path):
    (tmp_path / "list.csv").write_text(f"title,artist,isrc,song_id\nKite,Liv,{ISRC},\nMoth,Ben,,SOAAA\n")
    found = track_list.read(tmp_path / "list.csv")
    assert [track.track_id for track in found.tracks] == [ids.derive(isrc=ISRC), ids.derive(catalogue_id="SOAAA")]
