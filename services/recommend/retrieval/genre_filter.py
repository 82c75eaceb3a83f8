"""Genre filters of a request in the spellings that the release holds (served/genre_spellings.py)."""

from typing import TypeVar

from kit.genres import as_held
from kit.wire.recommend import RecommendationOptions
from services.recommend.served.genre_spellings import Spellings

AnyOptions = TypeVar("AnyOptions", bound=RecommendationOptions)


def with_release_spellings(wishes: AnyOptions, found: Spellings) -> tuple[AnyOptions, list[str]]:
    """The wishes with genres as the release spells them, and the genres that it does not know.

    Unknown genres stay in the filter, where no track satisfies them: a filter is a hard limit.
    """
    if not wishes.filters.genres:
        return wishes, []
    known, unknown = as_held(wishes.filters.genres, found)
    filters = wishes.filters.model_copy(update={"genres": [*known, *unknown]})
    return wishes.model_copy(update={"filters": filters}), unknown
