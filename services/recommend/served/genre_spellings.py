"""How the cards of a release spell each genre.

Index, cards and popular list keep genres as they are shown, and the engine compares letter by letter. So a requested
genre becomes every spelling of it that the release holds, and older releases need no rebuilding, on either engine.
"""

from collections.abc import Mapping

import orjson

from kit.genres import spellings
from kit.release import Release

Spellings = Mapping[str, tuple[str, ...]]


def spellings_of_release(release: Release) -> Spellings:
    """The spellings of each genre among tracks with a vector, by kit.genres.genre_key."""
    names: set[str] = set()
    for row in range(release.placed):
        names.update(orjson.loads(release.card(row))["genres"])
    return spellings(names)
