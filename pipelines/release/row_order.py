"""The order of the tracks in a release: which track stands in which row."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from kit.release import (
    STATE_LEARNED,
    STATE_PLACED,
    STATE_UNKNOWN,
)
from pipelines.release import cards
from pipelines.release.release_content import ReleaseContent, SpaceContent
from pipelines.release.stacked import any_not_zero


class ReleaseError(Exception):
    """The release cannot be written; nothing was left behind and older releases are as they were."""


class RowOrder:
    """Which track stands in which row: those with a vector first, each part sorted by id but for the `first`."""

    def __init__(self, content: ReleaseContent) -> None:
        titled = content.tracks.filter(pl.col("title").str.strip_chars().str.len_chars() > 0)
        if titled["track_id"].n_unique() != titled.height:
            raise ReleaseError("the track table names a track twice: ingest it again")
        placed = {name for space in content.spaces.values() for name in _with_vector(space)}
        learned = set(content.learned)
        counts = content.playlists.unique("track_id")
        first = pl.DataFrame({"track_id": content.first}, {"track_id": pl.String}).with_row_index("place")
        frame = (
            titled.join(counts, on="track_id", how="left")
            .join(first, on="track_id", how="left")
            .with_columns(
                pl.col("playlists").fill_null(0).cast(pl.Int32),
                pl.col("track_id").is_in(placed).alias("placed"),
                pl.col("track_id").is_in(learned).alias("learned"),
            )
            .sort(["placed", "place", "track_id"], descending=[True, False, False], nulls_last=True)
        )
        self.vectors = int(frame["placed"].sum())
        if not self.vectors:
            raise ReleaseError("no titled track has a vector in any space: train on playlists that hold these tracks")
        self.playlists = frame["playlists"].to_numpy()
        state = np.where(frame["learned"].to_numpy(), STATE_LEARNED, STATE_PLACED)
        self.state = np.where(frame["placed"].to_numpy(), state, STATE_UNKNOWN).astype(np.uint8)
        popularity = pl.Series("popularity", cards.percentiles(self.playlists, self.state).astype(np.float64))
        self.shown = cards.display(frame.drop("placed", "place", "learned")).with_columns(
            popularity.round(1).fill_nan(None)
        )
        self.ids: list[str] = frame["track_id"].to_list()
        self._row = {track_id: row for row, track_id in enumerate(self.ids)}

    def of(self, track_ids: Sequence[str]) -> npt.NDArray[np.int64]:
        """(len,) the row of each id, -1 for a track that is left out."""
        return np.fromiter((self._row.get(track_id, -1) for track_id in track_ids), np.int64, len(track_ids))


def _with_vector(space: SpaceContent) -> list[str]:
    has_vector = np.flatnonzero(any_not_zero(space.index) | any_not_zero(space.query))
    return [space.track_ids[at] for at in has_vector.tolist()]
