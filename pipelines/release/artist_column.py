"""Numbers the first artists of tracks in the order of their ids, so that "Beyoncé" and "Beyonce" are one.

Those of a release that is continued are known: an artist that is new in it is found by bisection, so that the ids of
few artists are computed.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from kit.ids import artist_id

Numbers = npt.NDArray[np.int32]
cached_artist_id = lru_cache(maxsize=1 << 18)(artist_id)


def artist_column(names: Sequence[str | None], earlier: Numbers | None = None) -> Numbers:
    """(n,) the number of each artist, -1 for none. earlier (n,): numbers by the same rule of some of them, anything
    below 0 for the others."""
    known = {} if earlier is None else _known(names, earlier)
    held = [name for _, name in sorted((number, name) for name, number in known.items())]
    number_of = _numbers(held, known, {name for name in names if name and name not in known})
    return np.array([number_of[name] if name else -1 for name in names], np.int32)


def _known(names: Sequence[str | None], earlier: Numbers) -> dict[str, int]:
    """The earlier number of each name that has one."""
    return {name: number for name, number in zip(names, earlier.tolist(), strict=True) if name and number >= 0}


def _numbers(held: list[str], known: dict[str, int], new: set[str]) -> dict[str, int]:
    """The number of each name. held: the names that have a number, in its order, several of one number too."""
    ids = {name: cached_artist_id(name) for name in new}
    at = {one: bisect_left(held, one, key=cached_artist_id) for one in sorted(set(ids.values()))}
    ranked = np.unique([known[name] for name in held], return_inverse=True)[1] if held else np.empty(0, np.int64)
    same = {one: rank for one, rank in at.items() if rank < len(held) and cached_artist_id(held[rank]) == one}
    # the rank of the artist before which each other one is inserted
    inserted = [
        int(ranked[at[one]]) if at[one] < len(held) else int(ranked.max(initial=-1)) + 1
        for one in at
        if one not in same
    ]
    moved = ranked + np.searchsorted(np.array(inserted, np.int64), ranked, side="right")
    number_of = dict(zip(held, moved.tolist(), strict=True))
    number_of_id = {one: int(moved[rank]) for one, rank in same.items()}
    others = (one for one in at if one not in same)
    number_of_id |= {one: rank + count for count, (one, rank) in enumerate(zip(others, inserted, strict=True))}
    return number_of | {name: number_of_id[one] for name, one in ids.items()}
