"""Normalises genre names to keys: "Hip Hop", "hip-hop" and "HIPHOP" are one genre.

Case, accents, blanks, hyphens, other signs and the spelling of "and" are ignored; SYNONYMS lists further equivalents.
Distinct genres keep distinct keys: rap is not hip hop, electronica is not electronic.
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
"""Key -> the equivalent key that replaces it."""


def genre_key(name: str) -> str:
    """The normalised key of a genre name; a name of signs only is its own key, in lower case."""
    words = identity_key(fold_latin(name).replace("&", " and ").replace("+", " and ").replace("'", " ")).split()
    kept = [word for at, word in enumerate(words) if not (word in _AND and 0 < at < len(words) - 1)]
    joined = "".join(character for character in "".join(kept) if character not in "#%@")
    return SYNONYMS.get(joined, joined) or name.strip().casefold()


def spellings(held: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Genre key -> the sorted spellings of it among the stored names."""
    found: dict[str, set[str]] = {}
    for name in held:
        found.setdefault(genre_key(name), set()).add(name)
    return {key: tuple(sorted(names)) for key, names in found.items()}


def as_held(wanted: Collection[str], held: Mapping[str, tuple[str, ...]]) -> tuple[list[str], list[str]]:
    """Returns (stored spellings of the requested genres, requested genres that match no stored one)."""
    known = [name for genre in wanted for name in held.get(genre_key(genre), ())]
    return list(dict.fromkeys(known)), [genre for genre in wanted if genre_key(genre) not in held]
