"""Guesses the language of a title with py3langid; the model is loaded at the first guess and guesses are kept.

Titles have a few words, and a classifier of documents is often wrong about them. A guess counts when the model is at
least SURE among the languages of the report and the title has LETTERS letters; a title in an alphabet that one language
of the report writes (Hangul, kana, Greek, Hebrew) counts at any length.
"""

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from services.report.analyses.genres_and_languages import LANGUAGES

SURE = 0.9
LETTERS = 10
SHORT_LETTERS = 2
KEPT = 200_000
SCRIPTS = (("぀", "ヿ", "ja"), ("가", "힣", "ko"), ("Ͱ", "Ͽ", "el"), ("֐", "׿", "he"))


class TitleLanguages:
    """Languages of titles; one per process. Safe to use from several threads."""

    def __init__(self) -> None:
        self._known: dict[str, str | None] = {}
        self._lock = threading.Lock()

    def of(self, titles: Sequence[str]) -> list[str | None]:
        """The language (ISO 639-1) of each title, None where no guess is sure."""
        with self._lock:
            if len(self._known) > KEPT:
                self._known.clear()
            for title in titles:
                if title not in self._known:
                    self._known[title] = by_script(title) or self._guess(title)
            return [self._known[title] for title in titles]

    def _guess(self, title: str) -> str | None:
        if sum(character.isalpha() for character in title) < LETTERS:
            return None
        language, probability = self._model.classify(title.lower())
        return str(language) if probability >= SURE else None

    @cached_property
    def _model(self) -> Any:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # loads 4 MB: not before a report needs it

        model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        model.set_languages(list(LANGUAGES))
        return model


def by_script(title: str) -> str | None:
    """The language of a title with SHORT_LETTERS letters of an alphabet that only one language of the report has."""
    for first, last, language in SCRIPTS:
        if sum(first <= character <= last for character in title) >= SHORT_LETTERS:
            return language
    return None
