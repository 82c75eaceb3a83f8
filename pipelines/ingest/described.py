"""Collects the rows that describe tracks over many files, without those that add nothing to the rows before them.

pipelines.ingest.merge takes each value of a track from the first row that has it, and its features from the first row
of the best origin. A row whose values are all known by then, and whose features come from no better origin, changes
nothing: it is dropped as soon as it is read. So memory grows with the tracks, not with the rows of all files.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

import numpy as np
import polars as pl

from pipelines import tables
from pipelines.ingest.merge import MEASURED, TRUST

Item = TypeVar("Item")

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


class DescribedRows(NamedTuple):
    """Rows of tables.TRACKS of one file: what `known` tells of them, and how to read them."""

    known: pl.DataFrame
    read: Callable[[], pl.DataFrame]


def known(rows: pl.DataFrame) -> pl.DataFrame:
    """For each row of tables.TRACKS which values it has (bits), the origin of its features, and its names in one."""
    return rows.select("track_id", _HAS, _TRUST, _CALLED)


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

    def add(self, files: Iterable[DescribedRows]) -> None:
        """Adds the rows of files, in order of precedence; only rows that are kept are read."""
        for batch in batches(files, lambda file: file.known.height, self._batch):
            self._add(batch)

    def _add(self, files: list[DescribedRows]) -> None:
        every = pl.concat([file.known for file in files]).with_row_index("at")
        rows = every.unique(["track_id", "has", "trust", "called"], keep="first", maintain_order=True)
        before = rows.join(self._known, on="track_id", how="left", suffix="_known", maintain_order="left")
        new = before.filter(
            pl.col("has_known").is_null()
            | ((pl.col("has") | pl.col("has_known")) != pl.col("has_known"))
            | (pl.col("trust") < pl.col("trust_known"))
        )
        self._remember(new.select("track_id", "has", "trust", "called"))
        renamed = before.filter(pl.col("called") != pl.col("called_known"))["at"]
        self.rows += _read(files, new["at"])
        self.otherwise_named += _read(files, renamed.filter(~renamed.is_in(new["at"].implode())))

    def _remember(self, new: pl.DataFrame) -> None:
        if new.height:
            self._known = (
                pl.concat([self._known, new])
                .group_by("track_id")
                .agg(pl.col("has").bitwise_or(), pl.col("trust").min(), pl.col("called").drop_nulls().first())
            )


def _read(files: list[DescribedRows], at: pl.Series) -> Iterator[pl.DataFrame]:
    """The rows of files joined one after the other; files without such a row are not read."""
    heights = [file.known.height for file in files]
    starts, rows = np.cumsum([0, *heights[:-1]]), at.to_numpy().astype(np.int64)
    for file, start, own in zip(files, starts, np.split(rows, np.searchsorted(rows, starts[1:])), strict=True):
        if len(own):
            yield file.read()[own - start]


def batches(items: Iterable[Item], height: Callable[[Item], int], size: int = BATCH) -> Iterator[list[Item]]:
    """Joins items to batches of about `size` rows."""
    waiting: list[Item] = []
    for item in items:
        waiting.append(item)
        if sum(map(height, waiting)) >= size:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
