"""How the cards of a release spell each genre.

Index, cards and popular list keep genres as they are shown, and the engine compares letter by letter. So a requested
genre becomes every spelling of it that the release holds, and older releases need no rebuilding, on either engine.
"""

from collections.abc import Mapping

import numpy as np
import orjson

from kit.genres import spellings
from kit.release import Ints, Release

Spellings = Mapping[str, tuple[str, ...]]
GenreRows = Mapping[str, Ints]


def genre_rows(release: Release) -> GenreRows:
    """The rows (int32, rising) of the tracks with a vector that show each genre, by its spelling."""
    rows: dict[str, list[int]] = {}
    for row in range(release.embedded):
        for name in set(orjson.loads(release.card(row))["genres"]):
            rows.setdefault(name, []).append(row)
    return {name: np.array(found, np.int32) for name, found in rows.items()}


def spellings_of(rows: GenreRows) -> Spellings:
    """The spellings of each genre, by kit.genres.genre_key."""
    return spellings(rows)
