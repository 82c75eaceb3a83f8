"""Tests of name keys: identity_key, fold_latin and is_nothing."""

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
