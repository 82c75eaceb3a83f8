"""Writes the arrays of a release in row order: vectors, neighbours, log popularity, map."""

from collections.abc import Collection
from io import BytesIO

import numpy as np
import numpy.typing as npt

from kit.map import ELSEWHERE, MapPoints
from kit.query_reweighting import QueryReweighting
from kit.release import (
    Floats,
    Space,
)
from kit.release_rules import MAP_LABELS, MAP_POINTS
from pipelines.folders import Folder
from pipelines.release.release_content import MapContent, Neighbours, SpaceContent
from pipelines.release.row_order import ReleaseError, RowOrder
from pipelines.release.stacked import Stacked

COPIED = 100_000  # rows at once


def log_popularity_column(rows: RowOrder, learned: Collection[str], values: Floats) -> npt.NDArray[np.float32]:
    at = rows.of(list(learned))
    column = np.full(len(rows.ids), values.min(initial=0.0), np.float32)
    column[at[at >= 0]] = values[at >= 0]
    return column


def write_space(folder: Folder, rows: RowOrder, name: str, space: SpaceContent) -> Space:
    at = rows.of(space.track_ids)
    for kind, matrix in (("index", space.index), ("query", space.query)):
        folder.array(f"vectors/{name}.{kind}.npy", _aligned(matrix, at, rows.vectors, f"{name}.{kind}"))
    blocks = []
    for block in space.blocks:
        if block.spectrum:
            file = f"vectors/{name}.{block.name}.spectrum.npy"
            folder.array(file, np.asarray(space.spectra[block.name], dtype=np.float32))
            block = block.model_copy(update={"spectrum": block.spectrum.model_copy(update={"file": file})})
        blocks.append(block)
    reweighting = _archive(folder, f"vectors/{name}.emphasis.npz", space.reweighting)
    return Space(dim=space.index.shape[1], distance=space.distance, blocks=blocks, reweighting=reweighting)


def _archive(folder: Folder, name: str, content: QueryReweighting | None) -> str | None:
    """The name of the .npz file it is written to; None for nothing."""
    if content is None:
        return None
    arrays = BytesIO()
    content.save(arrays)
    with folder.file(name) as written:
        written.write(arrays.getvalue())
    return name


def _aligned(matrix: Floats | Stacked, at: npt.NDArray[np.int64], rows: int, what: str) -> npt.NDArray[np.float16]:
    """(rows, dim) float16; halves the file and the pages, and costs a relative error of 5e-4 at most per value."""
    kept = np.flatnonzero((at >= 0) & (at < rows))
    placed = np.zeros((rows, matrix.shape[1]), dtype=np.float16)
    with np.errstate(over="ignore"):
        for part in np.array_split(kept, 1 + len(kept) // COPIED):
            placed[at[part]] = matrix[part].astype(np.float16)
    if not all(np.isfinite(placed[start : start + COPIED]).all() for start in range(0, rows, COPIED)):
        raise ReleaseError(f"space {what!r} holds values that are not finite in float16: scale it below 65504")
    return placed


def write_neighbours(folder: Folder, rows: RowOrder, neighbours: Neighbours | None) -> None:
    width = neighbours.positions.shape[1] if neighbours else 1
    found = np.full((rows.vectors, width), -1, dtype=np.int32)
    together = np.zeros((rows.vectors, width), dtype=np.int32)
    if neighbours:
        at = rows.of(neighbours.track_ids)
        kept = (at >= 0) & (at < rows.vectors)
        found[at[kept]] = np.append(at, -1)[neighbours.positions[kept]]
        together[at[kept]] = neighbours.together[kept]
    folder.array("neighbours.rows.npy", found)
    folder.array("neighbours.together.npy", together)


def write_map(folder: Folder, rows: RowOrder, drawn: MapContent) -> None:
    """The points in row order; a track that is not on the map is ELSEWHERE."""
    at = rows.of(drawn.track_ids)
    if not ((at >= 0) & (at < rows.vectors)).all():
        raise ReleaseError("the map holds a track without title or vector: make the map of this release again")
    x, y = np.zeros(rows.vectors, np.uint16), np.zeros(rows.vectors, np.uint16)
    cluster = np.full(rows.vectors, ELSEWHERE, np.uint8)
    x[at], y[at], cluster[at] = drawn.points.x, drawn.points.y, drawn.points.cluster
    with folder.file(MAP_POINTS) as file:
        file.write(MapPoints(x, y, cluster).packed())
    with folder.file(MAP_LABELS) as file:
        file.write(drawn.clusters.model_dump_json().encode())
