"""Tests of the types of versions that labels of titles name."""

import pytest

from kit.recordings.version_types import VersionType, version_types

ACOUSTIC, COVER, DEMO, INSTRUMENTAL, KARAOKE, LIVE, REMIX, SLOWED, SPED_UP = sorted(VersionType)


@pytest.mark.parametrize(
    ("title", "types"),
    [
        ("Halo (Live at Wembley)", {LIVE}),
        ("Halo - Live", {LIVE}),
        ("Halo - Live / 2011 Remaster", {LIVE}),
        ("Halo (En Vivo)", {LIVE}),
        ("Halo - Ao Vivo", {LIVE}),
        ("Halo\uff08ライブ\uff09", {LIVE}),
        ("Halo - MTV Unplugged", {LIVE, ACOUSTIC}),
        ("Halo (Acoustic)", {ACOUSTIC}),
        ("Halo - Slowed + Reverb", {SLOWED}),
        ("Halo (sped up)", {SPED_UP}),
        ("Halo [Nightcore]", {SPED_UP}),
        ("Halo (DJ Somebody Remix)", {REMIX}),
        ("Halo (Club Mix) [Live]", {REMIX, LIVE}),
        ("Halo (Karaoke Version)", {KARAOKE}),
        ("Halo [In the Style of Somebody]", {KARAOKE}),
        ("Halo (Instrumental)", {INSTRUMENTAL}),
        ("Halo - Demo", {DEMO}),
        ("Halo (Originally Performed by Somebody)", {COVER}),
    ],
)
def test_labels_name_types(title: str, types: set[VersionType]) -> None:
    assert version_types(title) == types


@pytest.mark.parametrize(
    "title",
    [
        "Live and Let Die",
        "Halo (Live Your Life)",
        "Halo (Where We Live)",
        "Halo (feat. Live)",
        "Remix to Ignition",
        "Cover Me",
        "Halo (Original Mix)",
        "Halo - 2018 Mix",
        "Halo (Stereo Mix)",
        "Halo - 2011 Remaster",
        "Halo (Radio Edit)",
        "(" * 5_000,
        "",
    ],
)
def test_titles_and_editions_name_none(title: str) -> None:
    assert version_types(title) == frozenset()


def test_a_karaoke_artist_makes_karaoke_versions() -> None:
    assert version_types("Halo", ["Evening Karaoke"]) == {KARAOKE}
