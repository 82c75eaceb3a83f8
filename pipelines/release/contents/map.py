"""Checks the map of a release (kit/map.py), when it has one: sizes, clusters and their counts."""

import numpy as np

from kit import map as maps
from kit.release import Release
from kit.release_rules import MAP_LABELS, MAP_POINTS
from pipelines.release.contents.arrays import broken


def check_map(release: Release) -> None:
    """BrokenRelease unless there is a point for each track with a vector, and the clusters are those of the points."""
    if not maps.has_map(release):
        return
    try:
        points = maps.MapPoints.unpacked(maps.points_bytes(release))
    except ValueError as error:
        raise broken(release, MAP_POINTS, str(error)) from None
    counts = np.bincount(points.cluster, minlength=maps.ELSEWHERE + 1)
    held = {number: int(counts[number]) for number in np.flatnonzero(counts).tolist() if number != maps.ELSEWHERE}
    if held != {one.cluster: one.tracks for one in maps.clusters(release).clusters}:
        raise broken(release, MAP_LABELS, "lists other clusters, or other counts, than the points have")
