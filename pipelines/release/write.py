"""Writes a release: everything that training found, as the immutable folder that kit/release.py reads.

Files go into a temporary folder beside the target, each fsynced; manifest.json, with the size and SHA-256 of every
other file, is written last; then the folder is renamed. A folder that stopped half-way is never named like a release.
"""

import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import orjson
import polars as pl

from kit.cooccurrence import FILES as COOCCURRENCE
from kit.cooccurrence import CooccurrenceTable
from kit.query_reweighting import QueryReweighting
from kit.release import (
    SCHEMA,
    STATE_LEARNED,
    STATE_PLACED,
    STATE_UNKNOWN,
    Block,
    Floats,
    Ints,
    Manifest,
    Release,
    Space,
)
from kit.release_rules import is_version
from pipelines.folders import Folder, room_for, sync_directory
from pipelines.release import cards
from pipelines.release.aliases import Aliases

HASH = 8  # characters of it in a version
BYTES_PER_CARD = 1_200  # a card with its row of tracks.parquet: 600-1,100 bytes in the demo world and the research set


class ReleaseError(Exception):
    """The release cannot be written; nothing was left behind and older releases are as they were."""


@dataclass(frozen=True, slots=True)
class SpaceContent:
    """One space over `track_ids` (r,) in any order; an all-zero row has no vector there: the track is
    not listed (index) or is no seed (query).

    `spectra` holds (block dim,) singular values for each block that has a spectrum; its `file` is set by the writer.
    """

    distance: Literal["dot", "cosine"]
    blocks: Sequence[Block]
    track_ids: Sequence[str]
    index: Floats  # (r, dim)
    query: Floats  # (r, dim)
    spectra: Mapping[str, Floats] = field(default_factory=dict)
    emphasis: QueryReweighting | None = None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """For `track_ids` (r,): positions in it (r, K) most often together with each, -1 pads; `together` in how many."""

    track_ids: Sequence[str]
    positions: Ints
    together: Ints


@dataclass(frozen=True, slots=True)
class Cooccurrence:
    """A windowed co-occurrence table whose rows are positions in `track_ids`."""

    track_ids: Sequence[str]
    table: CooccurrenceTable


@dataclass(frozen=True, slots=True)
class ReleaseContent:
    """What goes into a release. Tracks without a title are left out, with their vectors.

    tracks: pipelines.tables.TRACKS. playlists: columns track_id and playlists, in how many playlists each track is.
    taught_by: how many playlists those counts are over. licences: what sources allow.
    learned: ids whose vectors were learned from playlists; any other with a vector was placed by its sound.
    ranker: reads commonness (len(learned),), kit.ranker.commonness of the learned tracks; for the rest it is the least.
    cooccurrence: the table that such a ranker and the next-track model read.
    names: the name model (kit.playlist_names) of its graph space. calibration: its tables (kit.calibration).
    aliases: other ids, MBIDs and ISRCs that lead to its tracks.
    first: ids that stand in the first rows, in this order, as in the release that this one continues.
    """

    name: str
    tracks: pl.DataFrame
    playlists: pl.DataFrame
    learned: Collection[str]
    spaces: Mapping[str, SpaceContent]
    data_hash: str
    neighbours: Neighbours | None = None
    cooccurrence: Cooccurrence | None = None
    cold_start: Path | None = None
    ranker: Path | None = None
    log_popularity: Floats | None = None
    names: Path | None = None
    calibration: Path | None = None
    metrics: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, int] = field(default_factory=dict)
    licences: Mapping[str, str] = field(default_factory=dict)
    taught_by: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    invented: bool = False
    aliases: Aliases = field(default_factory=Aliases)
    first: Sequence[str] = ()


def playlist_counts(entries: pl.DataFrame) -> pl.DataFrame:
    """track_id, playlists: in how many playlists each track of pipelines.tables.ENTRIES is."""
    return entries.group_by("track_id").agg(pl.col("playlist_id").n_unique().cast(pl.Int32).alias("playlists"))


def write_release(releases: Path, content: ReleaseContent) -> Release:
    """The release at releases/<name>-<hash>/; the same content gives the same version and is written once."""
    _check_name(content.name)
    rows = _Rows(content)
    releases.mkdir(parents=True, exist_ok=True)
    room = room_for("the release", releases, _estimate(rows, content), ReleaseError)
    with room, tempfile.TemporaryDirectory(prefix=".writing-", dir=releases) as scratch:
        folder = Folder(Path(scratch) / "release")
        folder.path.mkdir()
        spaces = _fill(folder, rows, content)
        manifest = _manifest(folder, rows, content, spaces)
        target = releases / manifest.version
        if not target.exists():
            with folder.file("manifest.json") as file:
                file.write(orjson.dumps(manifest.model_dump(), option=orjson.OPT_INDENT_2))
            folder.sync()
            folder.path.rename(target)
            sync_directory(releases)
    return Release(target)


