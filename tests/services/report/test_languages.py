"""Tests of the languages of titles, with the real model."""

import pytest

from services.report.title_languages import TitleLanguages, by_script

languages = TitleLanguages()


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("I Want to Hold Your Hand", "en"),
        ("Stairway to Heaven", "en"),
        ("Подмосковные вечера", "ru"),
        ("夜に駆ける", "ja"),
        ("사랑해", "ko"),
        ("Ελλάδα", "el"),
        ("Halo", None),  # a name: too short to tell
        ("99 Luftballons", None),  # unsure
        ("", None),
        ("🎧 1999", None),
    ],
)
def test_only_sure_guesses_count(title: str, language: str | None) -> None:
    assert languages.of([title]) == [language]


def test_an_alphabet_of_one_language_needs_no_model() -> None:
    assert (by_script("あい"), by_script("a い"), by_script("Ελλάδα")) == ("ja", None, "el")


def test_guesses_are_kept_in_order() -> None:
    titles = ["I Want to Hold Your Hand", "Halo", "I Want to Hold Your Hand"]
    assert languages.of(titles) == ["en", None, "en"]
