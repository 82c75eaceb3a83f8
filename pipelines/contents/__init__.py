"""Are the files of a release what its manifest and their names say? Checked before a release is published.

    columns.py    ids, offsets, columns, neighbours, other ids: dtype, shape, range
    vectors.py    vectors and singular values: dtype, shape, finite, a vector for every listed row
    cards.py      each card is a track in the form of the API, and says what the columns say
    models.py     what serving loads opens and fits: poolings, ranker, cold-start network

Sizes and SHA-256 say that a copy is whole (kit.release.Release.verify); this says that serving can read it.
"""

from kit.manifest import BrokenRelease
from kit.release import Release
from pipelines.contents.cards import check_cards
from pipelines.contents.columns import check_columns
from pipelines.contents.models import check_models
from pipelines.contents.vectors import check_vectors


def check_contents(release: Release) -> None:
    """BrokenRelease names the first file that serving could not use."""
    try:
        check_columns(release)
        check_vectors(release)
        check_cards(release)
        check_models(release)
    except (ValueError, TypeError, KeyError, IndexError, ArithmeticError) as error:
        raise BrokenRelease(f"{release.path} cannot be used ({error}): build it again") from error
