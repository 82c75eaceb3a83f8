"""The genres of a release's most popular tracks."""

from collections import Counter

import orjson

from kit.genres import genre_key
from kit.release import Ints, Release

READ = 1_000


def popular_genres(release: Release, by_popularity: Ints, most: int = 6) -> list[str]:
    """The most frequent genres among the READ most popular tracks, each in its most frequent spelling."""
    names: Counter[str] = Counter()
    for row in by_popularity[:READ].tolist():
        names.update(set(orjson.loads(release.card(row))["genres"]))
    usual: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for name, count in names.most_common():
        usual.setdefault(genre_key(name), name)
        counts[genre_key(name)] += count
    return [usual[key] for key, _ in counts.most_common(most)]
