"""Genres and languages of the likes, with the share of likes for which they are known.

Genres are the release's tags. A language is guessed from the words of a title, which are few: `languages` takes only
guesses that services.report.title_languages calls sure, counts the others as unknown, and says how many are known.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from kit.release import Ints
from kit.wire.report_sections import Coverage, GenreItem, Genres, LanguageItem, Languages
from services.report.analyses import claims
from services.report.analyses.portions import Share, shares

MOST_ITEMS = 12
STATED_FROM = 0.6
"""Coverage from which languages are stated in a sentence."""
LANGUAGES = {
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def coverage(known: int, of: int) -> Coverage:
    """How many of how many are known."""
    return Coverage(known=known, of=of, share=round(known / of, 4) if of else 0.0)


def genres(
    tagged: Sequence[Ints], names: Sequence[str], catalogue_counts: Ints, catalogue_tagged: int
) -> tuple[Genres, dict[str, Share]]:
    """From the genre numbers of each like: the most frequent genres, and the shares of all by name.

    Claims are corrected for every genre of the catalogue that could have been called more frequent.
    """
    known = [numbers for numbers in tagged if len(numbers)]
    own = np.bincount(np.concatenate(known), minlength=len(names)) if known else np.zeros(len(names), np.int64)
    usual = catalogue_counts / max(catalogue_tagged, 1)
    found = shares(own.tolist(), len(known), usual.tolist(), claims.ALPHA["genres"], claims.FEWEST, len(names))
    frequent = [at for at in np.argsort(-own, kind="stable")[:MOST_ITEMS].tolist() if own[at]]
    items = [GenreItem(name=names[at], **found[at].fields) for at in frequent]
    every = {names[at]: found[at] for at in np.flatnonzero(own).tolist()}
    return Genres(coverage=coverage(len(known), len(tagged)), items=items), every


def languages(guessed: Sequence[str | None]) -> Languages:
    """From the language of each like, None where no guess is sure."""
    counts = Counter(one for one in guessed if one)
    known = counts.total()
    items = [
        LanguageItem(language=code, name=LANGUAGES[code], n=n, share=round(n / known, 4))
        for code, n in counts.most_common(MOST_ITEMS)
    ]
    covered = coverage(known, len(guessed))
    stated = len(guessed) >= claims.FEWEST and covered.share >= STATED_FROM
    return Languages(coverage=covered, stated=stated, items=items)
