"""No track is lost or merged silently: which rows are one track, and which aliases lead to it."""

import json

import polars as pl
import pytest

from kit import ids
from pipelines import tables
from pipelines.ingest import ingest

A, B, C = "4uLU6hMCjMI75M1A2tKUQC", "0VjIjW4GlUZAMYd2vXMi3b", "7ouMYWpwJ422jRcDASZB7P"
ISRC, OTHER_ISRC = "QMXX12500001", "QMXX12500002"
MBID = "b1a9c0e9-d987-4042-ae91-78d6a3267d69"


@pytest.fixture
def read(tmp_path):
    """Ingests texts (CSV), dicts of columns (Parquet) or JSON documents; gives the report and a reader of tables."""
    folder, out = tmp_path / "given", tmp_path / "out"
    folder.mkdir()

    def run(**files):
        for name, content in files.items():
            if isinstance(content, dict) and "playlists" in content:
                (folder / f"{name}.json").write_text(json.dumps(content))
            elif isinstance(content, dict):
                pl.DataFrame(content).write_parquet(folder / f"{name}.parquet")
            else:
                (folder / f"{name}.csv").write_text(content, encoding="utf-8")
        report = ingest([folder], out, lambda *_: None)
        return report, lambda table: tables.read(out, table)

    return run


def aliases(read_table):
    return {(kind, value): track for kind, value, track in read_table("aliases").rows()}


@pytest.mark.parametrize("word", ["nan", "None", "NULL", "undefined", "N/A", "-", "\\N", " "])
@pytest.mark.parametrize("column", ["track_id", "song_id", "isrc", "mbid"])
def test_placeholders_in_id_columns_fall_back_to_artist_and_title(read, column, word):
    _, table = read(t=f"playlist_id,position,title,artist,{column}\np,0,One,Ann,{word}\np,1,Two,Ben,{word}\n")
    assert set(table("tracks")["title"]) == {"One", "Two"}
    assert table("tracks")[["isrc", "mbid"]].null_count().row(0) == (2, 2)


@pytest.mark.parametrize("word", ["null", "-", "N/A"])
def test_placeholders_are_no_listener_or_playlist_ids(read, word):
    report, table = read(
        l=f"user_id,artist,title\n{word},Ann,One\nu,Ann,One\n", p=f"playlist_id,track_id\n{word},{A}\np,{A}\n"
    )
    assert table("listens")["user_id"].to_list() == ["u"]
    assert table("playlists")["playlist_id"].to_list() == ["p"]
    assert report.rows_left_out == {"no user_id": 1, "no playlist_id": 1}


@pytest.mark.parametrize(
    ("one", "other"), [("バス", "パス"), ("Мой", "Мои"), ("दिल", "दल"), ("กา", "กำ"), ("C", "C#"), ("Año", "Áno")]
)
def test_titles_that_differ_by_letters_are_two_tracks(read, one, other):
    _, table = read(t=f"title,artist\n{one},Ann\n{other},Ann\n")
    assert sorted(table("tracks")["title"]) == sorted([one, other])


def test_a_spelling_without_accents_joins_the_one_that_has_them_and_says_so(read):
    report, table = read(t="title,artist\nCafé,Ann\nCafe,Ann\nCafe\u0301,ANN\n")
    assert table("tracks")["title"].to_list() == ["Café"]
    assert report.notes["spelled without accents: one track"] == 1
    plain, kept = (ids.derive(artist="Ann", title=title) for title in ("Cafe", "Café"))
    assert aliases(table)[("id", plain)] == kept


def test_a_spelling_without_accents_joins_neither_of_two(read):
    report, table = read(t="title,artist\nma,Ann\nmá,Ann\nmà,Ann\n")
    assert table("tracks").height == 3
    assert report.notes == {}


def test_one_isrc_with_different_titles_or_artists_is_no_identity(read):
    report, table = read(
        a=f"title,artist,isrc\nI. Allegro,Orchestra,{ISRC}\nII. Adagio,Orchestra,{ISRC}\nMoth,Ben,{OTHER_ISRC}\n",
        b=f"title,artist,isrc\nMoth,Ann,{OTHER_ISRC}\n",
    )
    assert table("tracks").height == 4
    assert report.notes["ISRC with different titles or artists: no identity"] == 2
    assert ("isrc", ISRC) not in aliases(table)


