"""Which playlists train, validate and test: by role, or chosen by a hash of their ids."""

import hashlib
from collections.abc import Sequence

import polars as pl

INNER_SPLITS = (7, 11)
"""Seeds of the second splits by which settings are chosen (the first) and checked, apart from that of `evaluate`."""
UNTOUCHED_SPLIT = 13
JUDGES = 5_000
"""About how many playlists are held out at most: their mean NDCG@100 is known to .002, and each costs an exact scan."""


def split(playlists: pl.DataFrame, seed: int, share: float = 0.1) -> tuple[list[str], list[str]]:
    """Training and held-out playlist ids: the roles *_train and *_valid, else a seeded share held out.

    Of a large set about JUDGES are held out; those of a smaller limit are among those of a larger one.
    """
    ordered = playlists.sort("playlist_id")
    train = ordered.filter(pl.col("role").str.ends_with("train"))["playlist_id"].to_list()
    validation = ordered.filter(pl.col("role").str.ends_with("valid"))["playlist_id"].to_list()
    if train and validation:
        return train, hold_out(validation, seed, JUDGES / len(validation))[1]
    return hold_out(ordered["playlist_id"].to_list(), seed, min(share, JUDGES / max(ordered.height, 1)))


def untouched_split(playlists: pl.DataFrame, seed: int) -> tuple[list[str], list[str]]:
    """Training and test playlist ids, for a last look that chooses nothing: the roles *_train and *_test.

    Without a test role a seeded tenth of the training playlists that INNER_SPLITS do not hold out is taken
    from them: they have been among the playlists that settings were trained on, and no choice was made by them.
    """
    train, _ = split(playlists, seed)
    test = playlists.filter(pl.col("role").str.ends_with("test"))["playlist_id"].sort().to_list()
    if test:
        return train, test
    validation = {playlist_id for inner in INNER_SPLITS for playlist_id in hold_out(train, inner)[1]}
    _, test = hold_out([playlist_id for playlist_id in train if playlist_id not in validation], UNTOUCHED_SPLIT)
    apart = set(test)
    return [playlist_id for playlist_id in train if playlist_id not in apart], test


def hold_out(playlist_ids: Sequence[str], seed: int, share: float = 0.1) -> tuple[list[str], list[str]]:
    """Splits off a seeded share of playlists by a hash of the id: stable when playlists are added."""
    limit = int(min(share, 1) * 2**64)
    held = [p for p in playlist_ids if int.from_bytes(_digest(seed, p)) < limit]
    apart = set(held)
    return [p for p in playlist_ids if p not in apart], held


def _digest(seed: int, text: str) -> bytes:
    return hashlib.blake2b(f"{seed}\0{text}".encode(), digest_size=8).digest()
