import gzip
import json
import os

import orjson
import polars as pl
import pytest

from kit import ids
from kit.wire.catalog import FEATURES
from pipelines import tables
from pipelines.ingest import IngestError, ingest, ingest_stage
from pipelines.ingest.ingest import REJECTS
from pipelines.ingest.training_input import playlist_names

A, B, C = "4uLU6hMCjMI75M1A2tKUQC", "0VjIjW4GlUZAMYd2vXMi3b", "7ouMYWpwJ422jRcDASZB7P"


def quiet(done, total, what):
    assert 0 <= done <= total


@pytest.fixture
def given(tmp_path):
    """Writes a source file: text, bytes, or a dict of columns as Parquet."""
    folder = tmp_path / "given"
    folder.mkdir()

    def write(name, content):
        path = folder / name
        if isinstance(content, dict):
            pl.DataFrame(content).write_parquet(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def listed(out):
    return [orjson.loads(line) for line in (out / REJECTS).read_bytes().splitlines()]


def track(out, track_id):
    return tables.read(out, "tracks").row(by_predicate=pl.col("track_id") == track_id, named=True)


def test_entries_playlists_and_tracks_of_three_files_are_joined(given, out):
    given("lists.csv", f"playlist_id,position,track_id,role\np,1,spotify:track:{B},train\np,0,{A},train\n")
    given("about.csv", "playlist_id,name,description,num_followers\np,Road trip,nice,12\n")
    given(
        "songs.csv",
        f"id,name,artists,release_date,genres,explicit\n{A},Night,\"['Ann', 'Ben']\",1999-05-01,Soul; Funk,TRUE\n",
    )
    report = ingest([out.parent / "given"], out, quiet)
    assert report.rows == {"tracks": 2, "entries": 2, "playlists": 1, "listens": 0}
    assert tables.read(out, "entries").rows() == [("p", 0, A, "given"), ("p", 1, B, "given")]
    assert tables.read(out, "playlists").rows() == [("p", "train", "Road trip", 12, None, "given")]
    known = track(out, A)
    assert (known["title"], known["artists"], known["year"]) == ("Night", ["Ann", "Ben"], 1999)
    assert (known["genres"], known["explicit"], known["album"]) == (["soul", "funk"], True, None)


@pytest.mark.parametrize("header", ["name", "title", "playlist_name", "Playlist Title"])
def test_a_table_of_playlists_names_those_of_another_file(given, out, header):
    given("lists.csv", f"playlist_id,position,track_id\np,0,{A}\nq,0,{B}\n")
    given("about.csv", f'playlist_id,{header},description\np,"Rainy, Sunday",wet\nq,,\n')
    ingest([out.parent / "given"], out, quiet)
    assert tables.read(out, "playlists").select("playlist_id", "name").rows() == [("p", "Rainy, Sunday"), ("q", None)]
    assert playlist_names(tables.read(out, "playlists")) == {"p": "Rainy, Sunday"}


def test_every_table_has_the_canonical_schema_even_when_it_is_empty(given, out):
    ingest([given("songs.csv", "artist,title\nA,B\n")], out, quiet)
    for table, schema in tables.ALL.items():
        assert dict(pl.read_parquet_schema(out / f"{table}.parquet")) == schema


def test_a_track_without_names_is_kept_with_a_null_title_and_counted(given, out):
    report = ingest([given("lists.csv", f"playlist_id,position,track_id\np,0,{A}\n")], out, quiet)
    assert report.unnamed_tracks == 1
    assert track(out, A)["title"] is None


def test_entries_fill_attributes_missing_in_the_track_table(given, out):
    given(
        "mpd.json",
        json.dumps({"playlists": [{"pid": 1, "tracks": [{"track_uri": A, "track_name": "Old", "album_name": "LP"}]}]}),
    )
    given("songs.csv", f"track_id,track_name,artist_name\n{A},New,Ann\n")
    ingest([out.parent / "given"], out, quiet)
    known = track(out, A)
    assert (known["title"], known["artists"], known["album"]) == ("New", ["Ann"], "LP")


def test_genres_written_as_a_tuple_are_genres(given, out):
    """A comma alone would leave ('dance pop' and 'pop') behind."""
    given("songs.csv", f"track_id,title,genre\n{A},T,\"('Dance Pop', 'pop')\"\n{B},U,\"('hip hop',)\"\n")
    ingest([out.parent / "given"], out, quiet)
    assert (track(out, A)["genres"], track(out, B)["genres"]) == (["dance pop", "pop"], ["hip hop"])


def test_one_artist_column_is_never_split(given, out):
    ingest([given("songs.csv", f'track_id,title,artist\n{A},T,"Earth, Wind; Fire"\n')], out, quiet)
    assert track(out, A)["artists"] == ["Earth, Wind; Fire"]


def test_zeros_that_mean_unknown_become_null_and_real_zeros_stay(given, out):
    names = ",".join(FEATURES)
    failed = "0,0.5,0,-9,0,0.1,0.2,0,0.1,0,0,0"
    given("songs.csv", f"track_id,title,{names}\n{A},T,{failed}\n{B},U,{','.join(['0'] * 12)}\n")
    report = ingest([out.parent / "given"], out, quiet)
    known = track(out, A)
    assert [known[name] for name in ("tempo", "time_signature", "danceability", "valence")] == [None] * 4
    assert (known["key"], known["mode"], known["instrumentalness"]) == (0, 0, 0)
    assert known["features_from"] == "file"
    silent = track(out, B)
    assert {silent[name] for name in (*FEATURES, "features_from")} == {None}
    assert report.values_left_out == {}


def test_a_value_out_of_range_becomes_null_and_is_listed_with_its_line(given, out):
    given("songs.csv", f"track_id,title,energy,key,tempo,duration_ms\n{A},T,0.5,3,120,9000\n{B},U,1.2,2.5,fast,-3\n")
    report = ingest([out.parent / "given"], out, quiet)
    known = track(out, B)
    assert {known[name] for name in ("energy", "key", "tempo", "duration_ms")} == {None}
    assert report.values_left_out == {
        "energy is not between 0 and 1": 1,
        "key is not a whole number between -1 and 11": 1,
        "tempo is not between 0 and 400": 1,
        "duration_ms is not a whole number between 1000 and 8.64e+07": 1,
    }
    assert {(fault["file"], fault["line"], fault["what"]) for fault in listed(out)} == {
        ("songs.csv", 3, "value left out")
    }
    assert "fast" in {fault["excerpt"] for fault in listed(out)}


def test_placeholders_are_null_without_a_count(given, out):
    words = ["", "NaN", "null", "None", "N/A"]
    rows = "".join(f"{ids.derive(catalogue_id=word or 'x')},T,{word}\n" for word in words)
    report = ingest([given("songs.csv", "track_id,title,energy\n" + rows)], out, quiet)
    assert tables.read(out, "tracks")["energy"].to_list() == [None] * len(words)
    assert report.values_left_out == {}


def test_bad_rows_are_counted_by_reason_and_listed_with_file_and_line(given, out):
    given("a.csv", f"playlist_id,position,track_id\np,0,{A}\np,x,{A}\n,2,{A}\np,3,tooshort\np,4,\np,5\n")
    given("b.parquet", {"playlist_id": ["q", "q"], "position": [0, -1], "track_id": [B, B]})
    report = ingest([out.parent / "given"], out, quiet)
    assert report.rows["entries"] == 2
    assert sorted((fault["file"], fault["line"], fault["reason"]) for fault in listed(out)) == [
        ("a.csv", 3, "position is not a whole number from 0"),
        ("a.csv", 4, "no playlist_id"),
        ("a.csv", 5, "malformed track id (ids of another catalogue belong in a column song_id)"),
        ("a.csv", 6, "no track id, and no artist with a title"),
        ("a.csv", 7, "wrong number of values"),
        ("b.parquet", 2, "position is not a whole number from 0"),
    ]
    assert sum(report.rows_left_out.values()) == 6


def test_ten_thousand_bad_rows_are_all_counted_and_a_thousand_listed(given, out):
    given("a.csv", f"playlist_id,position,track_id\np,0,{A}\n" + "p,1,bad\n" * 10_000)
    report = ingest([out.parent / "given"], out, quiet)
    assert sum(report.rows_left_out.values()) == 10_000
    assert len(listed(out)) == 1_000


def test_a_file_of_which_no_row_can_be_used_is_an_error_that_says_why(given, out):
    with pytest.raises(IngestError, match=r"no row of 'a\.csv' can be used.*malformed track id"):
        ingest([given("a.csv", "playlist_id,position,track_id\np,0,17\np,1,18\n")], out, quiet)


@pytest.mark.must("S1-07")
def test_listens_of_another_catalogue_get_stable_ids_and_counts_add_up(given, out):
    tracks = {"user_id": ["u", "u", "v"], "song_id": ["SOA", "SOA", "SOB"], "count": [2, 3, 1]}
    ingest([given("listens.parquet", tracks)], out, quiet)
    assert tables.read(out, "listens").rows() == [
        ("u", ids.derive(catalogue_id="SOA"), 5, None, "listens.parquet"),
        ("v", ids.derive(catalogue_id="SOB"), 1, None, "listens.parquet"),
    ]


def test_a_listens_table_without_counts_counts_its_rows_and_keeps_the_last_judgement(given, out):
    ingest([given("l.csv", "user,artist,title,value\nu,Ann,T,1\nu,Ann,T,0\nu,ann,t,-1\n")], out, quiet)
    assert tables.read(out, "listens").rows() == [("u", ids.derive(artist="Ann", title="T"), 3, -1, "l.csv")]


def test_local_files_are_identified_by_names(given, out):
    local = "spotify:local:Ann:LP:T:200"
    given("p.csv", f"playlist_id,position,track_uri,artist,title\np,0,{local},Ann,T\np,1,{local},,\n")
    report = ingest([out.parent / "given"], out, quiet)
    assert tables.read(out, "entries")["track_id"].to_list() == [ids.derive(artist="Ann", title="T")]
    assert report.rows_left_out == {"no track id, and no artist with a title": 1}


def test_the_same_playlist_given_twice_counts_once_and_repeats_inside_it_stay(given, out):
    for name in ("a.csv", "b.csv"):
        given(name, f"playlist_id,position,track_id\np,0,{A}\np,1,{B}\np,2,{A}\n")
    report = ingest([out.parent / "given"], out, quiet)
    assert (report.rows["entries"], report.repeated_rows) == (3, 3)


def test_without_positions_the_order_of_the_file_counts(given, out):
    ingest([given("a.csv", f"playlist_id,track_id\np,{B}\nq,{A}\np,{C}\n")], out, quiet)
    assert tables.read(out, "entries").select("playlist_id", "position", "track_id").rows() == [
        ("p", 0, B),
        ("p", 1, C),
        ("q", 0, A),
    ]


def test_numbers_of_a_slice_and_of_another_table_are_different_playlists(given, out):
    given("mpd.json", json.dumps({"playlists": [{"pid": 1, "tracks": [{"track_uri": A}]}]}))
    given("p.csv", f"playlist_id,position,track_id\n1,0,{B}\n")
    ingest([out.parent / "given"], out, quiet)
    assert tables.read(out, "playlists").height == 2


def test_features_come_as_one_set_from_the_best_origin(given, out):
    given("a.csv", f"track_id,title,energy,valence,feature_match\n{A},T,0.1,0.1,name_artist\n")
    given("b.csv", f"track_id,title,energy,valence,feature_match\n{A},U,0.9,,id\n")
    ingest([out.parent / "given"], out, quiet)
    known = track(out, A)
    assert (known["title"], known["features_from"], known["valence"]) == ("T", "id", None)
    assert known["energy"] == pytest.approx(0.9)


def test_control_characters_never_reach_a_table(given, out):
    given("p.parquet", {"track_id": [A], "title": ["a\0b\nc "], "artists": [["x\0"]]})
    ingest([out.parent / "given"], out, quiet)
    assert (track(out, A)["title"], track(out, A)["artists"]) == ("a b c", ["x"])


TYPES = {
    "binary": pl.Series("title", [b"T"]),
    "a category": pl.Series("title", ["T"], dtype=pl.Categorical),
    "bytes that are no text": pl.Series("title", [b"\xffT"]),
}


@pytest.mark.parametrize("column", TYPES.values(), ids=TYPES)
def test_text_in_another_column_type_is_read_as_text(given, out, column):
    ingest([given("t.parquet", {"track_id": [A], "title": column})], out, quiet)
    assert track(out, A)["title"].endswith("T")


def test_lists_in_parquet_hold_no_html_and_may_stand_beside_lists_of_ids(given, out):
    lists = {"artists": [["Ada &amp; Co", "Ben"]], "artist_ids": [["1", "2"]], "genres": [["R&amp;B"]]}
    ingest([given("t.parquet", {"track_id": [A], "title": ["T"], **lists})], out, quiet)
    assert (track(out, A)["artists"], track(out, A)["genres"]) == (["Ada & Co", "Ben"], ["r&b"])


def test_windows_1252_in_a_binary_column_is_text(given, out):
    ingest([given("t.parquet", {"track_id": [A], "title": pl.Series([b"Caf\xe9"])})], out, quiet)
    assert track(out, A)["title"] == "Café"


def test_the_report_of_files_with_odd_bytes_in_header_and_name_can_be_written(given, tmp_path):
    given(os.fsdecode(b"caf\xe9.csv"), "artist,title,added_at,Länge\nA,B,2020,3\n,,,\n".encode("cp1252"))
    built = ingest_stage(tmp_path / "work", [tmp_path / "given" / os.fsdecode(b"caf\xe9.csv")], quiet)
    assert built.report()["figures"]["columns_ignored"] == {"caf.csv": ["Länge"]}
    assert tables.read(built.path, "playlists")["name"].to_list() == ["café"]


@pytest.mark.parametrize("kind", [pl.List(pl.String), pl.Array(pl.String, 2)])
def test_several_artists_may_come_as_a_list_column(given, out, kind):
    artists = pl.Series("artists", [["Ann", " Ben "]], dtype=kind)
    ingest([given("t.parquet", {"track_id": [A], "title": ["T"], "artists": artists})], out, quiet)
    assert track(out, A)["artists"] == ["Ann", "Ben"]


@pytest.mark.parametrize("title", [[["a list"]], [{"a": "struct"}]])
def test_a_column_that_holds_no_plain_values_is_a_clear_error(given, out, title):
    with pytest.raises(IngestError, match=r"in the column 'title': expected text or numbers"):
        ingest([given("t.parquet", {"track_id": [A], "title": title})], out, quiet)


def test_counts_stop_at_what_the_table_can_hold(given, out):
    given("l.parquet", {"user_id": ["u", "u"], "track_id": [A, A], "count": [2**31 - 1, 5]})
    ingest([out.parent / "given"], out, quiet)
    assert tables.read(out, "listens")["count"].to_list() == [2**31 - 1]


WRONG = {
    "picture": ("playlists.csv", b"\x89PNG\r\n\x1a\n\0\0", "a PNG picture"),
    "archive": ("playlists.parquet", b"PK\x03\x04\0\0", "the archive breaks off or is damaged"),
    "gzip": ("playlists.csv", gzip.compress(b"playlist_id,track_id\n"), "a gzip archive"),
    "empty": ("playlists.json", b"", "is empty"),
    "header only": ("playlists.csv", b"playlist_id,track_id\n", "no row"),
    "other columns": ("playlists.csv", b"a,b\n1,2\n", "the columns 'a', 'b'"),
    "other parquet": ("playlists.parquet", {"a": [1]}, "the columns 'a'"),
    "broken parquet": ("playlists.parquet", b"PAR1" + b"\1" * 50, "begins like a Parquet file"),
    "other json": ("playlists.json", b'{"a": 1}', 'without a list of "playlists"'),
}


@pytest.mark.parametrize(("name", "content", "found"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_a_clear_error_and_an_earlier_ingest_is_untouched(given, out, name, content, found):
    ingest([given("good.csv", f"playlist_id,track_id\np,{A}\n")], out, quiet)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    given(name, content)
    with pytest.raises(IngestError) as raised:
        ingest([out.parent / "given"], out, quiet)
    assert found in str(raised.value)
    assert name in str(raised.value)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


@pytest.mark.parametrize("sources", [[], ["nowhere"], ["."]])
def test_nothing_to_ingest_is_an_error(tmp_path, out, sources):
    (tmp_path / "notes.md").write_text("no table")
    with pytest.raises(IngestError, match=r"nothing to ingest|does not exist|holds no file"):
        ingest([tmp_path / source for source in sources], out, quiet)


def test_meta_data_alone_is_an_error_that_says_what_to_add(given, out):
    with pytest.raises(IngestError, match="add a table of playlist entries"):
        ingest([given("about.csv", "playlist_id,name\np,Road\n")], out, quiet)


def test_the_stage_is_built_once_for_the_same_files_and_again_when_one_changes(given, tmp_path):
    file = given("p.csv", f"playlist_id,track_id\np,{A}\n")
    first = ingest_stage(tmp_path / "work", [file], quiet)
    again = ingest_stage(tmp_path / "work", [file], quiet)
    assert (first.reused, again.reused, again.path) == (False, True, first.path)
    assert first.report()["figures"]["rows"]["entries"] == 1
    given("p.csv", f"playlist_id,track_id\np,{A}\np,{B}\n")
    assert not ingest_stage(tmp_path / "work", [file], quiet).reused


def test_a_failed_stage_leaves_nothing_behind(given, tmp_path):
    with pytest.raises(IngestError):
        ingest_stage(tmp_path / "work", [given("a.csv", "a,b\n1,2\n")], quiet)
    assert list((tmp_path / "work").rglob("*.parquet")) == []
