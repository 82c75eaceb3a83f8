"""What people are called: when two e-mail addresses are one, and which names can be shown."""

import unicodedata

from kit.errors import Malformed

UNSHOWABLE = ("Cc", "Cs", "Zl", "Zp")  # control characters, lone surrogates, line and paragraph separators


def email_key(email: str) -> str:
    """The form in which addresses are compared: "Ann@Example.org" and "ann@example.org" are one account.

    RFC 5321 lets a server tell cases of the local part apart; practically none does, people do not either.
    """
    folded = unicodedata.normalize("NFKC", email).casefold()
    return unicodedata.normalize("NFKC", folded)


def showable(name: str) -> str:
    """The name itself; Malformed when it holds what no screen shows and PostgreSQL does not store."""
    if any(unicodedata.category(character) in UNSHOWABLE for character in name):
        raise Malformed("name: leave out control characters and line breaks")
    return name
