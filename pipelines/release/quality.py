"""Compares the accuracy of a new release with that of the current one, by the figures that both state.

Figures are compared only when they were measured on the same held-out playlists: those of the same data and seed. The
noise of their difference is taken from the 95 % intervals of both, as if they were independent; on the same playlists
the true interval is narrower, so that a release is refused for a clear loss only.

The figures of an update (pipelines.update) are those of the full refresh that it started from, so they are compared
with nothing; what is tested of an update is the share of the nearest tracks that no new track displaces.
"""

from dataclasses import dataclass
from math import hypot

from kit.release import Manifest

FIGURE, INTERVAL = "average_ndcg_100", "interval_95"
NAME = "NDCG@100"
KEPT_FROM = "kept_from"
"""The metric that says from which full refresh the figures of an update are."""
LISTS_KEPT_LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether the new release is worse than the current one beyond noise, and a sentence about it."""

    worse: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class _Figure:
    value: float
    half_width: float


def compare(new: Manifest, current: Manifest) -> Comparison:
    """The comparison of two releases; `worse` only where their figures are comparable."""
    if KEPT_FROM in new.metrics:
        return _as_update(new)
    if reason := _not_comparable(new, current):
        return Comparison(False, f"{NAME} of {new.version} and {current.version} is not comparable: {reason}")
    ours, theirs = _figure(new), _figure(current)
    if ours is None or theirs is None:
        without = new.version if ours is None else current.version
        return Comparison(False, f"{NAME} is not comparable: {without} states none with an interval")
    noise = hypot(ours.half_width, theirs.half_width)
    difference = ours.value - theirs.value
    numbers = f"{NAME} {ours.value:.4f}, {current.version} has {theirs.value:.4f}, noise {noise:.4f}"
    return Comparison(difference < -noise, numbers)


def _as_update(new: Manifest) -> Comparison:
    kept = new.metrics[KEPT_FROM]
    about = kept if isinstance(kept, dict) else {}
    share, release = about.get("lists_kept"), about.get("release", "an earlier release")
    figures = f"the figures of {new.version} are kept from {release} and were not measured again"
    if not isinstance(share, int | float):
        return Comparison(False, figures)
    lists = f"{share:.1%} of the nearest tracks of a track are as there, at least {LISTS_KEPT_LEAST:.0%} is wanted"
    return Comparison(share < LISTS_KEPT_LEAST, f"{figures}; {lists}")


def _not_comparable(new: Manifest, current: Manifest) -> str | None:
    if KEPT_FROM in current.metrics:
        return f"the figures of {current.version} are kept from an earlier refresh"
    if new.data_hash != current.data_hash:
        return "they learned from other data"
    if new.settings.get("seed") != current.settings.get("seed"):
        return "another seed held out other playlists"
    if new.metrics.get("protocol") != current.metrics.get("protocol"):
        return "they were evaluated by other protocols"
    return None


def _figure(manifest: Manifest) -> _Figure | None:
    """The figure with half of its interval; None where the manifest, which may be a stranger's, has no such numbers."""
    value, interval = manifest.metrics.get(FIGURE), manifest.metrics.get(INTERVAL)
    numbers = [value, *interval] if isinstance(interval, list) and len(interval) == 2 else []
    if not numbers or not all(isinstance(number, int | float) for number in numbers):
        return None
    return _Figure(float(numbers[0]), abs(float(numbers[2]) - float(numbers[1])) / 2)
