"""Tests of the index of mutes: which rows of a release artists, genres and version types name."""

from dataclasses import replace

import polars as pl
import pytest

from kit.ids import artist_id
from kit.muting import MutingIndex
from kit.recordings.version_types import VersionType
from kit.release import Release
from kit.wire.mutes import Mutes
from pipelines.release.write import write_release
from tests import worlds

CREDITS = {
    10: ("Amber Song 10", ["The Vane"]),
    11: ("Amber Song 11", ["Vane"]),
    12: ("Amber Song 12 (feat. Vane)", ["Amber Band 2"]),
    13: ("Amber Song 13", ["Amber Band 2 feat. Vane"]),
    14: ("Amber Song 14", ["Vane & Amber Band 1"]),
    15: ("Amber Song 15", ["Vane, Rain & Hail"]),
    16: ("Amber Song 16", ["Amber Band 3", "Vane"]),
    17: ("Amber Song 17 (with Vane)", ["Amber Band 3"]),
    18: ("Vane", ["Amber Band 3"]),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> MutingIndex:
    content = worlds.content()
    known = {worlds.track_id(i): {"title": title, "artists": artists} for i, (title, artists) in CREDITS.items()}
    rows = [row | known.get(row["track_id"], {}) for row in content.tracks.iter_rows(named=True)]
    tracks = pl.DataFrame(rows, schema=content.tracks.schema)
    return MutingIndex.of(write_release(tmp_path_factory.mktemp("muting"), replace(content, tracks=tracks)))


def numbers(release: Release, rows: frozenset[int]) -> set[int]:
    held = {worlds.track_id(i): i for i in range(worlds.SIZE)}
    return {held[release.track_id(row)] for row in rows}


@pytest.mark.parametrize("name", ["Vane", "The Vane"])
def test_an_artist_is_muted_in_every_spelling_and_as_a_guest(index: MutingIndex, name: str) -> None:
    muted = numbers(index.release, index.muted(Mutes(artists=[artist_id(name)])))
    assert muted == {10, 11, 12, 13, 14, 16, 17}  # not 15: Rain and Hail stand alone nowhere


def test_a_joined_name_mutes_neither_of_its_artists_alone(index: MutingIndex) -> None:
    assert numbers(index.release, index.muted(Mutes(artists=[artist_id("Vane, Rain & Hail")]))) == {15}


def test_an_unknown_artist_mutes_nothing(index: MutingIndex) -> None:
    assert index.muted(Mutes(artists=[artist_id("Nobody")])) == frozenset()


@pytest.mark.parametrize("spelling", ["basalt", "BASALT", " Bas-alt "])
def test_a_genre_is_muted_in_every_spelling(index: MutingIndex, spelling: str) -> None:
    muted = numbers(index.release, index.muted(Mutes(genres=[spelling])))
    assert muted == {50 + number for number in range(50) if number not in (46, 47)}


def test_versions_are_muted_by_the_labels_of_their_titles(index: MutingIndex) -> None:
    assert numbers(index.release, index.muted(Mutes(versions=[VersionType.LIVE]))) == {2, 52, 102, 152}
    assert index.muted(Mutes(versions=[VersionType.KARAOKE])) == frozenset()


def test_mutes_add_up_and_none_mute_nothing(index: MutingIndex) -> None:
    both = Mutes(genres=["amber"], versions=[VersionType.LIVE])
    parts = index.muted(Mutes(genres=["amber"])) | index.muted(Mutes(versions=[VersionType.LIVE]))
    assert index.muted(both) == parts
    assert index.muted(Mutes()) == frozenset()
    assert not Mutes()
