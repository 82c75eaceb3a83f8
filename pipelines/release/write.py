"""Writes a release: everything that training found, as the immutable folder that kit/release.py reads.

Files go into a temporary folder beside the target, each fsynced; manifest.json, with the size and SHA-256 of every
other file, is written last; then the folder is renamed. A folder that stopped half-way is never named like a release.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from importlib import metadata
from pathlib import Path

import numpy as np
import orjson
import polars as pl

from kit.durable_files import sync_directory
from kit.release import (
    SCHEMA,
    STATE_LEARNED,
    STATE_PLACED,
    STATE_UNKNOWN,
    Manifest,
    Release,
    Space,
)
from kit.release_rules import is_version
from pipelines.folders import Folder, room_for, scratch_folder
from pipelines.release import cards
from pipelines.release.release_content import ReleaseContent
from pipelines.release.row_order import ReleaseError, RowOrder
from pipelines.release.write_arrays import (
    log_popularity_column,
    write_map,
    write_neighbours,
    write_space,
)
from pipelines.release.write_cards import write_cards
from pipelines.release.write_cooccurrence import write_cooccurrence

HASH = 8  # characters of it in a version
BYTES_PER_CARD = 1_200  # a card with its row of tracks.parquet: 600-1,100 bytes in the demo world and the research set


def write_release(releases: Path, content: ReleaseContent) -> Release:
    """The release at releases/<name>-<hash>/; the same content gives the same version and is written once."""
    _check_name(content.name)
    rows = RowOrder(content)
    releases.mkdir(parents=True, exist_ok=True)
    room = room_for("the release", releases, _estimate(rows, content), ReleaseError)
    with room, scratch_folder(releases, ".writing-") as scratch:
        folder = Folder(scratch / "release")
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


def _fill(folder: Folder, rows: RowOrder, content: ReleaseContent) -> dict[str, Space]:
    ids = np.array([track_id.encode() for track_id in rows.ids], dtype="S22")
    folder.array("ids.npy", ids)
    folder.array("ids.order.npy", np.argsort(ids))
    with folder.file("tracks.parquet") as file:
        rows.shown.with_columns(pl.Series("state", rows.state)).write_parquet(file, compression="zstd")  # type: ignore[arg-type]
    write_cards(folder, rows)
    numbers = rows.earlier("artist"), rows.earlier("group")
    for name, column in cards.columns(rows.shown, rows.state, rows.playlists, *numbers).items():
        folder.array(f"columns/{name}.npy", column)
    spaces = {name: write_space(folder, rows, name, space) for name, space in content.spaces.items()}
    write_neighbours(folder, rows, content.neighbours)
    if content.cooccurrence:
        write_cooccurrence(folder, rows, content.cooccurrence)
    if content.map:
        write_map(folder, rows, content.map)
    content.aliases.write(folder, rows.of)
    if content.cold_start:
        _copy(folder, "cold_start.safetensors", content.cold_start)
    if content.names:
        _copy(folder, "names.npz", content.names)
    if content.calibration:
        _copy(folder, "calibration.npz", content.calibration)
    for name, document in content.documents.items():
        _copy(folder, name, document)
    if content.ranker and content.log_popularity is not None:
        _copy(folder, "ranker.npz", content.ranker)
        folder.array("columns/commonness.npy", log_popularity_column(rows, content.learned, content.log_popularity))
    return spaces


def _copy(folder: Folder, name: str, source: Path) -> None:
    with folder.file(name) as file:
        file.write(source.read_bytes())


def _manifest(folder: Folder, rows: RowOrder, content: ReleaseContent, spaces: Mapping[str, Space]) -> Manifest:
    described = {name: space.model_dump() for name, space in spaces.items()}
    content_key = [SCHEMA, described, {name: entry.sha256 for name, entry in folder.files.items()}]
    digest = sha256(orjson.dumps(content_key, option=orjson.OPT_SORT_KEYS)).hexdigest()[:HASH]
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
        training_playlists=content.training_playlists,
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


def _estimate(rows: RowOrder, content: ReleaseContent) -> int:
    """Bytes the release takes on disk, on the generous side."""
    widths = sum(space.index.shape[1] for space in content.spaces.values())
    vectors = 2 * 2 * rows.vectors * int(widths)
    neighbours = 8 * rows.vectors * int(content.neighbours.positions.shape[1] if content.neighbours else 1)
    neighbours += 7 * len(content.cooccurrence.table.rows) if content.cooccurrence else 0
    return vectors + neighbours + 45 * len(content.aliases) + (BYTES_PER_CARD + 200) * len(rows.ids) + (1 << 16)
