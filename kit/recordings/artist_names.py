"""Parses artist cells: the first artist among guests and partners, for recording groups and caps per artist.

"A feat. B", "A ft. B", "A featuring B"      A, whatever else the world holds
"A & B", "A, B", "A x B", "A with B", ...    A when A stands alone somewhere: "Earth, Wind & Fire" is nobody's duet
"The A", "A, The"                            A
"""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from kit.names import fold_latin, identity_key

_FEATURING = re.compile(r"\s*[(\[]?\s*\b(?:feat\.?|ft\.?|featuring)\s", re.IGNORECASE)
_JOINED = re.compile(
    r"\s*[,;]\s+|\s*[\u3001\uff0c\u00d7]\s*|\s+(?:[&/+]|and|y|und|et|x|with|con|mit|avec|com|vs\.?|meets|presents|pres\.)\s+",
    re.IGNORECASE,
)
_TURNED = re.compile(r"(.+),\s*the", re.IGNORECASE)


@lru_cache(maxsize=1 << 18)
def artist_key(name: str) -> str:
    """The normalised name for comparison: no accents, no leading "The", "and" for "&"."""
    plain = fold_latin(_TURNED.sub(r"\1", name.strip())).replace("&", " and ")
    key = identity_key(plain)
    return key.removeprefix("the ") or name.strip().casefold()


@lru_cache(maxsize=1 << 18)
def names(cell: str) -> tuple[str, ...]:
    """The keys of all artists that a cell may name, in order: the whole cell first, when nothing joins it."""
    first, *guests = _FEATURING.split(cell)
    parts = [first] if _TURNED.fullmatch(first.strip()) else _JOINED.split(first)
    parts += [part for guest in guests for part in _JOINED.split(guest.rstrip(")] "))]
    return tuple(dict.fromkeys(artist_key(part) for part in parts if part.strip()))


@lru_cache(maxsize=1 << 18)
def billed(cell: str) -> str:
    """The key of a cell without "feat. B"; joined names stay together."""
    return artist_key(_FEATURING.split(cell)[0]) or artist_key(cell)


def credited(cell: str, alone: Collection[str]) -> frozenset[str]:
    """The keys that a cell credits: itself without guests, the guests, and joined names that all stand `alone`
    somewhere (keys of `billed`), so that "Earth, Wind & Fire" credits no Fire."""
    first, *guests = _FEATURING.split(cell)
    joined = names(first)
    sure = {billed(cell), *(key for guest in guests for key in names(guest.rstrip(")] ")))}
    return frozenset(sure.union(joined) if all(key in alone for key in joined) else sure)


def main_artists(cells: Sequence[str | None]) -> npt.NDArray[np.int32]:
    """(n,) number of the first name of each cell, in the order of their keys; -1 for none."""
    different = {cell for cell in cells if cell}
    alone = {billed(cell) for cell in different}
    keys = {cell: _main(cell, alone) for cell in different}
    number = {key: at for at, key in enumerate(sorted(set(keys.values()) - {""}))}
    return np.array([number.get(keys[cell], -1) if cell else -1 for cell in cells], dtype=np.int32)


def _main(cell: str, alone: set[str]) -> str:
    first = next(iter(names(cell)), "")
    whole = billed(cell)
    return first if first in alone and first != whole else whole