def _check_name(name: str) -> None:
    """ReleaseError when name and hash are no version, before anything is written."""
    if not is_version(f"{name}-{'0' * HASH}"):
        raise ReleaseError(f"{name!r} cannot begin the name of a release: use letters, digits and . _ -")


class _Rows:
    """Which track stands in which row: those with a vector first, each part sorted by id but for the `first`."""

    def __init__(self, content: ReleaseContent) -> None:
        titled = content.tracks.filter(pl.col("title").str.strip_chars().str.len_chars() > 0)
        if titled["track_id"].n_unique() != titled.height:
            raise ReleaseError("the track table names a track twice: ingest it again")
        placed = {name for space in content.spaces.values() for name in _with_vector(space)}
        learned = set(content.learned)
        counts = content.playlists.unique("track_id")
        first = pl.DataFrame({"track_id": content.first}, {"track_id": pl.String}).with_row_index("place")
        frame = (
            titled.join(counts, on="track_id", how="left")
            .join(first, on="track_id", how="left")
            .with_columns(
                pl.col("playlists").fill_null(0).cast(pl.Int32),
                pl.col("track_id").is_in(placed).alias("placed"),
                pl.col("track_id").is_in(learned).alias("learned"),
            )
            .sort(["placed", "place", "track_id"], descending=[True, False, False], nulls_last=True)
        )
        self.vectors = int(frame["placed"].sum())
        if not self.vectors:
            raise ReleaseError("no titled track has a vector in any space: train on playlists that hold these tracks")
        self.playlists = frame["playlists"].to_numpy()
        state = np.where(frame["learned"].to_numpy(), STATE_LEARNED, STATE_PLACED)
        self.state = np.where(frame["placed"].to_numpy(), state, STATE_UNKNOWN).astype(np.uint8)
        popularity = pl.Series("popularity", cards.percentiles(self.playlists, self.state).astype(np.float64))
        self.shown = cards.display(frame.drop("placed", "place", "learned")).with_columns(
            popularity.round(1).fill_nan(None)
        )
        self.ids: list[str] = frame["track_id"].to_list()
        self._row = {track_id: row for row, track_id in enumerate(self.ids)}

    def of(self, track_ids: Sequence[str]) -> npt.NDArray[np.int64]:
        """(len,) the row of each id, -1 for a track that is left out."""
        return np.fromiter((self._row.get(track_id, -1) for track_id in track_ids), np.int64, len(track_ids))


def _with_vector(space: SpaceContent) -> list[str]:
    with np.errstate(over="ignore"):  # refused when the space is written
        index, query = (np.asarray(side).astype(np.float16).any(axis=1) for side in (space.index, space.query))
    has_vector = np.flatnonzero(index | query)
    return [space.track_ids[at] for at in has_vector.tolist()]


def _fill(folder: Folder, rows: _Rows, content: ReleaseContent) -> dict[str, Space]:
    ids = np.array([track_id.encode() for track_id in rows.ids], dtype="S22")
    folder.array("ids.npy", ids)
    folder.array("ids.order.npy", np.argsort(ids))
    with folder.file("tracks.parquet") as file:
        rows.shown.with_columns(pl.Series("state", rows.state)).write_parquet(file, compression="zstd")  # type: ignore[arg-type]
    _write_cards(folder, rows)
    for name, column in cards.columns(rows.shown, rows.state, rows.playlists).items():
        folder.array(f"columns/{name}.npy", column)
    spaces = {name: _write_space(folder, rows, name, space) for name, space in content.spaces.items()}
    _write_neighbours(folder, rows, content.neighbours)
    if content.cooccurrence:
        _write_cooccurrence(folder, rows, content.cooccurrence)
    content.aliases.write(folder, rows.of)
    if content.cold_start:
        _copy(folder, "cold_start.safetensors", content.cold_start)
    if content.names:
        _copy(folder, "names.npz", content.names)
    if content.calibration:
        _copy(folder, "calibration.npz", content.calibration)
    if content.ranker and content.log_popularity is not None:
        _copy(folder, "ranker.npz", content.ranker)
        folder.array("columns/commonness.npy", _commonness(rows, content.learned, content.log_popularity))
    return spaces


def _copy(folder: Folder, name: str, source: Path) -> None:
    with folder.file(name) as file:
        file.write(source.read_bytes())


