"""A release, read-only: the immutable folder in which training and serving meet. Only pipelines write one.

Serving reads it with numpy and JSON alone; every array is memory-mapped, so worker processes share the pages.

    manifest.json              what it is: versions, counts, spaces, metrics, provenance, size and SHA-256 of each file
    tracks.parquet             the track table for people and tools
    cards.jsonl                the track as the API shows it, one JSON line a row; cards.offsets.npy (n + 1,) finds it
    ids.npy, ids.order.npy     (n,) bytes22 and the permutation that sorts them
    columns/<name>.npy         (n,) or (n, 12) values that ranking reads
    aliases/ids.npy            (a,) bytes22, sorted: older and other ids of its tracks; aliases/ids.rows.npy (a,) whose
    aliases/codes.npy          (c,) bytes, sorted: "isrc:..." and "mbid:..."; aliases/codes.rows.npy (c,) whose.
                               Either pair is missing where there are none
    vectors/<space>.index.npy  (m, dim) what a song is; an all-zero row has no vector in this space
    vectors/<space>.query.npy  (m, dim) what it asks for as a seed
    vectors/<space>.<block>.spectrum.npy  (block dim,) singular values for the query-side filter
    vectors/<space>.emphasis.npz          which bands count for which seeds (kit/emphasis.py); may be missing
    neighbours.{rows,together}.npy        (m, K) most often together with, and in how many playlists; -1 pads
    cold_start.safetensors     the network that places a song by its sound
    ranker.npz                 puts the first songs of a lookup into a better order (kit/ranker.py); where there is one,
                               columns/commonness.npy is what it knows of each song

Rows 0..m-1 have a vector in at least one space; rows m..n-1 are known by name only.
"""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import orjson
from pydantic import BaseModel, Field, ValidationError

SCHEMA = 1
CURRENT = "CURRENT"
CODE_BYTES = 41  # "mbid:" and 36 characters
Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.integer[Any]]
Rows = npt.NDArray[np.int64]

STATE_UNKNOWN, STATE_PLACED, STATE_LEARNED = 0, 1, 2


class BrokenRelease(Exception):
    """The folder is not a whole release; the message names the file and what to do."""


class Spectrum(BaseModel):
    """Query-side low-pass filter: gain = s^2 / (s^2 + lambda mean s^2) with lambda = scale k^power for k seeds."""

    file: str
    scale: float
    power: float


class Block(BaseModel):
    """Columns [start, stop) of a space. Its query part becomes unit length (if `unit`) times weight * k^power."""

    name: str
    start: int
    stop: int
    weight: float = 1.0
    power: float = 0.0
    unit: bool = True
    spectrum: Spectrum | None = None


class Space(BaseModel):
    """A named vector space: its width, its distance, and how seeds are pooled into a query; `emphasis` is a file."""

    dim: int
    distance: Literal["dot", "cosine"]
    blocks: list[Block]
    emphasis: str | None = None


class FileEntry(BaseModel):
    """What a file must be for the release to be whole."""

    bytes: int
    sha256: str


class Manifest(BaseModel):
    """manifest.json."""

    schema_version: int
    version: str
    created_at: str
    code_version: str
    data_hash: str
    invented: bool = Field(False, description="True for the demo world: every song, artist and listener is made up.")
    provenance: dict[str, int] = {}
    licences: dict[str, str] = Field({}, description="What its sources allow, by source, as far as they say.")
    taught_by: int | None = Field(None, description="Playlists that the counts of its songs are over; null = unsaid.")
    counts: dict[str, int]
    spaces: dict[str, Space]
    metrics: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    files: dict[str, FileEntry]


