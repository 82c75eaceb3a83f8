"""Normalises e-mail addresses for comparison, and validates display names."""

import unicodedata
from collections.abc import Collection

from kit.errors import Malformed

UNSHOWABLE = ("Cc", "Cs", "Zl", "Zp")  # control characters, lone surrogates, line and paragraph separators


def email_key(email: str) -> str:
    """The comparison key of an e-mail address: "Ann@Example.org" and "ann@example.org" are one account.

    RFC 5321 allows case-sensitive local parts; in practice servers and people ignore case.
    """
    folded = unicodedata.normalize("NFKC", email).casefold()
    return unicodedata.normalize("NFKC", folded)


def without(categories: Collection[str], text: str) -> str:
    """The text without characters of these Unicode categories."""
    return "".join(character for character in text if unicodedata.category(character) not in categories)


def showable(name: str) -> str:
    """Returns the name; Malformed when it has characters that cannot be displayed or that PostgreSQL cannot store."""
    if any(unicodedata.category(character) in UNSHOWABLE for character in name):
        raise Malformed("name: leave out control characters and line breaks")
    return name