def test_one_isrc_however_written_with_edition_and_guests_is_one_track(read):
    _, table = read(
        t="title,artist,isrc\nKite,Liv,QM-XX1-25-00003\nKite - 2011 Remaster,Liv feat. Ann,qm xx1 25 00003\n"
    )
    assert table("tracks")["track_id"].to_list() == [ids.derive(isrc="QMXX12500003")]
    assert aliases(table) == {("isrc", "QMXX12500003"): ids.derive(isrc="QMXX12500003")}


def test_one_mbid_with_other_titles_by_other_artists_is_no_identity(read):
    _, table = read(t=f"title,artist,mbid\nKite,Liv,{MBID}\nKite (Übersetzt),Liv,{MBID}\nMoth,Ben,{MBID}\n")
    titles = sorted(table("tracks")["title"])
    assert len(titles) == 2
    assert titles[1] == "Moth"


def test_a_malformed_code_is_a_value_left_out_and_the_names_count(read):
    report, table = read(t="title,artist,isrc,mbid\nKite,Liv,XX,17\n")
    assert table("tracks")["track_id"].to_list() == [ids.derive(artist="Liv", title="Kite")]
    assert report.values_left_out == {"isrc is not an ISRC (12 letters and digits)": 1, "mbid is not an MBID": 1}


def test_a_code_leads_to_the_track_that_states_it_beside_a_better_id(read):
    report, table = read(
        a=f"track_id,title,artist,isrc,mbid\n{A},Kite,Liv,{ISRC},{MBID}\n",
        b=f"playlist_id,position,title,artist,isrc\np,0,Kite (Single Version),Liv,{ISRC}\n",
        c=f"playlist_id,position,title,artist,mbid\nq,0,Kite,LIV,{MBID.upper()}\n",
    )
    assert table("tracks")["track_id"].to_list() == [A]
    assert set(table("entries")["track_id"]) == {A}
    found = aliases(table)
    assert found[("isrc", ISRC)] == found[("mbid", MBID)] == A
    assert found[("id", ids.derive(isrc=ISRC))] == found[("id", ids.derive(mbid=MBID))] == A
    assert sum(report.notes.values()) == 2


def test_a_code_of_another_track_does_not_lead_there(read):
    _, table = read(a=f"track_id,title,artist,isrc\n{A},Kite,Liv,{ISRC}\n", b=f"title,artist,isrc\nMoth,Ben,{ISRC}\n")
    assert table("tracks").height == 2
    assert ("isrc", ISRC) not in aliases(table)


def test_names_alone_join_the_only_track_of_these_names(read):
    _, table = read(
        a=f"track_id,title,artist,duration_ms\n{A},Kite,Liv,200000\n{B},Moth,Ben,200000\n{C},Moth,Ben,200000\n",
        b="playlist_id,title,artist,duration_ms\np,kite,LIV,203000\np,Moth,Ben,200000\np,Kite,Liv,\n",
    )
    assert table("tracks").height == 4  # Moth is two tracks, so its names mean neither
    assert table("entries")["track_id"].to_list() == [A, ids.derive(artist="Ben", title="Moth"), A]


def test_names_of_a_track_of_another_length_are_another_track(read):
    _, table = read(
        a=f"track_id,title,artist,duration_ms\n{A},Kite,Liv,200000\n",
        b="title,artist,duration_ms\nKite,Liv,390000\n",
    )
    assert table("tracks").height == 2


@pytest.mark.parametrize("spelled", ["12.0", "12.", "1.2e+1"])
def test_whole_number_ids_that_became_floats_are_the_ids(read, spelled):
    _, table = read(
        entries=f"playlist_id,track_id\n{spelled},{A}\n12,{B}\n",
        about="playlist_id,name\n12,Evening\n",
        listens=f"user_id,song_id\n{spelled},{spelled}\n12,12\n",
    )
    assert table("playlists").select("playlist_id", "name").rows() == [("12", "Evening")]
    assert table("listens").select("user_id", "count").rows() == [("12", 2)]


