"""Playlists without their users: identical ones once, rare tracks and what then is too short removed, named by content.

A track is published only where enough users have it in the playlists that are published, so both conditions - users of
a track, tracks of a playlist - are applied until neither removes anything. The name of a playlist is a hash of its
tracks in order, and its place in the table is that of the name: neither leads to a user, a time, or another playlist
of the same user.
"""

from hashlib import blake2b

import numpy as np
import polars as pl

from pipelines.open_data.rules import SessionRules


def anonymised(playlists: pl.DataFrame, rules: SessionRules) -> tuple[pl.DataFrame, dict[str, int]]:
    """Columns playlist_id, position, track of what may be published, and the count of what was removed by reason.

    playlists: columns user, session, part, track in order, of all users.
    """
    numbered = playlists.select(pl.struct("user", "session", "part").rle_id().alias("playlist"), "user", "track")
    named, repeated = _distinct(numbered)
    common = _settled(numbered, rules)
    bounded = _settled(_bounded(common, rules), rules)
    figures = {
        "identical": repeated,
        "rare": _count(named) - _count(common),
        "over the bounds": _count(common) - _count(bounded),
    }
    position = pl.int_range(pl.len(), dtype=pl.Int32).over("playlist").alias("position")
    return bounded.select("playlist_id", position, "track").sort("playlist_id", "position"), figures


def _settled(frame: pl.DataFrame, rules: SessionRules) -> pl.DataFrame:
    """Distinct playlists of common tracks, with their names: a playlist that loses tracks may equal another one."""
    while True:
        distinct, _ = _distinct(frame)
        kept = _common(distinct, rules)
        if kept.height == frame.height:
            return kept
        frame = kept.drop("playlist_id")


def _count(frame: pl.DataFrame) -> int:
    return frame["playlist"].n_unique()


def _names(frame: pl.DataFrame) -> pl.DataFrame:
    """playlist, playlist_id: 16 hexadecimal digits of a hash of the tracks in order."""
    lists = frame.group_by("playlist", maintain_order=True).agg("track")
    names = [
        blake2b(tracks.to_numpy().astype(np.uint32).tobytes(), digest_size=8).hexdigest() for tracks in lists["track"]
    ]
    return lists.select("playlist", pl.Series("playlist_id", names, dtype=pl.String))


def _distinct(frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """One of each playlist of the same tracks in the same order, whoever played it: a campaign's list is played by
    many accounts."""
    names = _names(frame)
    first = names.unique("playlist_id", keep="first", maintain_order=True)
    return frame.join(first, on="playlist", how="inner", maintain_order="left"), names.height - first.height


def _common(frame: pl.DataFrame, rules: SessionRules) -> pl.DataFrame:
    """Only tracks of enough users and playlists that are long enough."""
    while True:
        users = frame.group_by("track").agg(pl.col("user").n_unique().alias("users"))
        rare = users.filter(pl.col("users") < rules.users_each)
        kept = frame.join(rare, on="track", how="anti", maintain_order="left")
        kept = kept.filter(pl.len().over("playlist") >= rules.fewest)
        if kept.height == frame.height:
            return kept
        frame = kept


def _bounded(frame: pl.DataFrame, rules: SessionRules) -> pl.DataFrame:
    """The tracks of most users, and playlists by the order of their names, which is random, up to most_entries."""
    users = frame.group_by("track").agg(pl.col("user").n_unique().alias("users"))
    common = users.sort(["users", "track"], descending=[True, False]).head(rules.most_tracks)
    kept = frame.join(common.select("track"), on="track", how="semi", maintain_order="left")
    sizes = kept.group_by("playlist_id").len().sort("playlist_id")
    within = sizes.filter(pl.col("len").cum_sum() <= rules.most_entries)
    return kept.join(within.select("playlist_id"), on="playlist_id", how="semi", maintain_order="left")