def _commonness(rows: _Rows, learned: Collection[str], values: Floats) -> npt.NDArray[np.float32]:
    at = rows.of(list(learned))
    column = np.full(len(rows.ids), values.min(initial=0.0), np.float32)
    column[at[at >= 0]] = values[at >= 0]
    return column


def _write_cards(folder: Folder, rows: _Rows) -> None:
    offsets = np.zeros(len(rows.ids) + 1, dtype=np.int64)
    with folder.file("cards.jsonl") as file:
        for row, line in enumerate(cards.cards(rows.shown, rows.state)):
            offsets[row + 1] = offsets[row] + file.write(line)
    folder.array("cards.offsets.npy", offsets)


def _write_space(folder: Folder, rows: _Rows, name: str, space: SpaceContent) -> Space:
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
    emphasis = _archive(folder, f"vectors/{name}.emphasis.npz", space.emphasis)
    return Space(dim=space.index.shape[1], distance=space.distance, blocks=blocks, emphasis=emphasis)


def _archive(folder: Folder, name: str, content: QueryReweighting | None) -> str | None:
    """The name of the .npz file it is written to; None for nothing."""
    if content is None:
        return None
    arrays = BytesIO()
    content.save(arrays)
    with folder.file(name) as written:
        written.write(arrays.getvalue())
    return name


def _aligned(matrix: Floats, at: npt.NDArray[np.int64], rows: int, what: str) -> npt.NDArray[np.float16]:
    """(rows, dim) float16; halves the file and the pages, and costs a relative error of 5e-4 at most per value."""
    kept = (at >= 0) & (at < rows)
    placed = np.zeros((rows, matrix.shape[1]), dtype=np.float16)
    with np.errstate(over="ignore"):
        placed[at[kept]] = matrix[kept].astype(np.float16)
    if not np.isfinite(placed).all():
        raise ReleaseError(f"space {what!r} holds values that are not finite in float16: scale it below 65504")
    return placed


def _write_neighbours(folder: Folder, rows: _Rows, neighbours: Neighbours | None) -> None:
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


def _write_cooccurrence(folder: Folder, rows: _Rows, found: Cooccurrence) -> None:
    """The table in row order; entries of tracks that are left out, or have no vector, are too."""
    at, table = rows.of(found.track_ids), found.table
    at = np.where(at < rows.vectors, at, -1)
    lines, neighbours = np.repeat(at, np.diff(table.offsets)), at[table.rows]
    kept = np.flatnonzero((lines >= 0) & (neighbours >= 0))
    order = kept[np.argsort(lines[kept], kind="stable")]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(lines[kept], minlength=rows.vectors))]).astype(np.int64)
    arrays: tuple[npt.NDArray[Any], ...]
    arrays = (offsets, neighbours[order].astype(np.int32), table.weights[order], table.after[order])
    for name, array in zip(COOCCURRENCE, arrays, strict=True):
        folder.array(name, array)


def _manifest(folder: Folder, rows: _Rows, content: ReleaseContent, spaces: Mapping[str, Space]) -> Manifest:
    described = {name: space.model_dump() for name, space in spaces.items()}
    said = [SCHEMA, described, {name: entry.sha256 for name, entry in folder.files.items()}]
    digest = sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()[:HASH]
    states = {"learned": STATE_LEARNED, "placed": STATE_PLACED, "unknown": STATE_UNKNOWN}
    return Manifest(
        schema_version=SCHEMA,
        version=f"{content.name}-{digest}",
        created_at=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        code_version=_code_version(),
        data_hash=content.data_hash,
        invented=content.invented,
        provenance=dict(content.provenance),
        licences=dict(content.licences),
        taught_by=content.taught_by,
        counts={"tracks": len(rows.ids), "vectors": rows.vectors}
        | {word: int((rows.state == state).sum()) for word, state in states.items()}
        | content.aliases.counts(),
        spaces=dict(spaces),
        metrics=dict(content.metrics),
        settings=dict(content.settings),
        files=folder.files,
    )


def _code_version() -> str:
    try:
        return metadata.version("segue")
    except metadata.PackageNotFoundError:
        return "not installed"


def _estimate(rows: _Rows, content: ReleaseContent) -> int:
    """Bytes the release takes on disk, on the generous side."""
    widths = sum(space.index.shape[1] for space in content.spaces.values())
    vectors = 2 * 2 * rows.vectors * int(widths)
    neighbours = 8 * rows.vectors * int(content.neighbours.positions.shape[1] if content.neighbours else 1)
    neighbours += 7 * len(content.cooccurrence.table.rows) if content.cooccurrence else 0
    return vectors + neighbours + 45 * len(content.aliases) + (BYTES_PER_CARD + 200) * len(rows.ids) + (1 << 16)