def test_float_columns_of_parquet_are_ids_too(read):
    _, table = read(e={"playlist_id": [1.0, None, 2.0], "track_id": [A, A, B]}, p={"pid": [1, 2], "name": ["X", "Y"]})
    assert table("playlists")["name"].to_list() == ["X", "Y"]
    assert table("entries")["playlist_id"].to_list() == ["1", "2"]


def test_ids_that_only_look_like_numbers_stay(read):
    _, table = read(e=f"playlist_id,track_id\n1e5,{A}\n1.5,{A}\n007,{A}\n")
    assert table("playlists")["playlist_id"].to_list() == ["007", "1.5", "1e5"]


@pytest.mark.parametrize(
    ("coded", "plain"),
    [("Ada &amp; Co", "Ada & Co"), ("O&#39;Shea", "O'Shea"), ("Caf&eacute;", "Café"), ("A &amp;amp; B", "A & B")],
)
def test_html_entities_are_the_characters_they_stand_for(read, coded, plain):
    _, table = read(t=f'playlist_id,title,artist\np,"{coded}",Ann\nq,"{plain}",Ann\nr,One,"{coded}"\nr,One,"{plain}"\n')
    assert sorted(table("tracks")["title"]) == sorted([plain, "One"])


@pytest.mark.parametrize("name", ["AT&T", "R&B; Live", "&c", "Q&A;", "&#xD800;"])
def test_an_ampersand_that_is_no_entity_stays(read, name):
    _, table = read(t=f'title,artist\n"{name}",Ann\n')
    assert table("tracks")["title"].to_list() == [name]


def test_lone_surrogates_do_not_abort_the_ingest(read):
    tracks = [
        {"track_uri": A, "track_name": "Party \ud83d", "artist_name": "\udc00"},
        {"track_uri": B, "track_name": "B"},
    ]
    slices = {"playlists": [{"pid": 1, "name": "late \ud83c", "tracks": [*tracks, "\ud83c"]}]}
    report, table = read(s=slices)
    assert table("playlists")["name"].to_list() == ["late"]
    assert set(table("tracks")["title"]) == {"Party", "B"}
    assert report.rows_left_out == {"track is not an object": 1}


def test_a_playlist_known_by_its_name_is_a_playlist_of_its_file(read):
    rows = f"Track name,Artist name,Playlist name,Spotify - id\nOne,Ann,Evening,{A}\nTwo,Ben,Evening,{B}\n"
    _, table = read(a=rows + "Cat - Three,,Morning,\n", b=f"track_id,playlist title\n{A},Evening\n")
    names = table("playlists")["name"].to_list()
    assert sorted(names) == ["Evening", "Evening", "Morning"]
    assert table("tracks").filter(pl.col("title") == "Three")["artists"].to_list() == [["Cat"]]


def test_a_file_that_is_one_playlist_is_called_as_the_file_is(read):
    report, table = read(
        evening=f"Track URI,Track Name,Artist Name(s),Added At\nspotify:track:{A},One,Ann,2024-02-24\n"
    )
    assert table("playlists")["name"].to_list() == ["evening"]
    assert report.notes == {"a playlist known by its file's name": 1}


def test_two_slices_of_ones_own_that_begin_at_0_are_two_playlists(read):
    def slice_of(*pids):
        return {"playlists": [{"pid": pid, "name": f"n{pid}", "tracks": [{"track_uri": A}]} for pid in pids]}

    _, table = read(a=slice_of(0, 1, "1", 1), b=slice_of(0, 2))
    assert table("playlists").height == table("entries").height == 6


def test_a_playlist_of_json_without_a_number_is_known_by_its_name(read):
    named = {"playlists": [{"name": "Road", "tracks": [{"track_uri": A}]}]}
    _, table = read(a=named)
    assert table("playlists")["name"].to_list() == ["Road"]


def test_several_artists_in_a_cell_are_split_where_the_file_tells_how_many(read):
    header = '"Track URI","Track Name","Artist URI(s)","Artist Name(s)"\n'
    _, table = read(
        a=header + f'{A},One,"x:1, x:2","Ann, Ben"\n{B},Two,x:3,"Earth, Wind & Fire"\n{C},Three,"x:1, x:3","A, B, C"\n'
    )
    known = dict(table("tracks").select("title", "artists").rows())
    assert known == {"One": ["Ann", "Ben"], "Two": ["Earth, Wind & Fire"], "Three": ["A, B, C"]}
