"""Names of genres as keys: "Hip Hop", "hip-hop" and "HIPHOP" are one genre, under whatever name it is shown.

Case, accents, blanks, hyphens and other signs do not matter, nor how "and" is written; SYNONYMS adds what cannot be
seen from the letters. Genres that people tell apart stay apart: rap is not hip hop, electronica is not electronic.
"""

from collections.abc import Collection, Iterable, Mapping

from kit.names import fold_latin, identity_key

_AND = frozenset({"and", "n"})
SYNONYMS = {
    "rnb": "rb",
    "rhythmblues": "rb",
    "dnb": "drumbass",
    "db": "drumbass",
    "drumnbass": "drumbass",
    "rocknroll": "rockroll",
    "koreanpop": "kpop",
    "japanesepop": "jpop",
    "lowfidelity": "lofi",
    "electronicdance": "edm",
    "electronicdancemusic": "edm",
    "intelligentdancemusic": "idm",
    "altrock": "alternativerock",
    "ukg": "ukgarage",
    "synthesizerpop": "synthpop",
}
"""Keys that mean the same as another key."""


def genre_key(name: str) -> str:
    """The name in one spelling; a name of signs only is its own key."""
    words = identity_key(fold_latin(name).replace("&", " and ").replace("+", " and ").replace("'", " ")).split()
    kept = [word for at, word in enumerate(words) if not (word in _AND and 0 < at < len(words) - 1)]
    joined = "".join(character for character in "".join(kept) if character not in "#%@")
    return SYNONYMS.get(joined, joined) or name.strip().casefold()


def spellings(held: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Every way in which names that are held write each genre, by key, in order."""
    found: dict[str, set[str]] = {}
    for name in held:
        found.setdefault(genre_key(name), set()).add(name)
    return {key: tuple(sorted(names)) for key, names in found.items()}


def as_held(wanted: Collection[str], held: Mapping[str, tuple[str, ...]]) -> tuple[list[str], list[str]]:
    """(the spellings that are held of the genres asked for, the genres asked for that nothing held is)."""
    known = [name for one in wanted for name in held.get(genre_key(one), ())]
    return list(dict.fromkeys(known)), [one for one in wanted if genre_key(one) not in held]
