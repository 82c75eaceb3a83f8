"""Tests of parsing track references to their canonical form."""

import re

import pytest

from kit import references
from kit.ids import MalformedId
from kit.references import MalformedReference, parse

ID = "00q7PbG09nk81j2pC7KCjY"
MBID = "0f8b3c52-7b7e-4a26-9d1c-0a4b4e7c9f11"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (ID, ID),
        (f"{ID}?si=5f2c", ID),
        (f"spotify:track:{ID}", ID),
        (f"https://open.spotify.com/track/{ID}?si=5f2c&nd=1", ID),
        (f"http://open.spotify.com/intl-de/track/{ID}#x", ID),
        (MBID, MBID),
        (MBID.upper(), MBID),
        (f"https://musicbrainz.org/recording/{MBID}", MBID),
        ("QMXX12500003", "QMXX12500003"),
        ("qm-xx1-25-00003", "QMXX12500003"),
    ],
)
def test_references_are_parsed_to_a_canonical_form(written: str, meant: str) -> None:
    assert parse(written) == meant == parse(meant)
    assert re.fullmatch(references.PATTERN, written)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "short",
        ID + "x",
        ID[:-1] + "-",
        ID + "\n",
        f"spotify:album:{ID}",
        f"spotify:track:{MBID}",
        MBID[:-1],
        "QMXX1250000",
        "12XX12500003",
        f"https://example.org/track/{ID}",
        f"{ID}?{'a' * 300}",
        "\u0660" * 22,
    ],
)
def test_anything_else_is_malformed(text: str) -> None:
    with pytest.raises(MalformedReference, match="names no track"):
        parse(text)
    assert not re.fullmatch(references.PATTERN, text)


def test_an_id_beyond_128_bits_is_malformed_in_every_form() -> None:
    for written in ("Z" * 22, f"spotify:track:{'Z' * 22}"):
        with pytest.raises(MalformedId, match="larger than 128 bits"):
            parse(written)
