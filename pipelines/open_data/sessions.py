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
from pipelines.open_data import anonymous, canonical, dumps, listening
from pipelines.open_data.canonical import UNMAPPED, Canonical
from pipelines.open_data.remote import DumpError
from pipelines.open_data.rules import SessionRules
from pipelines.open_data.terms import write_terms
from pipelines.stage import Built

VERSION = 1
PART_LISTENS = 4_000_000
Update = Callable[[str], None]


def canonical_stage(work: Path, folder: Path) -> Built:
    """The mapping to canonical recordings, from the dump in `folder`."""
    found = dumps.of_type(dumps.described(folder), "canonical")
    inputs = {entry["id"]: _identity(entry) for entry in found}
    source = folder / "canonical"
    return stage.run(work, "open_canonical", canonical.VERSION, inputs, {}, lambda out: canonical.build(source, out))


def sessions_stage(work: Path, folder: Path, rules: SessionRules, update: Update, part: int = PART_LISTENS) -> Built:
    """A folder `listenbrainz` with playlists.parquet (playlist_id, position, mbid), LICENSE and NOTICE."""
    mapping = canonical_stage(work, folder)
    found = dumps.of_type(dumps.described(folder), "listens")
    inputs = {"canonical": mapping.key} | {entry["id"]: dumps.content_hash(_kept(entry)) for entry in found}

    def build(out: Path) -> Mapping[str, Any]:
        files = [folder / "listens" / f"{entry['id']}.{name}" for entry in found for name in entry["kept"]]
        count = sum(entry["parts"][name]["listens"] for entry in found for name in entry["kept"])
        made = _Making(Canonical.open(mapping.path), out / ".parts", max(1, -(-count // part)), rules, update)
        playlists, figures = made.playlists(files)
        target = out / "listenbrainz"
        target.mkdir()
        _with_mbids(playlists, folder / "canonical").write_parquet(target / "playlists.parquet", compression="zstd")
        write_terms(target)
        made.clear()
        return {"listens": count, **figures}

    return stage.run(work, "open_sessions", VERSION, inputs, rules.document(), build)


def _identity(entry: Mapping[str, Any]) -> str:
    return str(entry.get("sha256") or sorted(entry.get("files", {}).values()))


def _kept(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"parts": {name: entry["parts"][name] for name in entry["kept"]}}


def _with_mbids(playlists: pl.DataFrame, dump: Path) -> pl.DataFrame:
    """The tracks as MBIDs: their rows of recordings.parquet."""
    rows = playlists.select("track").unique().lazy()
    recordings = pl.scan_parquet(dump / "recordings.parquet").select(pl.col("recording_mbid").alias("mbid"))
    mbids = rows.join(recordings.with_row_index("track"), on="track").collect()
    named = playlists.join(mbids, on="track", how="left", maintain_order="left")
    return named.select("playlist_id", "position", "mbid")


class _Making:
    """One run over the members: parts on disk, then playlists."""

    def __init__(self, mapping: Canonical, scratch: Path, parts: int, rules: SessionRules, update: Update) -> None:
        self.mapping, self.scratch, self.parts, self.rules, self.update = mapping, scratch, parts, rules, update
        self.figures: Counter[str] = Counter()

    def playlists(self, files: Sequence[Path]) -> tuple[pl.DataFrame, dict[str, Any]]:
        """playlist_id, position, track of all users, and what was left out."""
        self._divide(files)
        kept = self._common_tracks()
        drawn = pl.concat([self._drawn(part, kept) for part in range(self.parts)])
        self.update("removing what is rare")
        found, removed = anonymous.anonymised(drawn, self.rules)
        if not found.height:
            raise DumpError(f"no track is in sessions of {self.rules.users_each} users: fetch more members of the dump")
        self.figures |= {f"playlists left out: {why}": count for why, count in removed.items()}
        self.figures["playlists"] = found["playlist_id"].n_unique()
        self.figures["entries"], self.figures["tracks"] = found.height, found["track"].n_unique()
        return found, dict(self.figures)

    def _divide(self, files: Sequence[Path]) -> None:
        """Writes the listens of each part, with canonical tracks."""
        for part in range(self.parts):
            (self.scratch / f"{part:04}").mkdir(parents=True)
        for done, file in enumerate(files):
            self.update(f"dividing by user, member {done + 1} of {len(files)}")
            frame = pl.read_parquet(file)
            rows = self.mapping.rows(frame["key"].fill_null(-1).to_numpy())
            track = pl.Series("track", rows, dtype=pl.UInt32)
            frame = frame.select("user", "at", track.set(track == int(UNMAPPED), None))
            self.figures["unmatched"] += frame["track"].null_count()
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
        files = sorted((self.scratch / f"{part:04}").glob("*.parquet"))
        empty = pl.DataFrame(schema={"user": pl.Int64, "at": pl.Int64, "track": pl.UInt32})
        listens = pl.concat([empty, *map(pl.read_parquet, files)])
        programs = listening.automated(listens, self.rules)
        for reason, count in programs.group_by("reason").len().iter_rows():
            self.figures[f"users left out: {reason}"] += count
        kept = listening.without(listens, programs)
        self.figures["listens of users left out"] += listens.height - kept.height
        self.figures["users"] += kept["user"].n_unique()
        for file in files:
            file.unlink()
        return listening.in_sessions(kept, self.rules)

    def _drawn(self, part: int, kept: pl.DataFrame) -> pl.DataFrame:
        self.update(f"playlists, part {part + 1} of {self.parts}")
        sessions = pl.read_parquet(self.scratch / f"{part:04}.parquet")
        album = pl.Series("album", np.asarray(self.mapping.albums)[sessions["track"].to_numpy()], dtype=pl.Int64)
        return listening.playlists(sessions.with_columns(album), kept, self.rules).drop("at")

    def clear(self) -> None:
        """Removes the parts: they hold users."""
        for folder in sorted(self.scratch.glob("*/"), reverse=True):
            folder.rmdir()
        for file in self.scratch.glob("*.parquet"):
            file.unlink()
        self.scratch.rmdir()
