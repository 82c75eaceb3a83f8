"""Chooses the adapter that serves a release: numpy, codes, the embedded engine, or a server.

a URL is set                                  server.py, its hits rescored (rescored.py)
less than 10,000 tracks                       exact.py
less than CODES_BELOW tracks, or a graph
that finds too little; faiss is installed     scanned.py
else                                          edge.py, its hits rescored
"""

from importlib.util import find_spec
from pathlib import Path

from kit.release import Release
from kit.vectors import SCAN_ONLY, TrackIndex, index_directory, open_index
from kit.vectors.batching import Arrivals
from kit.vectors.exact import ExactIndex, small
from kit.vectors.points import coded
from kit.vectors.rescored import RescoredIndex

CODES_BELOW = 400_000
"""Tracks with a vector from which the engine walks a graph: a scan of codes, 64 bytes a track of 512 columns, grows
with the release, a walk does not."""
NARROW = 16
"""Columns up to which a space may stand beside the codes as float32."""


def open_release_index(
    data: Path,
    release: Release,
    url: str | None = None,
    api_key: str | None = None,
    arrivals: Arrivals | None = None,
) -> TrackIndex:
    """The index that serves a published release. A scan of codes waits a little for the requests of `arrivals`, to
    share the reading of the codes."""
    if not url and small(release):
        return ExactIndex(release)
    if not url and (served_by_codes(release) or graph_fails(data, release)):
        from kit.vectors.scanned import ScannedIndex

        return ScannedIndex(release, arrivals)
    return RescoredIndex(open_index(data, release.version, release.dims, url, api_key), release)


def served_by_codes(release: Release) -> bool:
    """Whether a process with the packages of this one serves the release by a scan of codes, without a graph."""
    return few_enough_for_codes(release) and _makes_codes()


def graph_fails(data: Path, release: Release) -> bool:
    """Whether publishing found that the engine's graph finds too little, so that the engine compares every track with a
    query. A scan of codes, in a process that can make them, costs a fraction of that."""
    marked = (index_directory(data, release.version) / SCAN_ONLY).exists()
    return marked and has_codes(release) and _makes_codes()


def few_enough_for_codes(release: Release) -> bool:
    """Whether a release is served by a scan of codes rather than a walk: few enough tracks, and it has codes."""
    return release.embedded < CODES_BELOW and has_codes(release)


def has_codes(release: Release) -> bool:
    """Whether a release can be served by a scan of codes: what is held as float32 is narrow."""
    wide = [coded(space) for space in release.manifest.spaces.values() if space.dim > NARROW]
    return bool(wide) and all(wide)


def _makes_codes() -> bool:
    return find_spec("faiss") is not None
