"""Genres of a request in the spellings of the release.

Index, cards and popular list keep genres as they are shown, and the engine compares letter by letter. So a genre asked
for becomes every spelling that the release holds of it: releases made before need no rebuilding, on either engine.
"""

from collections.abc import Mapping
from typing import TypeVar

import orjson

from kit.genres import as_held, spellings
from kit.release import Release
from kit.wire.recommend import Wishes

Spellings = Mapping[str, tuple[str, ...]]
Asked = TypeVar("Asked", bound=Wishes)


def spellings_of_release(release: Release) -> Spellings:
    """How the cards of tracks with a vector spell each genre, by kit.genres.genre_key."""
    names: set[str] = set()
    for row in range(release.placed):
        names.update(orjson.loads(release.card(row))["genres"])
    return spellings(names)


def with_release_spellings(wishes: Asked, found: Spellings) -> tuple[Asked, list[str]]:
    """The wishes with genres as the release spells them, and the genres that it does not know.

    Unknown genres stay in the filter, where no track satisfies them: a filter is a hard limit.
    """
    if not wishes.filters.genres:
        return wishes, []
    known, unknown = as_held(wishes.filters.genres, found)
    filters = wishes.filters.model_copy(update={"genres": [*known, *unknown]})
    return wishes.model_copy(update={"filters": filters}), unknown
