"""Tests of CSV tables as playlists: keys, names, likes, ids."""

from pathlib import Path

import pytest

from kit import ids
from kit.formats.user_exports import PlaylistEntry, Rating
from kit.wire.catalog import FEATURES
from tests.kit.formats.user_exports.opening import read, reasons

COPPER = "00D7xFbi4mgjcwUvokPvpj"
MOST = "Most liked songs of 2020"


@pytest.mark.parametrize("column", ["playlist_id", "playlist_name"])
def test_the_key_of_a_playlist_is_short_and_tells_playlists_apart(tmp_path: Path, column: str) -> None:
    rows = "".join(f"{'x' * 100_000}{end},Halo,Bea\n" for end in "aba")
    _, records = read(tmp_path, f"{column},title,artist\n{rows}", "mix.csv")
    keys = [one.playlist for one in records if isinstance(one, PlaylistEntry)]
    assert keys[0] == keys[2] != keys[1]
    assert {len(key) for key in keys} == {16}


def test_a_table_of_playlists_without_tracks_is_counted(tmp_path: Path) -> None:
    _, records = read(tmp_path, "playlist_id,playlist_name\n1,Evening\n2,Night\n")
    assert reasons(records) == {"names no track": 2}


@pytest.mark.parametrize("name", [MOST, "Liked Songs", "mix.csv"])
def test_the_name_in_a_column_is_that_of_a_playlist(tmp_path: Path, name: str) -> None:
    """Field case L-08: a playlist called mix.csv keeps its name."""
    _, records = read(tmp_path, f"playlist_name,title,artist\n{name},Halo,Bea\n", "Liked_Songs.csv")
    assert [one.name for one in records if isinstance(one, PlaylistEntry)] == [name]


@pytest.mark.parametrize(
    ("name", "liked"),
    [(f"{MOST}.csv", False), ("Unliked Songs.csv", False), ("Liked_Songs.csv", True), ("liked tracks (2).csv", True)],
)
def test_only_the_whole_name_of_a_file_makes_it_likes(tmp_path: Path, name: str, liked: bool) -> None:
    for row in (
        "title,artist\nHalo,Bea\n",
        f"{'x,' * 18}x\nspotify:track:{COPPER},Halo,spotify:artist:1,Bea{',' * 15}\n",
    ):
        [record] = read(tmp_path, row, name)[1]
        assert isinstance(record, Rating if liked else PlaylistEntry)
        if isinstance(record, PlaylistEntry):
            assert record.name == Path(name).stem


@pytest.mark.parametrize(
    ("given", "spotify"),
    [
        (f"spotify:track:{COPPER}", COPPER),
        (f"https://open.spotify.com/track/{COPPER}?si=1", COPPER),
        (COPPER, ""),
        (ids.derive(artist="Bea", title="Halo"), ""),
    ],
)
def test_a_spotify_id_comes_from_a_uri_or_link_only(tmp_path: Path, given: str, spotify: str) -> None:
    """A bare id may be one that we derived: as a Spotify id it would be matched without a comparison of names."""
    _, [record] = read(tmp_path, f"track_id,title,artist,playlist_id\n{given},Halo,Bea,1\n")
    assert isinstance(record, PlaylistEntry)
    assert (record.track.spotify, record.track.title) == (spotify, "Halo")


APP = [
    *(
        f"spotify:track:{COPPER}",
        "Halo",
        "spotify:artist:1",
        "Bea",
        "spotify:album:1",
        "Sky",
        "spotify:artist:1",
        "Bea",
    ),
    *("2020", "", "1", "1", "201000", "", "false", "5", "QMXX12500003", "me", "2020-01-01T00:00:00Z"),
]
SOUND = ["0.5", "0.25", "11", "-6.5", "1", "0.03", "0.1", "0", "0.2", "0.4", "120.5", "4"]


def app_table(width: int, *rows: list[str]) -> str:
    """As Exportify.app writes it, with a header in another language."""
    return "".join(f"{','.join(cells)}\n" for cells in ([f"Spalte {at}" for at in range(width)], *rows))


@pytest.mark.parametrize("genres", [[], ["indie"]])
@pytest.mark.parametrize("album", [[], ["indie", "Iris", "(c)"]])
def test_audio_features_of_exportify_app_by_position(tmp_path: Path, genres: list[str], album: list[str]) -> None:
    whole = [*APP, *genres, *SOUND, *album]
    _, records = read(tmp_path, app_table(len(whole), whole))
    [found] = [one.track.features for one in records if isinstance(one, PlaylistEntry)]
    assert found is not None
    named = dict(zip(FEATURES, found, strict=True))
    assert (named["danceability"], named["key"], named["loudness"], named["time_signature"]) == (0.5, 11, -6.5, 4)
    assert found == tuple(map(float, SOUND))


def test_a_row_of_exportify_app_without_features_has_none_though_others_have(tmp_path: Path) -> None:
    """It is short: the columns behind the missing ones stand in their place."""
    whole, short = [*APP, "indie", *SOUND, "indie", "0.5", "1"], [*APP, "indie", "0.5", "0.5", "1"]
    _, records = read(tmp_path, app_table(35, short, whole, short, [*whole, "more"]))
    found = [one.track.features is not None for one in records if isinstance(one, PlaylistEntry)]
    assert found == [False, True, False, False]


def test_a_table_of_exportify_app_without_features_has_none(tmp_path: Path) -> None:
    for more in ([], ["indie"], ["0.5", "0.5", "1"], ["indie", "0.5", "0.5", "1"]):
        _, [record] = read(tmp_path, app_table(len(APP) + len(more), [*APP, *more]))
        assert isinstance(record, PlaylistEntry)
        assert record.track.features is None
