"""Removes edition labels and featured artists from titles: "Creep - 2009 Remaster" becomes "Creep".

People omit these labels or write others than the release has. Labels of another recording (live, remix, acoustic) are
kept.
"""

import re

from services.catalog.name_keys import key

_GUESTS = re.compile(r"\s*[(\[](?:feat|ft|featuring|with|from)\b[^)\]]*[)\]]", re.IGNORECASE)
_DASHED_GUESTS = re.compile(r"\s+[-\u2013]\s+(?:feat|ft|featuring|from)\b.*$", re.IGNORECASE)
_PLAIN_GUESTS = re.compile(r" (?:feat|ft|featuring) .*$")
_WORD = r"(?:mono|stereo|deluxe|explicit|clean|official|lyrics?|audio|video)"  # labels in brackets, else words
_BRACKETED = re.compile(rf"\s*[(\[]{_WORD}[)\]]|\s+[-\u2013]\s+{_WORD}$", re.IGNORECASE)
_EDITION = (
    r"(?:\d{4} )?(?:digital(?:ly)? )?re ?master(?:ed|izado|izada|ise|izzato)?(?: (?:version|edition|\d{4}))*"
    r"|(?:album|single|original|lp|radio|explicit|clean|mono|stereo|deluxe|standard|main) (?:version|edit|mix|edition)"
    r"|bonus track(?: version)?|\d+(?:st|nd|rd|th) anniversary(?: (?:edition|version))?"
    r"|official(?: music| lyrics?)? (?:video|audio)|lyrics? video"
)
_LABELS = re.compile(rf"(?: (?:{_EDITION}))+$")


def plain_key(title: str) -> str:
    """The search key of a title without edition labels, featured artists, and the film it is from."""
    whole = key(title)
    bare = _BRACKETED.sub("", _DASHED_GUESTS.sub("", _GUESTS.sub("", title)))
    return unlabelled(whole if bare == title else key(bare)) or whole


def unlabelled(words: str) -> str:
    """Removes labels from a key, and everything after "feat"; a title that consists of labels only keeps them."""
    return _LABELS.sub("", _PLAIN_GUESTS.sub("", words))
