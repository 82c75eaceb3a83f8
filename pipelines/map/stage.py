"""The map of a release: points, clusters and labels of the tracks with a `graph` vector, as a cached stage's files.

At most POINTS_MOST tracks are on the map, those in most playlists; tracks without a title are not in a release and so
not on its map.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from kit.map import EDGE, MapPoints
from kit.release import Floats
from kit.wire.map import MapClusters
from pipelines.map import clusters, labels, layout, spreading
from pipelines.release.release_content import MapContent
from pipelines.release.stacked import Stacked, any_not_zero
from pipelines.stage_reading import reads_stage

VERSION = 3
POINTS_MOST = 2_000_000
IDS, POINTS, CLUSTERS = "ids.npy", "points.bin", "labels.json"


def save(content: MapContent, folder: Path) -> None:
    """Writes a map into the folder of a stage."""
    ids = np.array([track_id.encode() for track_id in content.track_ids], dtype="S22")
    np.save(folder / IDS, ids)
    (folder / POINTS).write_bytes(content.points.packed())
    (folder / CLUSTERS).write_bytes(content.clusters.model_dump_json().encode())


@reads_stage
def load(folder: Path) -> MapContent:
    """Reads what `save` wrote."""
    ids = [track_id.decode() for track_id in np.load(folder / IDS, allow_pickle=False).tolist()]
    found = MapClusters.model_validate_json((folder / CLUSTERS).read_bytes())
    return MapContent(ids, MapPoints.unpacked((folder / POINTS).read_bytes()), found)


def settings() -> dict[str, Any]:
    """What the map depends on beside the vectors, for the key of the stage."""
    return {
        "points": POINTS_MOST,
        "laid_out": layout.LAID_OUT,
        "perplexity": layout.PERPLEXITY,
        "steps": [layout.EXAGGERATED, layout.STEPS],
        "cell": layout.CELL,
        "spacing": spreading.SPACING,
        "clusters": clusters.CLUSTERS_MOST,
    }


def build(
    folder: Path,
    track_ids: Sequence[str],
    vectors: Floats | Stacked,
    tracks: pl.DataFrame,
    playlists: pl.DataFrame,
    seed: int,
    progress: Callable[[str], None],
) -> Mapping[str, Any]:
    """Makes the map of the vectors (r, dim) of `track_ids` (r,), saves it and returns its figures.

    tracks: pipelines.tables.TRACKS. playlists: columns track_id and playlists.
    """
    started = process_time()
    shown = _shown(track_ids, any_not_zero(vectors), tracks, playlists)
    units = layout.unit(vectors[shown["at"].to_numpy()])
    ids = shown["track_id"].to_list()
    points = _laid_out(units, seed, progress)
    artists = [names[0] if names else None for names in shown["artists"].to_list()]
    mapped = labels.MappedTracks(shown["genres"].to_list(), artists, shown["playlists"].to_numpy())
    content = MapContent(ids, points, labels.labelled(mapped, points.cluster, points.x, points.y))
    save(content, folder)
    kinds = [one.kind for one in content.clusters.clusters]
    return {
        "points": len(ids),
        "clusters": len(kinds),
        "genres": kinds.count("genre"),
        "artists": kinds.count("artist"),
        "cpu_s": round(process_time() - started, 1),
    }


def _laid_out(units: npt.NDArray[np.float32], seed: int, progress: Callable[[str], None]) -> MapPoints:
    progress(f"laying out {len(units):,} tracks")
    plane = spreading.spread(layout.layout(units, seed), seed)
    x, y = (np.round(plane[:, axis] * EDGE).astype(np.uint16) for axis in (0, 1))
    progress("naming the clusters")
    return MapPoints(x, y, clusters.clusters(units, seed))


def _shown(
    track_ids: Sequence[str], has_vector: npt.NDArray[np.bool_], tracks: pl.DataFrame, playlists: pl.DataFrame
) -> pl.DataFrame:
    """track_id, at (its position in `track_ids`), genres, artists, playlists of the tracks on the map, by id."""
    placed = pl.DataFrame({"track_id": list(track_ids), "has": has_vector}).with_row_index("at").filter("has")
    titled = tracks.filter(pl.col("title").str.strip_chars().str.len_chars() > 0)
    return (
        placed.join(titled.select("track_id", "genres", "artists"), on="track_id")
        .join(playlists.unique("track_id").select("track_id", "playlists"), on="track_id", how="left")
        .with_columns(
            pl.col("playlists").fill_null(0).cast(pl.Int64),
            pl.col("genres").fill_null([]),
            pl.col("artists").fill_null([]),
        )
        .sort(["playlists", "track_id"], descending=[True, False])
        .head(POINTS_MOST)
        .sort("track_id")
    )
