"""Which titles and artist cells are copies of one recording, and which are not."""

import numpy as np
import pytest

from kit.recordings.artist_names import main_artists
from pipelines.recordings.groups import groups, recording_title

LABELS = (
    " - 2006 Remaster / Mono",
    " - 2009 Stereo Remaster",
    " - Single Version / Remastered",
    " - Original Mix",
    " - Explicit Version",
    " - Deluxe Version",
    " - Radio Mix",
    " - Edit",
    " - 40th Anniversary Edition",
    " (Remasterizado)",
    " (Remasterisé)",
    " [Remastérisé en 2011]",
    " - Remasterizado en 2014",
    " (Versión Remasterizada 2003)",
    " (Digital remastert)",
    " (Neu remastert 2011)",
    " (Rimasterizzato)",
    " [Geremasterd]",
    " (Ремастер 2011)",
    "\uff08リマスター\uff09",
    "\uff082011年リマスター版\uff09",
    "【デジタル・リマスター】",
    " (2015 리마스터 버전)",
    "\uff3bRemastered 2011\uff3d",
    " {Mono Version}",
    " - Remastered in 2011",
    " (Remastered) [Mono] - Deluxe Edition",
    " - Radio Edit - 2012 Remaster",
    " (Edición 25 Aniversario)",
    " (Édition du 40e anniversaire)",
    " [Jubiläumsausgabe]",
    " (Album Version) [Explicit]",
    " Remastered 2009",
    " (Official Video)",
    " [Bonus Track]",
    " (feat. Ada Pell)",
    " [ft. Ada Pell & Kim Lo]",
    " featuring Ada Pell",
    " - with Ada Pell",
    " (con Ada Pell)",
    " (& Ada Pell)",
    " (x Ada Pell)",
)


@pytest.mark.parametrize("label", LABELS)
def test_editions_and_guests_are_the_same_recording(label: str) -> None:
    assert recording_title(f"Tin Comet{label}") == "tin comet"


@pytest.mark.parametrize(
    "label",
    [
        " - Live",
        " (Live at Pier 9)",
        " - Live / 2011 Remaster",
        " (En vivo)",
        "\uff08ライブ\uff09",
        " - Remix",
        " (feat. Ada Pell) [Kim Lo Remix]",
        " - feat. Ada Pell [Kim Lo Edit]",
        " - Club Mix",
        " - Extended Mix",
        " - 2018 Mix",
        " - 2016 Edit",
        " (Acoustic Version)",
        " - Instrumental",
        " (Karaoke Version)",
        "\uff08カラオケ\uff09",
        " - Demo",
        " (Sped Up Version)",
        " (Cover)",
        " (Version)",
        " (Nova's Version)",
        " (with Strings)",
        " (con Mariachi)",
        " (With Me)",
        ", Pt. 2",
        " - Alternate Take",
        " - From the Pier 9 Sessions",
        " (Spanish Version)",
        " - X Version",
        " - Studio Version",
        " (EP Version)",
    ],
)
def test_another_performance_or_mix_is_another_recording(label: str) -> None:
    assert recording_title(f"Tin Comet{label}") != "tin comet"


def test_an_edition_of_a_live_take_is_that_live_take() -> None:
    assert recording_title("Tin Comet - Live / 2011 Remaster") == recording_title("Tin Comet (Live)")
    assert recording_title("Tin Comet - Live; Remastered") == recording_title("Tin Comet - Live")


@pytest.mark.parametrize("title", ["Remastered", "(Remastered)", "Mono", "Radio Edit", "!!!", "リマスター"])
def test_a_title_that_is_a_label_keeps_it(title: str) -> None:
    assert recording_title(title) == title.strip("()").lower()


def grouped(*tracks: tuple[str, list[str], int]) -> list[int]:
    titles, artists, seconds = zip(*tracks, strict=True)
    return groups(titles, artists, np.array(seconds, np.int32) * 1000).tolist()


@pytest.mark.parametrize(
    "cells",
    [
        ["Grey Owl", "Kim Lo"],
        ["Grey Owl & Kim Lo"],
        ["Grey Owl, Kim Lo"],
        ["Grey Owl x Kim Lo"],
        ["Grey Owl with Kim Lo"],
        ["Grey Owl con Kim Lo"],
        ["Grey Owl feat. Kim Lo"],
        ["Grey Owl (ft. Kim Lo)"],
        ["Grey Owl Featuring Kim Lo & Ada Pell"],
        ["The Grey Owl"],
        ["Grey Owl, The"],
        ["GREY ÓWL"],
    ],
)
def test_guests_and_partners_in_the_artist_cell_are_the_same_recording(cells: list[str]) -> None:
    assert grouped(("Ash", ["Grey Owl"], 200), ("Ash", cells, 203)) == [0, 0]


def test_a_guest_in_the_title_is_the_guest_in_the_artist_cell() -> None:
    assert grouped(("Ash (feat. Kim Lo)", ["Grey Owl"], 200), ("Ash", ["Grey Owl", "Kim Lo"], 200)) == [0, 0]


def test_different_guests_are_different_recordings() -> None:
    tracks = [("Ash (feat. Kim Lo)", ["Grey Owl"], 200), ("Ash (feat. Ada Pell)", ["Grey Owl"], 201)]
    assert grouped(*tracks) == [0, 1]
    assert grouped(("Suite", ["Old Master", "North Orchestra"], 200), ("Suite", ["Old Master", "Choir"], 200)) == [0, 1]


def test_a_joined_name_of_unknown_duration_stands_alone() -> None:
    assert grouped(("Intro", ["Earth"], 60), ("Intro", ["Earth, Wind & Sky"], 60), ("Intro", ["Earth & Co"], -1)) == [
        0,
        0,
        1,
    ]


def test_joined_names_count_for_the_first_artist_when_that_one_stands_alone() -> None:
    cells = ["Kim Lo", "Kim Lo & Ada Pell", "Kim Lo, Oren", "Kim Lo feat. X", "The Kim Lo", "Earth, Wind & Sky", None]
    numbers = main_artists(cells).tolist()
    assert numbers[:5] == [numbers[0]] * 5
    assert numbers[5] not in (numbers[0], -1)
    assert numbers[6] == -1
    assert len(set(main_artists(["Tyler, The Maker", "Sam & Max", "Max"]).tolist())) == 3
