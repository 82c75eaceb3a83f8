"""The stages of `open sessions`: dumps of listens and of canonical recordings -> playlists.parquet.

Listens are divided by user into parts of about PART_LISTENS, so that memory depends on a part and on the output, never
on the dump. Each part is read twice: once for the users of each track, once for the playlists.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pipelines import stage
from pipelines.open_data import anonymous, canonical, listening
from pipelines.open_data.canonical import UNMAPPED, Canonical
from pipelines.open_data.dump_errors import disk_errors
from pipelines.open_data.dumps import Fetched
from pipelines.open_data.kept import files
from pipelines.open_data.losses import Losses
from pipelines.open_data.remote import DumpError
from pipelines.open_data.rules import SessionRules
from pipelines.open_data.terms import write_terms
from pipelines.stage import Built

VERSION = 1
PART_LISTENS = 4_000_000
Update = Callable[[str], None]


def canonical_stage(work: Path, fetched: Fetched) -> Built:
    """The mapping to canonical recordings, from the current dump."""
    fetched.of_type("canonical")

    def build(out: Path) -> Mapping[str, Any]:
        return canonical.build(fetched.tables("canonical"), out)

    return stage.run(work, "open_canonical", canonical.VERSION, fetched.hashes("canonical"), {}, build)


def sessions_stage(work: Path, folder: Path, rules: SessionRules, update: Update, part: int = PART_LISTENS) -> Built:
    """A folder `listenbrainz` with playlists.parquet (playlist_id, position, mbid), LICENSE and NOTICE."""
    with disk_errors("open sessions"):
        return sessions_of(work, Fetched.of(folder), rules, update, part)


def sessions_of(work: Path, fetched: Fetched, rules: SessionRules, update: Update, part: int = PART_LISTENS) -> Built:
    """`sessions_stage` over dumps whose record was read."""
    mapping, found = canonical_stage(work, fetched), fetched.of_type("listens")
    inputs = {"canonical": mapping.key, **fetched.hashes("listens")}

    def build(out: Path) -> Mapping[str, Any]:
        members = [list(files(fetched.folder, entry, entry["kept"]).values()) for entry in found]
        parts = [entry["parts"][name] for entry in found for name in entry["kept"]]
        count, matched = (sum(one[what] for one in parts) for what in ("listens", "mapped"))
        losses = Losses(rules, {"listens": count, "with a recording id": matched})
        making = (Canonical.open(mapping.path), out / ".parts", max(1, -(-count // part)), rules, update, losses)
        made = _Making(*making)
        playlists, figures = made.playlists(members)
        target = out / "listenbrainz"
        target.mkdir()
        named = _with_mbids(playlists, fetched.tables("canonical")["recordings"])
        named.write_parquet(target / "playlists.parquet", compression="zstd")
        write_terms(target)
        made.clear()
        return {"listens": count, **figures}

    return stage.run(work, "open_sessions", VERSION, inputs, rules.document(), build)


def _with_mbids(playlists: pl.DataFrame, table: Path) -> pl.DataFrame:
    """The tracks as MBIDs: their rows of the table of recordings."""
    rows = playlists.select("track").unique().lazy()
    recordings = pl.scan_parquet(table).select(pl.col("recording_mbid").alias("mbid"))
    mbids = rows.join(recordings.with_row_index("track"), on="track").collect()
    named = playlists.join(mbids, on="track", how="left", maintain_order="left")
    return named.select("playlist_id", "position", "mbid")


class _Making:
    """One run over the members: parts on disk, then playlists."""

    def __init__(
        self, mapping: Canonical, scratch: Path, parts: int, rules: SessionRules, update: Update, losses: Losses
    ) -> None:
        self.mapping, self.scratch, self.parts, self.rules, self.update = mapping, scratch, parts, rules, update
        self.figures: Counter[str] = Counter()
        self.losses = losses

    def playlists(self, dumps: Sequence[Sequence[Path]]) -> tuple[pl.DataFrame, dict[str, Any]]:
        """playlist_id, position, track of all users, and what was left out. dumps: the files of each dump."""
        self._divide(dumps)
        kept = self._common_tracks()
        drawn = pl.concat([self._drawn(part, kept) for part in range(self.parts)])
        self.losses.left["in playlists"] = drawn.height
        self.update("removing what is rare")
        found, removed = anonymous.anonymised(drawn, self.rules)
        if not found.height:
            raise DumpError(self.losses.sentence(over_bounds=removed["over the bounds"] > 0))
        self.figures |= {f"playlists left out: {why}": count for why, count in removed.items()}
        self.figures["playlists"] = found["playlist_id"].n_unique()
        self.figures["entries"], self.figures["tracks"] = found.height, found["track"].n_unique()
        return found, dict(self.figures)

    def _divide(self, dumps: Sequence[Sequence[Path]]) -> None:
        """Writes the listens of each part, with canonical tracks and the number of their dump."""
        for part in range(self.parts):
            (self.scratch / f"{part:04}").mkdir(parents=True)
        members = [(number, file) for number, files_of_dump in enumerate(dumps) for file in files_of_dump]
        for done, (number, file) in enumerate(members):
            self.update(f"dividing by user, member {done + 1} of {len(members)}")
            frame = pl.read_parquet(file)
            rows = self.mapping.rows(frame["key"].fill_null(-1).to_numpy())
            track = pl.Series("track", rows, dtype=pl.UInt32)
            known = track.set(track == int(UNMAPPED), None)
            frame = frame.select("user", "at", known, pl.lit(number, pl.UInt32).alias("dump"))
            self.figures["unmatched"] += frame["track"].null_count()
            self.losses.left["of a known recording"] += frame["track"].count()
            for (part,), own in frame.group_by((pl.col("user").hash(seed=1) % self.parts).alias("part")):
                own.write_parquet(self.scratch / f"{part:04}" / f"{done:05}.parquet")

    def _common_tracks(self) -> pl.DataFrame:
        """The tracks of enough users; writes the sessions of each part in place of its listens."""
        users = []
        for part in range(self.parts):
            self.update(f"users of tracks, part {part + 1} of {self.parts}")
            sessions = self._sessions(part)
            users.append(listening.users_of_tracks(sessions))
            sessions.write_parquet(self.scratch / f"{part:04}.parquet")
        counts = pl.concat(users).group_by("track").agg(pl.col("users").sum())
        kept = counts.filter(pl.col("users") >= self.rules.users_each)
        self.figures["tracks of too few users"] = counts.height - kept.height
        return kept

    def _sessions(self, part: int) -> pl.DataFrame:
        own = sorted((self.scratch / f"{part:04}").glob("*.parquet"))
        schema = {"user": pl.Int64, "at": pl.Int64, "track": pl.UInt32, "dump": pl.UInt32}
        read = pl.concat([pl.DataFrame(schema=schema), *map(pl.read_parquet, own)])
        listens = listening.of_overlapping_dumps(read)
        if repeated := read.height - listens.height:
            self.figures["listens in several dumps"] += repeated
        programs = listening.automated(listens, self.rules)
        for reason, count in programs.group_by("reason").len().sort("reason").iter_rows():
            self.figures[f"users left out: {reason}"] += count
        kept = listening.without(listens, programs)
        self.figures["listens of users left out"] += listens.height - kept.height
        self.figures["users"] += kept["user"].n_unique()
        for file in own:
            file.unlink()
        sessions = listening.in_sessions(kept, self.rules)
        self.losses.left["of people"] += kept["track"].count()
        self.losses.left["in sessions"] += sessions.height
        return sessions

    def _drawn(self, part: int, kept: pl.DataFrame) -> pl.DataFrame:
        self.update(f"playlists, part {part + 1} of {self.parts}")
        sessions = pl.read_parquet(self.scratch / f"{part:04}.parquet")
        self.losses.left["of common tracks"] += sessions.join(kept, on="track", how="semi").height
        album = pl.Series("album", np.asarray(self.mapping.albums)[sessions["track"].to_numpy()], dtype=pl.Int64)
        return listening.playlists(sessions.with_columns(album), kept, self.rules).drop("at")

    def clear(self) -> None:
        """Removes the parts: they hold users."""
        for folder in sorted(self.scratch.glob("*/"), reverse=True):
            folder.rmdir()
        for file in self.scratch.glob("*.parquet"):
            file.unlink()
        self.scratch.rmdir()
