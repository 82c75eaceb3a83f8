"""The likes of one report: rows of the release and when each was liked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from kit.release import Release, Rows


@dataclass(frozen=True, slots=True, eq=False)
class LikedTracks:
    """Likes of the period that the release knows, newest first, each track once.

    `of_period` counts the likes of the period, unknown tracks included; `considered` those of all periods that were
    read. `months` (likes,) is "2026-10" in UTC.
    """

    rows: Rows
    months: list[str]
    of_period: int
    considered: int

    @classmethod
    def of(
        cls, release: Release, track_ids: Sequence[str], moments: Sequence[datetime], considered: int
    ) -> "LikedTracks":
        """Looks the tracks up; those that are not in the release are only counted."""
        rows = release.rows(track_ids)
        known = np.flatnonzero(rows >= 0)
        _, first = np.unique(rows[known], return_index=True)  # two ids of one track
        kept = known[np.sort(first)]
        months = [f"{moments[at]:%Y-%m}" for at in kept.tolist()]
        return cls(rows[kept], months, len(track_ids), considered)

    def __len__(self) -> int:
        return len(self.rows)