class Release:
    """An opened release. Methods take and give row numbers; ids are converted here."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest = read_manifest(path)
        self.version = self.manifest.version
        self.size = self.manifest.counts["tracks"]
        self.placed = self.manifest.counts["vectors"]

    @property
    def dims(self) -> dict[str, int]:
        """The width of each space."""
        return {name: space.dim for name, space in self.manifest.spaces.items()}

    def __repr__(self) -> str:
        return f"Release({self.version!r}, {self.size} tracks, {self.placed} with vectors)"

    # -- identity and display -------------------------------------------------------------------------------------
    @cached_property
    def ids(self) -> npt.NDArray[np.bytes_]:
        """(n,) track ids in row order."""
        return self._array("ids.npy")

    @cached_property
    def _sorted(self) -> tuple[npt.NDArray[np.bytes_], Ints]:
        order = np.asarray(self._array("ids.order.npy"))
        return np.asarray(self.ids)[order], order

    def rows(self, track_ids: Sequence[str]) -> Rows:
        """(len,) row of each id, -1 where the release does not hold it. An older id, an MBID or an ISRC, spelled as in
        kit.references, gives the row of the track it means."""
        ids, order = self._sorted
        found = _looked_up(ids, order, _bytes22(track_ids))
        missing = np.flatnonzero(found < 0).tolist()
        if missing and self.manifest.counts.get("aliases"):
            found[missing] = self._alias_rows([track_ids[at] for at in missing])
        return found

    def _alias_rows(self, references: Sequence[str]) -> Rows:
        ids, rows = self._aliases("ids", 22)
        found = _looked_up(ids, rows, _bytes22(references))
        codes, rows = self._aliases("codes", CODE_BYTES)
        wanted = np.array([_code(one) for one in references], dtype=f"S{CODE_BYTES}")
        return np.where(found >= 0, found, _looked_up(codes, rows, wanted))

    def _aliases(self, name: str, width: int) -> tuple[npt.NDArray[np.bytes_], Ints]:
        if f"aliases/{name}.npy" not in self.manifest.files:
            return np.empty(0, f"S{width}"), np.empty(0, np.int32)
        return self._cached(f"aliases/{name}.npy"), self._cached(f"aliases/{name}.rows.npy")

    def aliases(self) -> tuple[npt.NDArray[np.bytes_], Ints]:
        """(a,) other and older ids of its tracks, sorted, and (a,) the row of each."""
        return self._aliases("ids", 22)

    def codes(self) -> tuple[npt.NDArray[np.bytes_], Ints]:
        """(c,) "isrc:..." and "mbid:...", sorted, and (c,) the row of each."""
        return self._aliases("codes", CODE_BYTES)

    def track_id(self, row: int) -> str:
        """The id of a row."""
        return bytes(self.ids[row]).decode()

    def card(self, row: int) -> bytes:
        """The track of a row as JSON, in the form of kit.wire.catalog.Track."""
        start, stop = self._offsets[row], self._offsets[row + 1]
        return self._cards[start:stop].tobytes()

    @cached_property
    def _cards(self) -> npt.NDArray[np.uint8]:
        return np.asarray(np.memmap(self.path / "cards.jsonl", dtype=np.uint8, mode="r"))

    @cached_property
    def _offsets(self) -> Ints:
        return self._array("cards.offsets.npy")

    # -- numbers ---------------------------------------------------------------------------------------------------
    def column(self, name: str) -> npt.NDArray[Any]:
        """(n,) or (n, 12): features, artist, main_artist, group, popularity, year, duration_ms, state, playlists,
        and commonness where there is a ranker."""
        return self._cached(f"columns/{name}.npy")

    def index_vectors(self, space: str) -> Floats:
        """(m, dim) what each song is in the index."""
        return self._cached(f"vectors/{space}.index.npy")

    def query_vectors(self, space: str) -> Floats:
        """(m, dim) what each song asks for as a seed."""
        return self._cached(f"vectors/{space}.query.npy")

    def spectrum(self, block: Block) -> Floats:
        """(block dim,) singular values of a filtered block."""
        assert block.spectrum is not None
        return self._cached(block.spectrum.file)

    def neighbours(self, row: int) -> tuple[Ints, Ints]:
        """Rows most often in playlists together with this one, and in how many."""
        if row >= self.placed:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        rows = self._cached("neighbours.rows.npy")[row]
        kept = rows >= 0
        return rows[kept], self._cached("neighbours.together.npy")[row][kept]

    # -- files -----------------------------------------------------------------------------------------------------
    def verify(self) -> None:
        """Reads every file and compares it with the manifest; BrokenRelease names the first that differs."""
        for name, entry in self.manifest.files.items():
            with (self.path / name).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest != entry.sha256:
                raise BrokenRelease(f"{self.path / name} is corrupt (SHA-256 differs): restore it or build it again")

    def _array(self, name: str) -> npt.NDArray[Any]:
        # As a plain array over the same pages: every index into a memmap makes a memmap, at 1 us each.
        return np.asarray(np.load(self.path / name, mmap_mode="r", allow_pickle=False))

    @cached_property
    def _open_arrays(self) -> dict[str, npt.NDArray[Any]]:
        return {}

    def _cached(self, name: str) -> npt.NDArray[Any]:
        if name not in self._open_arrays:
            self._open_arrays[name] = self._array(name)
        return self._open_arrays[name]


def _bytes22(track_ids: Sequence[str]) -> npt.NDArray[np.bytes_]:
    """An MBID is cut to 22 bytes, of which one is a hyphen: it equals no id."""
    return np.array([track_id.encode("ascii", "replace") for track_id in track_ids], dtype="S22")


def _code(reference: str) -> bytes:
    kind = {36: b"mbid:", 12: b"isrc:"}.get(len(reference))
    return kind + reference.encode("ascii", "replace") if kind else b""


def _looked_up(known: npt.NDArray[np.bytes_], rows: Ints, wanted: npt.NDArray[np.bytes_]) -> Rows:
    """(len,) the row beside each wanted value of the sorted `known`, -1 where it is not there."""
    if not len(known) or not len(wanted):
        return np.full(len(wanted), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[at] == wanted, rows[at], -1).astype(np.int64)


def read_manifest(path: Path) -> Manifest:
    """The manifest, after checking that every file it lists is there in its full size."""
    try:
        manifest = Manifest.model_validate(orjson.loads((path / "manifest.json").read_bytes()))
    except FileNotFoundError:
        raise BrokenRelease(f"{path} is not a release: it has no manifest.json") from None
    except (orjson.JSONDecodeError, ValidationError) as error:
        raise BrokenRelease(f"{path / 'manifest.json'} cannot be read: {error}") from None
    if manifest.schema_version != SCHEMA:
        raise BrokenRelease(f"{path} has schema {manifest.schema_version}, this version reads {SCHEMA}: refresh it")
    for name, entry in manifest.files.items():
        _check_size(path / name, entry.bytes)
    return manifest


def _check_size(file: Path, expected: int) -> None:
    try:
        found = file.stat().st_size
    except FileNotFoundError:
        raise BrokenRelease(f"{file} is missing: the release is incomplete, build or copy it again") from None
    if found != expected:
        raise BrokenRelease(f"{file} has {found} bytes instead of {expected}: build or copy the release again")


def current_version(releases: Path) -> str | None:
    """The version named by CURRENT, or None when nothing has been published."""
    try:
        return (releases / CURRENT).read_text().strip() or None
    except FileNotFoundError:
        return None


def open_current(releases: Path) -> Release | None:
    """The published release, or None when there is none yet."""
    version = current_version(releases)
    return Release(releases / version) if version else None
