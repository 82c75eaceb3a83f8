"""Validates the contents of a release's files against its manifest before it is published.

    columns.py    ids, offsets, columns, neighbours, other ids: dtype, shape, range
    cooccurrence.py  the windowed co-occurrence table, when there is one: dtype, shape, range
    map.py        points and clusters of the map, when there is one: size, counts
    vectors.py    vectors and singular values: dtype, shape, finite, a vector for every listed row
    cards.py      each card is a valid track of the API and consistent with the columns
    kept_cards.py which cards a release has, to the byte, from one that was checked before
    loaded.py     what serving loads opens and fits: poolings, ranker, names, cold-start network

Sizes and SHA-256 prove that a copy is complete (kit.release.Release.verify); these checks prove that serving can read
it. 201,453 real tracks of 192 columns, 294 MB, take 5.4 s of CPU time (their SHA-256 .3 s), all but .3 s of it for the
cards.
"""

from kit.manifest import BrokenRelease
from kit.release import Release
from pipelines.release.contents.cards import check_cards
from pipelines.release.contents.columns import check_columns
from pipelines.release.contents.cooccurrence import check_cooccurrence
from pipelines.release.contents.loaded import check_loaded
from pipelines.release.contents.map import check_map
from pipelines.release.contents.vectors import check_vectors


def check_contents(release: Release, base: Release | None = None) -> None:
    """Runs all checks; BrokenRelease names the first file that serving could not use.

    base: a release that passed these checks and is as it was then; its cards are not parsed again.
    """
    try:
        check_columns(release)
        check_cooccurrence(release)
        check_map(release)
        check_vectors(release)
        check_cards(release, base)
        check_loaded(release)
    except (ValueError, TypeError, KeyError, IndexError, ArithmeticError) as error:
        raise BrokenRelease(f"{release.path} cannot be used ({error}): build it again") from error
