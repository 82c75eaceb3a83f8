"""Tests of name keys: identity_key, fold_latin and is_nothing."""

import sys
import unicodedata

import pytest

from kit.names import fold_latin, identity_key, is_nothing


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("バス", "パス"),
        ("バス", "ハス"),
        ("かき", "がき"),
        ("Мой", "Мои"),
        ("दिल", "दल"),
        ("ใหม่", "ใหม"),
        ("C", "C#"),
        ("C", "C++"),
        ("C#", "C++"),
        ("50", "50%"),
        ("schon", "schön"),
        ("Año", "Ano"),
        ("I ♥ You", "I You"),
        ("Keha", "Ke$ha"),
        ("1/2", "12"),
    ],
)
def test_identity_key_keeps_distinguishing_marks_and_signs(one: str, other: str) -> None:
    assert identity_key(one) != identity_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "Cafe\u0301"),
        ("ｶﾞｷ", "ガキ"),
        ("\uff23\uff03", "c#"),
        ("HALO!", " halo "),
        ("Straße", "STRASSE"),
        ("Don't", "Don\u2019t"),
        ("Title\u2122", "Title"),
        ("so\u00adft", "soft"),
        ("\ufeffHalo", "Halo"),
        ("☀\ufe0f Sun", "☀ Sun"),
        ("㍿ナンバー", "株式会社ナンバー"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert identity_key(one) == identity_key(other) != ""


def test_a_name_of_punctuation_only_has_no_key() -> None:
    assert identity_key("!!!") == ""


@pytest.mark.parametrize("name", ["İstanbul", "Ǆ", "ẞ", "ﷺ", "ｶﾞｷ", "Ω\u0345", "e\u0301\u0327"])
def test_identity_key_is_idempotent(name: str) -> None:
    assert identity_key(identity_key(name)) == identity_key(name)


def key_by_character(name: str) -> str:
    """The rules of identity_key, one character after the other."""
    plain = "".join(
        " " if character in "~|^`\u00b4\u00a8\u00a9\u00ae\u2117\u2120\u2122" else character for character in name
    )
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold())
    kept = []
    for character in folded:
        category = unicodedata.category(character)
        if category not in ("Cf", "Cs") and not "\ufe00" <= character <= "\ufe0f":
            kept.append(character if category[0] in "LMNS" or character in "#%@" else " ")
    return " ".join("".join(kept).split())


def test_keys_are_those_of_the_rules_for_all_scripts() -> None:
    """Every character up to the ideographs, and of these and of what follows every 61st."""
    points = [*range(0x3400), *range(0x3400, sys.maxunicode + 1, 61)]
    for first in range(0, len(points), 64):
        name = " ".join(f"a{chr(point)}B{chr(point)}" for point in points[first : first + 64])
        assert identity_key(name) == key_by_character(name), hex(points[first])


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", "Halo", "HALO (Remix) [2011] - feat. X & Y", "a~b|c^d`e", "C# / C++ 50% @home", "tab\there\x1f\x7f"),
        *(
            "Beyoncé \u2013 Déjà\u00a0Vu\u2122",
            "İSTANBUL ẞ ﬁn Ǆ",
            "バス ｶﾞｷ 株式会社 ㍿",
            "Мой край Ё",
            "दिल से",
            "ใหม่",
            "한국 \u1112\u1161\u11ab",
        ),
        *(
            "\ud83d half \udc00",
            "soft\u00adhyphen\u200d\ufe0f\ufeff",
            "👩\u200d🎤 ♥ ☀\ufe0f",
            "ﷺ \u0345Ω e\u0301\u0327",
            "½ ² № ℃",
        ),
    ],
)
def test_keys_are_those_of_the_rules_for_whole_names(name: str) -> None:
    assert identity_key(name) == key_by_character(name)


def test_accents_fold_on_latin_and_greek_letters_only() -> None:
    assert fold_latin("Beyoncé Mötley Ἀθῆνα") == "Beyonce Motley Αθηνα"
    for kept in ("がき", "Мой", "दिल", "ใหม่", "한국"):
        assert fold_latin(kept) == kept


@pytest.mark.parametrize("word", ["nan", "None", "null", "undefined", "N/A", "-", "\\N", "", " NaN "])
def test_placeholders_for_missing_values_are_nothing(word: str) -> None:
    assert is_nothing(word)


@pytest.mark.parametrize("word", ["0", "1.0", "Nana", "no", "USRC17607839"])
def test_other_words_are_not_placeholders(word: str) -> None:
    assert not is_nothing(word)
