"""The order of the tracks in a release: which track stands in which row, and in which of the release it continues."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from kit.release import (
    STATE_LEARNED,
    STATE_PLACED,
    STATE_UNKNOWN,
    Release,
)
from pipelines.recordings.groups import NEW
from pipelines.release import cards
from pipelines.release.release_content import ReleaseContent, SpaceContent
from pipelines.release.stacked import any_not_zero


class ReleaseError(Exception):
    """The release cannot be written; nothing was left behind and older releases are as they were."""


class RowOrder:
    """Which track stands in which row: those with a vector first, each part sorted by id but for the base's.

    base_rows (n,): the row in the release that this one continues, -1 for none; kept (n,): the same, -1 also where the
    state differs from that of the base, so that the track gets another card.
    """

    def __init__(self, content: ReleaseContent) -> None:
        titled = content.tracks.filter(pl.col("title").str.strip_chars().str.len_chars() > 0)
        if titled["track_id"].n_unique() != titled.height:
            raise ReleaseError("the track table names a track twice: ingest it again")
        placed = {name for space in content.spaces.values() for name in _with_vector(space)}
        learned = set(content.learned)
        counts = content.playlists.unique("track_id")
        self.base = content.base
        first = pl.DataFrame({"track_id": _ids(self.base)}, {"track_id": pl.String}).with_row_index("base_row")
        listed = self.base.embedded if self.base else 0
        frame = (
            titled.join(counts, on="track_id", how="left")
            .join(first, on="track_id", how="left")
            .with_columns(
                pl.col("playlists").fill_null(0).cast(pl.Int32),
                pl.col("track_id").is_in(placed).alias("placed"),
                pl.col("track_id").is_in(learned).alias("learned"),
                pl.when(pl.col("base_row") < listed).then(pl.col("base_row")).alias("place"),
            )
            .sort(["placed", "place", "track_id"], descending=[True, False, False], nulls_last=True)
        )
        self.vectors = int(frame["placed"].sum())
        if not self.vectors:
            raise ReleaseError("no titled track has a vector in any space: train on playlists that hold these tracks")
        self.playlists = frame["playlists"].to_numpy()
        state = np.where(frame["learned"].to_numpy(), STATE_LEARNED, STATE_PLACED)
        self.state = np.where(frame["placed"].to_numpy(), state, STATE_UNKNOWN).astype(np.uint8)
        self.base_rows = frame["base_row"].cast(pl.Int64).fill_null(-1).to_numpy()
        self.kept = _kept(self.base, self.base_rows, self.state)
        popularity = pl.Series("popularity", self._popularity().astype(np.float64))
        self.shown = cards.display(frame.drop("placed", "place", "base_row", "learned")).with_columns(
            popularity.round(1).fill_nan(None)
        )
        self.ids: list[str] = frame["track_id"].to_list()
        self._row = {track_id: row for row, track_id in enumerate(self.ids)}

    def of(self, track_ids: Sequence[str]) -> npt.NDArray[np.int64]:
        """(len,) the row of each id, -1 for a track that is left out."""
        return np.fromiter((self._row.get(track_id, -1) for track_id in track_ids), np.int64, len(track_ids))

    def _popularity(self) -> npt.NDArray[np.float32]:
        """(n,) percentiles; those of a base stay, and new tracks are compared with its tracks."""
        if self.base is None:
            return cards.percentiles(self.playlists, self.playlists[self.state == STATE_LEARNED])
        there = self.base.column("playlists")[self.base.column("state") == STATE_LEARNED]
        kept = self.kept >= 0
        found = cards.percentiles(self.playlists, there)
        found[kept] = self.base.column("popularity")[self.kept[kept]]
        return found

    def earlier(self, column: str) -> npt.NDArray[np.int32] | None:
        """(n,) the numbers that a column of the base has for the kept tracks, NEW for others; None without a base."""
        if self.base is None:
            return None
        kept = self.kept >= 0
        numbers = np.full(len(kept), NEW, np.int32)
        numbers[kept] = self.base.column(column)[self.kept[kept]]
        return numbers


def _ids(base: Release | None) -> list[str]:
    return [one.decode() for one in base.ids.tolist()] if base else []


def _kept(
    base: Release | None, base_rows: npt.NDArray[np.int64], state: npt.NDArray[np.uint8]
) -> npt.NDArray[np.int64]:
    if base is None or not base.size:
        return np.full(len(base_rows), -1, np.int64)
    return np.where((base_rows >= 0) & (base.column("state")[base_rows] == state), base_rows, -1)


def _with_vector(space: SpaceContent) -> list[str]:
    has_vector = np.flatnonzero(any_not_zero(space.index) | any_not_zero(space.query))
    return [space.track_ids[at] for at in has_vector.tolist()]
