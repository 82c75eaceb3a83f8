"""Collects the rows that describe tracks over many files, without those that add nothing to the rows before them.

pipelines.ingest.merge takes each value of a track from the first row that has it, and its features from the first row
of the best origin. A row whose values are all known by then, and whose features come from no better origin, changes
nothing: it is dropped as soon as it is read. So memory grows with the tracks, not with the rows of all files.
"""

from collections.abc import Iterable, Iterator

import polars as pl

from pipelines import tables
from pipelines.ingest.merge import MEASURED, TRUST

BATCH = 1_000_000  # rows that are compared at once
_DESCRIBED = [name for name in tables.TRACKS if name not in (*MEASURED, "track_id")]
_UNTRUSTED = 9
_HAS = pl.sum_horizontal(
    pl.col(name).is_not_null().cast(pl.UInt32) * (1 << at) for at, name in enumerate(_DESCRIBED)
).alias("has")
_TRUST = pl.col("features_from").replace_strict(TRUST, default=_UNTRUSTED, return_dtype=pl.Int8).alias("trust")
_CALLED = (
    pl.when(pl.col("title").is_not_null())
    .then(pl.format("{}\0{}", "title", pl.col("artists").list.join("\1").fill_null("")))
    .alias("called")
)


class DescribedTracks:
    """Rows of tables.TRACKS that describe their track, in the order in which they were added."""

    def __init__(self, batch: int = BATCH) -> None:
        self._batch = batch
        self.rows: list[pl.DataFrame] = []
        self.otherwise_named: list[pl.DataFrame] = []
        """Dropped rows with another title or other artists than the first row of their track that has a title."""
        self._known = pl.DataFrame(
            schema={"track_id": pl.String, "has": pl.UInt32, "trust": pl.Int8, "called": pl.String}
        )

    def add(self, frames: Iterable[pl.DataFrame]) -> None:
        """Adds rows, frame by frame in order of precedence."""
        for batch in batches(frames, self._batch):
            self._add(batch.unique(maintain_order=True))

    def _add(self, batch: pl.DataFrame) -> None:
        seen = batch.select("track_id", _HAS, _TRUST, _CALLED)
        before = seen.join(self._known, on="track_id", how="left", suffix="_known", maintain_order="left")
        news = before.select(
            new=pl.col("has_known").is_null()
            | ((pl.col("has") | pl.col("has_known")) != pl.col("has_known"))
            | (pl.col("trust") < pl.col("trust_known")),
            renamed=(pl.col("called") != pl.col("called_known")).fill_null(False),
        )
        new = batch.filter(news["new"])
        if new.height:
            self.rows.append(new)
            self._remember(seen.filter(news["new"]))
        if (others := batch.filter(news["renamed"] & ~news["new"])).height:
            self.otherwise_named.append(others)

    def _remember(self, new: pl.DataFrame) -> None:
        self._known = (
            pl.concat([self._known, new])
            .group_by("track_id")
            .agg(pl.col("has").bitwise_or(), pl.col("trust").min(), pl.col("called").drop_nulls().first())
        )


def batches(frames: Iterable[pl.DataFrame], size: int = BATCH) -> Iterator[pl.DataFrame]:
    """Joins frames to batches of about `size` rows."""
    waiting: list[pl.DataFrame] = []
    for frame in frames:
        waiting.append(frame)
        if sum(one.height for one in waiting) >= size:
            yield pl.concat(waiting)
            waiting = []
    if waiting:
        yield pl.concat(waiting)
