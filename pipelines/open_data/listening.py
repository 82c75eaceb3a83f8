"""Listens of some users -> their sessions of canonical tracks, by SessionRules. Pure: frames in, frames out.

All steps are over all listens of a user, matched to a recording or not, since those that are not still part and join
sessions, and count against programs.
"""

import polars as pl

from pipelines.open_data.rules import SessionRules

DAY_S = 86_400


def of_overlapping_dumps(listens: pl.DataFrame) -> pl.DataFrame:
    """user, at, track of listens with the number of their `dump`: one that several dumps have counts once.

    Equal listens of one dump stay as many as they are, since unmatched ones of one second are equal, and programs are
    recognised by their number.
    """
    if listens["dump"].n_unique() <= 1:
        return listens.drop("dump")
    own = ["user", "at", "track"]
    counts = listens.group_by(*own, "dump").len().group_by(own).agg(pl.col("len").max())
    return counts.select(pl.col(own).repeat_by("len")).explode(own)


def automated(listens: pl.DataFrame, rules: SessionRules) -> pl.DataFrame:
    """user, reason: of users with more listens in a day, in a second or of one recording in a day than people have, or
    with a day of few tracks in a loop."""
    day = (pl.col("at") // DAY_S).alias("day")
    matched = listens.filter(pl.col("track").is_not_null())
    found = [
        _beyond(listens, ["user", day], rules.listens_a_day, "listens in a day"),
        _beyond(listens, ["user", "at"], rules.listens_a_second, "listens in a second"),
        _beyond(matched, ["user", day, "track"], rules.repeats_a_day, "one recording"),
        _looping(matched.group_by("user", day).agg(pl.len(), pl.col("track").n_unique()), rules),
    ]
    return pl.concat(found).unique("user", keep="first", maintain_order=True)


def _looping(days: pl.DataFrame, rules: SessionRules) -> pl.DataFrame:
    looped = (pl.col("len") >= rules.loop_listens_a_day) & (pl.col("len") >= rules.loop_repeats * pl.col("track"))
    users = days.filter(looped).select("user").unique().sort("user")
    return users.with_columns(pl.lit("a loop").alias("reason"))


def _beyond(listens: pl.DataFrame, group: list[str | pl.Expr], most: int, reason: str) -> pl.DataFrame:
    users = listens.group_by(group).len().filter(pl.col("len") > most).select("user").unique().sort("user")
    return users.with_columns(pl.lit(reason).alias("reason"))


def without(listens: pl.DataFrame, users: pl.DataFrame) -> pl.DataFrame:
    """The listens of all other users."""
    return listens.join(users.select("user"), on="user", how="anti")


def in_sessions(listens: pl.DataFrame, rules: SessionRules) -> pl.DataFrame:
    """user, session, at, track, in order: each listen with its session's number, skipped and unmatched ones left out.

    Listens of one second are ordered by their track, so that the same dump gives the same sessions.
    """
    ordered = listens.select("user", "at", "track").unique().sort("user", "at", "track")
    after = pl.col("at").shift(-1).over("user") - pl.col("at")
    gap = pl.col("at").diff().over("user") > rules.gap_s
    return (
        ordered.with_columns(
            gap.fill_null(False).cum_sum().over("user").cast(pl.UInt32).alias("session"),
            (after < rules.skipped_s).fill_null(False).alias("skipped"),
        )
        .filter(~pl.col("skipped") & pl.col("track").is_not_null())
        .select("user", "session", "at", "track")
    )


def users_of_tracks(sessions: pl.DataFrame) -> pl.DataFrame:
    """track, users: how many users listened to each track."""
    return sessions.group_by("track").agg(pl.col("user").n_unique().cast(pl.UInt32).alias("users"))


def playlists(sessions: pl.DataFrame, kept: pl.DataFrame, rules: SessionRules) -> pl.DataFrame:
    """user, session, part, at, track: what is left as playlists, in order.

    sessions: columns as in_sessions, with `album` (int64, 0 = unknown). kept: the tracks that may appear.
    """
    once = sessions.join(kept.select("track"), on="track", how="semi").sort("user", "session", "at", "track")
    once = once.unique(["user", "session", "track"], keep="first", maintain_order=True)
    return _capped(_split(_without_album_runs(once, rules), rules), rules)


def _without_album_runs(once: pl.DataFrame, rules: SessionRules) -> pl.DataFrame:
    """The first tracks of each run of one release."""
    same = (pl.col("album") == pl.col("album").shift()) & (pl.col("album") != 0)
    begins = ~same.fill_null(False).over("user", "session")
    run = begins.cum_sum().over("user", "session").alias("run")
    within = pl.int_range(pl.len()).over("user", "session", "run")
    return once.with_columns(run).filter(within < rules.album_run).drop("run", "album")


def _split(once: pl.DataFrame, rules: SessionRules) -> pl.DataFrame:
    """Sessions of fewest..longest tracks: shorter ones are left out, longer ones are split into even parts."""
    length = pl.len().over("user", "session")
    parts = (length + rules.longest - 1) // rules.longest
    part = pl.int_range(pl.len()).over("user", "session") * parts // length
    return _long_enough(once.with_columns(part.cast(pl.UInt32).alias("part")), ["user", "session", "part"], rules)


def _long_enough(frame: pl.DataFrame, playlist: list[str], rules: SessionRules) -> pl.DataFrame:
    return frame.filter(pl.len().over(playlist) >= rules.fewest)


def _capped(parts: pl.DataFrame, rules: SessionRules) -> pl.DataFrame:
    """The newest sessions of each user, and of each track the newest sessions of a user that have it."""
    key = ["user", "session", "part"]
    listed = parts.select(key).unique().sort(key, descending=[False, True, True])
    newest = listed.filter(pl.int_range(pl.len()).over("user") < rules.sessions_each)
    frame = parts.join(newest, on=key, how="semi")
    newer = pl.struct("session", "part").rank("ordinal", descending=True).over("user", "track")
    return _long_enough(frame.filter(newer <= rules.times_each), key, rules).sort(*key, "at", "track")
