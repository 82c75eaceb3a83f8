"""Tests of genre keys: equivalent spellings, and genres that stay distinct."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.genres import as_held, genre_key, spellings


@pytest.mark.parametrize(
    "names",
    [
        ("hip hop", "Hip-Hop", "HIPHOP", "hip_hop", "Hip\u2013Hop"),
        ("r&b", "R & B", "RnB", "r'n'b", "R and B", "Rhythm and Blues", "rhythm & blues"),
        ("drum and bass", "Drum & Bass", "drum'n'bass", "DnB", "d&b", "drum-n-bass"),
        ("k-pop", "KPop", "K Pop", "Korean pop"),
        ("lo-fi", "LoFi", "lo fi"),
        ("rock and roll", "Rock 'n' Roll", "rock\u2019n\u2019roll", "RocknRoll"),
        ("m\u00fasica mexicana", "Musica Mexicana"),
        ("synth-pop", "synthpop", "Synth Pop"),
        ("シティポップ", "シティ・ポップ"),
    ],
)
def test_spellings_of_one_genre_have_one_key(names: tuple[str, ...]) -> None:
    assert len({genre_key(name) for name in names}) == 1


def test_distinct_genres_have_distinct_keys() -> None:
    names = ["hip hop", "rap", "trip hop", "pop", "k-pop", "j-pop", "rock", "post-rock", "rock and roll", "electronic"]
    names += ["electronica", "r&b", "blues", "bass", "drum and bass", "n", "and", "!!!"]
    assert [pair for pair in combinations(names, 2) if genre_key(pair[0]) == genre_key(pair[1])] == []


@given(st.text(max_size=80))
def test_genre_keys_are_not_empty_and_ignore_case(name: str) -> None:
    assert genre_key(name) == "" or genre_key(name).strip()
    assert genre_key(name + " ") == genre_key(name)


def test_a_requested_genre_gives_all_stored_spellings() -> None:
    held = spellings(["hip hop", "Hip-Hop", "jazz"])
    assert as_held(["HIPHOP", "Jazz", "hip hop", "polka"], held) == (["Hip-Hop", "hip hop", "jazz"], ["polka"])
