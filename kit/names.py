"""Normalises names of tracks and artists to comparison keys (Unicode folding, punctuation, accents).

identity_key   two names with the same key are the same name; every letter of every script is kept
fold_latin     removes accents from Latin and Greek letters, for search and for comparing editions
is_nothing     detects placeholders for missing values ("nan", "N/A", "\\N"), which are never ids
"""

import unicodedata

NOTHING = frozenset({"", "nan", "none", "null", "nil", "undefined", "n/a", "#n/a", "na", "<na>", "-", "--", "\\n", "?"})
"""Compared in lower case without outer blanks."""

_SIGNS = frozenset("#%@")  # punctuation by category, but C and C# or 50 and 50% are different names
_ORNAMENTS = frozenset("~|^`\u00b4\u00a8\u00a9\u00ae\u2117\u2120\u2122")  # symbols by category that only decorate
_INVISIBLE = frozenset({"Cf", "Cs"})  # joiners, soft hyphens, byte-order marks, halves of a surrogate pair
_ACCENTED = ("LATIN", "GREEK")


def identity_key(name: str) -> str:
    """Normalises a name: compatibility forms and case folded, punctuation and blanks reduced to one blank.

    Letters, marks, numbers and symbols stay, accents included: Unicode's general categories L, M, N and S, and the
    signs # % @. A name of punctuation only gives "".
    """
    plain = name.translate(_UNORNAMENTED)
    folded = plain.lower() if plain.isascii() else _folded(plain)  # NFKC leaves ASCII as it is
    return " ".join(folded.translate(_KEPT).split())


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


class _Kept(dict[int, str]):
    """What each code point becomes in a key, looked up once: itself, a blank or nothing."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        category = unicodedata.category(character)
        if category in _INVISIBLE or "\ufe00" <= character <= "\ufe0f":  # variation selectors choose a picture only
            kept = ""
        else:
            kept = character if category[0] in "LMNS" or character in _SIGNS else " "
        self[point] = kept
        return kept


_KEPT = _Kept()
_UNORNAMENTED = dict.fromkeys(map(ord, _ORNAMENTS), " ")


def folded_key(name: str) -> str:
    """The identity key without Latin and Greek accents: the same for "Beyonc\u00e9" and "beyonce"."""
    return fold_latin(identity_key(name))


def fold_latin(text: str) -> str:
    """Removes the accents of Latin and Greek letters ("Beyonc\u00e9" -> "Beyonce"); other scripts are unchanged.

    A voiced kana, \u0439, a vowel sign of Devanagari or Thai keeps its mark: without it, it is another letter.
    """
    if text.isascii():
        return text
    kept: list[str] = []
    accented = False
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.combining(character):
            if accented:
                continue
        else:
            accented = unicodedata.name(character, "").startswith(_ACCENTED)
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def is_nothing(text: str) -> bool:
    """True for a placeholder of a missing value; `text` is a cell of an id column."""
    return text.strip().lower() in NOTHING
