"""One figure with its bootstrap interval and what is needed to reproduce it: a row of the tables beside the
leaderboard."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines import stage
from pipelines.evaluate import metrics

Floats = npt.NDArray[np.float64]

DRAWS = 2000  # bootstrap draws
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Source:
    """Provenance of figures: the seed, the commit, and one hash over the data."""

    seed: int
    commit: str
    data_hash: str

    @classmethod
    def of(cls, data: Path, seed: int) -> "Source":
        """The provenance of figures of an ingested folder."""
        files = [data / f"{name}.parquet" for name in ("entries", "playlists", "tracks")]
        return cls(seed, commit(), stage.hash_files(files))


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value: `protocol` and `measure` name the task, `note` holds what qualifies the value."""

    protocol: str
    model: str
    measure: str
    value: float
    interval: tuple[float, float]  # 95 %, bootstrap over playlists or people
    source: Source
    settings: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.model} {self.measure} {self.value:.4f} [{low:.4f}, {high:.4f}]"


def quotient(above: Floats, below: Floats, seed: int) -> tuple[float, tuple[float, float]]:
    """sum(above) / sum(below) with its interval; both (people,), resampled together: also a paired ratio."""
    counts = metrics.resamples(len(above), DRAWS, seed)
    drawn = np.divide(counts @ above, counts @ below, out=np.full(DRAWS, np.nan), where=counts @ below > 0)
    low, high = np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(above.sum() / below.sum()), (float(low), float(high))


def commit() -> str:
    """The checked-out commit, "-dirty" when files differ from it, or "unknown" outside a repository."""
    here = Path(__file__).parent
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty"],  # noqa: S607
            cwd=here,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()
