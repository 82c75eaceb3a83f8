"""Tests of track ids: encoding, parsing and derivation."""

from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from kit import ids
from kit.wire.catalog import TrackId

SPOTIFY = "7KXjTSCq5nL1LoYtL7XAwS"


@given(st.integers(0, (1 << 128) - 1))
def test_encoding_and_decoding_an_id_round_trips(number: int) -> None:
    text = ids.encode(UUID(int=number))
    assert len(text) == ids.LENGTH
    assert ids.decode(text).int == number


@given(st.integers(0, (1 << 128) - 2))
def test_ids_sort_as_their_numbers_do_in_the_alphabets_order(number: int) -> None:
    rank = {character: position for position, character in enumerate(ids.ALPHABET)}
    first, second = (ids.encode(UUID(int=n)) for n in (number, number + 1))
    assert [rank[c] for c in first] < [rank[c] for c in second]


@pytest.mark.parametrize(
    "text", ["", "abc", SPOTIFY + "x", SPOTIFY[:-1] + "-", "Z" * 22, " " * 22, "é" * 22, SPOTIFY + "\n"]
)
def test_a_malformed_id_is_refused_by_name(text: str) -> None:
    with pytest.raises(ids.MalformedId, match="is not a track id"):
        ids.decode(text)
    assert not ids.is_track_id(text)


@pytest.mark.parametrize(
    "text",
    [
        SPOTIFY,
        f" {SPOTIFY} ",
        f"spotify:track:{SPOTIFY}",
        f"https://open.spotify.com/track/{SPOTIFY}?si=1",
        f"https://open.spotify.com/intl-de/track/{SPOTIFY}",
    ],
)
def test_a_spotify_track_keeps_its_id_however_it_is_written(text: str) -> None:
    assert ids.parse(text) == SPOTIFY


@given(st.text(st.sampled_from(ids.ALPHABET), min_size=22, max_size=22))
def test_parse_accepts_exactly_decodable_ids(text: str) -> None:
    try:
        parsed = ids.parse(text)
    except ids.MalformedId:
        parsed = ""
    assert (parsed == text) is ids.is_track_id(text)


@pytest.mark.parametrize("text", ["spotify:album:" + SPOTIFY, "https://example.com/track/" + SPOTIFY, "Hey Ya!"])
def test_what_is_not_a_track_is_not_parsed(text: str) -> None:
    with pytest.raises(ids.MalformedId):
        ids.parse(text)


def test_derived_ids_ignore_spelling_differences() -> None:
    assert ids.derive(artist="Beyoncé", title="Halo") == ids.derive(artist=" BEYONCE\u0301", title="halo!")
    assert ids.derive(artist="Beyoncé", title="Halo") != ids.derive(artist="Beyonce", title="Halo")
    assert ids.artist_id("Beyoncé") == ids.artist_id("beyonce")
    assert ids.artist_id("Край") != ids.artist_id("Краи")
    assert ids.derive(artist="Beyoncé", title="Halo") != ids.derive(artist="Halo", title="Beyoncé")


def test_the_strongest_identifier_determines_the_derived_id() -> None:
    assert ids.derive(mbid="A", artist="x", title="y") == ids.derive(mbid="a", isrc="USRC17607839")
    assert ids.derive(isrc="US-RC1-76-07839") == ids.derive(isrc="usrc17607839")


def test_deriving_an_id_without_any_identifier_is_an_error() -> None:
    with pytest.raises(ids.MalformedId, match="an MBID, an ISRC, or an artist and a title"):
        ids.derive(title="Untitled")


def test_artists_in_other_scripts_have_distinct_ids() -> None:
    assert ids.artist_id("!!!") != ids.artist_id("???")
    assert ids.artist_id("BTS") == ids.artist_id("bts")


def test_a_catalogue_id_determines_the_track_id_whatever_the_names() -> None:
    assert ids.derive(catalogue_id="SOMOSIA12A81C212BD") == ids.derive(
        catalogue_id="SOMOSIA12A81C212BD", artist="A", title="T"
    )
    assert ids.is_track_id(ids.derive(catalogue_id="SOMOSIA12A81C212BD"))


def test_a_track_id_is_not_an_mbid_or_isrc_of_the_same_text() -> None:
    assert len({ids.derive(catalogue_id="x"), ids.derive(mbid="x"), ids.derive(isrc="x")}) == 3


@pytest.mark.parametrize("text", ["QM-XX1-25-00003", "qmxx12500003", " QM XX1 25 00003 "])
def test_an_isrc_is_compared_without_blanks_and_hyphens(text: str) -> None:
    assert ids.isrc(text) == "QMXX12500003"


@pytest.mark.parametrize("text", ["", "nan", "QMXX1250000", "QMXX125000033", "12XX12500003"])
def test_text_that_is_not_an_isrc_gives_none(text: str) -> None:
    assert ids.isrc(text) is None


MBID = "b1a9c0e9-d987-4042-ae91-78d6a3267d69"


@pytest.mark.parametrize("text", [MBID, MBID.upper(), f"https://musicbrainz.org/recording/{MBID}"])
def test_mbids_are_normalised_to_lower_case(text: str) -> None:
    assert ids.mbid(text) == MBID


@pytest.mark.parametrize("text", ["", "None", MBID[:-1], "00000000-0000-0000-0000-000000000000"])
def test_text_that_is_not_an_mbid_gives_none(text: str) -> None:
    assert ids.mbid(text) is None


@given(st.one_of(st.text(of, min_size=ids.LENGTH, max_size=ids.LENGTH) for of in (ids.ALPHABET, "67MNO8")))
@example("7N42dgm5tFLK9N8MT7fHC7")
@example("7N42dgm5tFLK9N8MT7fHC8")
@example("7MZZZZZZZZZZZZZZZZZZZZ")
def test_a_request_takes_the_ids_that_are_within_128_bits(text: str) -> None:
    try:
        TypeAdapter(TrackId).validate_python(text)
        taken = True
    except ValidationError:
        taken = False
    assert taken == ids.is_track_id(text)
