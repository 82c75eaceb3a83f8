"""Quantile mapping: values of one measurement onto the scale of one of our audio features.

A value's rank among all values of its source becomes the quantile of the target scale (mid-rank, so that equal values
stay equal). It keeps the order and gives the distribution that filters, moods and the cold-start network expect.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.open_data.remote import DumpError

Floats = npt.NDArray[np.float64]
MAPPED = ("danceability", "energy", "loudness")
"""Features whose scale is a convention; tempo, key and mode have a unit."""
DECILES = np.linspace(0, 1, 11)
DEMO: dict[str, tuple[float, ...]] = {
    "danceability": (0.088, 0.294, 0.38, 0.45, 0.509, 0.567, 0.624, 0.683, 0.741, 0.803, 0.959),
    "energy": (0.016, 0.279, 0.411, 0.508, 0.584, 0.647, 0.708, 0.761, 0.811, 0.867, 0.982),
    "loudness": (-22.381, -15.835, -13.916, -12.631, -11.58, -10.613, -9.684, -8.752, -7.682, -6.422, -1.912),
}
"""Deciles of the tracks of the demo release, whose distribution the pages and presets of Segue are made for:
    pl.read_parquet("releases/demo-*/tracks.parquet")[name].quantile(q)."""


def scales(file: Path | None) -> dict[str, Floats]:
    """The quantiles of each mapped feature: of the tracks in a table (CSV or Parquet), else of the demo release."""
    if file is None:
        return {name: np.array(values) for name, values in DEMO.items()}
    try:
        frame = pl.read_parquet(file) if file.suffix == ".parquet" else pl.read_csv(file, infer_schema_length=None)
        return {name: _quantiles(frame[name].cast(pl.Float64)) for name in MAPPED}
    except (OSError, pl.exceptions.PolarsError) as error:
        named = ", ".join(MAPPED)
        raise DumpError(f"{str(file)!r} is no scale ({error}): name a table of tracks with {named}") from None


def _quantiles(values: pl.Series) -> Floats:
    known = values.drop_nulls().drop_nans()
    if known.len() < len(DECILES):
        raise DumpError(f"the scale has {known.len()} values of {values.name}: name a table with more tracks")
    return np.asarray(np.quantile(known.to_numpy(), DECILES), dtype=np.float64)


def ranks(values: Floats) -> Floats:
    """(n,) the mid-rank of each value among all, within 0..1; nan stays nan."""
    known = np.flatnonzero(~np.isnan(values))
    ordered = np.sort(values[known])
    low, high = (np.searchsorted(ordered, values[known], side) for side in ("left", "right"))
    found = np.full(len(values), np.nan)
    found[known] = (low + high) / (2 * max(len(known), 1))
    return found


def mapped(quantile: Floats, scale: Floats) -> Floats:
    """(n,) the value of the scale at each quantile, linear between those that are known; nan stays nan."""
    return np.interp(quantile, np.linspace(0, 1, len(scale)), scale)
