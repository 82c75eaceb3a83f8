"""Read-only access to a release: the immutable folder of model and catalogue files that pipelines write.

Needs only numpy and JSON. Arrays are memory-mapped, so worker processes share the pages; cards, and the query vectors
of some rows, are read from their files.

    manifest.json              versions, counts, spaces, metrics, provenance, size and SHA-256 of each file
    tracks.parquet             the track table for people and tools
    cards.jsonl                the track as the API returns it, one JSON line a row; cards.offsets.npy (n + 1,) offsets
    ids.npy, ids.order.npy     (n,) bytes22 and the permutation that sorts them
    columns/<name>.npy         (n,) or (n, 12) columns used by ranking
    aliases/ids.npy            (a,) bytes22, sorted: older and other ids of its tracks; aliases/ids.rows.npy (a,) rows
    aliases/codes.npy          (c,) bytes, sorted: "isrc:..." and "mbid:..."; aliases/codes.rows.npy (c,) rows.
                               Either pair is missing where there are none
    vectors/<space>.index.npy  (m, dim) index vectors; an all-zero row has no vector in this space
    vectors/<space>.query.npy  (m, dim) query vectors
    vectors/<space>.<block>.spectrum.npy  (block dim,) singular values for the query-side filter
    vectors/<space>.emphasis.npz          query reweighting (kit/query_reweighting.py); may be missing
    neighbours.{rows,together}.npy        (m, K) most frequent co-occurring tracks and their counts; -1 pads
    cold_start.safetensors     cold-start network (kit/cold_start.py)
    ranker.npz                 learned reranker (kit/ranker.py); may be missing. With it comes
                               columns/commonness.npy, the log popularity of each track
    cooccurrence/<part>.npy    windowed co-occurrence table (kit/cooccurrence.py), four files; may be missing
    names.npz                  query vectors of playlist names (kit/playlist_names.py); may be missing
    map/points.bin, map/labels.json       the map of the catalogue (kit/map.py); may be missing
    calibration.npz            chances of ranking scores (kit/calibration.py); may be missing

Rows 0..m-1 have a vector in at least one space; rows m..n-1 have metadata only.

A release may be untrusted. Names are plain and stay inside the folder, files are regular files of the listed size,
numbers are bounded (kit/manifest.py); arrays are never pickled, nor larger than their file (kit/arrays.py).
"""

import hashlib
import os
import weakref
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from kit.arrays import NotAnArray, RowFile, mapped
from kit.manifest import SCHEMA, Block, BrokenRelease, FileEntry, Manifest, Space, Spectrum, read_manifest
from kit.release_files import NotAPlainFile, open_inside
from kit.release_ids import CODE_BYTES, bytes22, code_of, looked_up, rows_of

__all__ = [
    "SCHEMA",
    "STATE_LEARNED",
    "STATE_PLACED",
    "STATE_UNKNOWN",
    "Block",
    "BrokenRelease",
    "FileEntry",
    "Floats",
    "Ints",
    "Manifest",
    "Release",
    "Rows",
    "Space",
    "Spectrum",
    "read_manifest",
]

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.integer[Any]]
Rows = npt.NDArray[np.int64]
Opened = TypeVar("Opened")

STATE_UNKNOWN, STATE_PLACED, STATE_LEARNED = 0, 1, 2


class Release:
    """An opened release. Methods take and return row numbers; `rows` and `track_id` convert ids."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest = read_manifest(path)
        self.version = self.manifest.version
        self.size = self.manifest.counts["tracks"]
        self.embedded = self.manifest.counts["vectors"]  # tracks with an embedding: rows 0 to embedded - 1

    @property
    def dims(self) -> dict[str, int]:
        """The number of columns of each space."""
        return {name: space.dim for name, space in self.manifest.spaces.items()}

    def __repr__(self) -> str:
        return f"Release({self.version!r}, {self.size} tracks, {self.embedded} with vectors)"

    # -- identity and display -------------------------------------------------------------------------------------
    @cached_property
    def ids(self) -> npt.NDArray[np.bytes_]:
        """Track ids (n,) in row order."""
        return self._cached("ids.npy")

    @cached_property
    def _order(self) -> Ints:
        """The permutation (n,) that sorts the ids, as searchsorted wants it."""
        order = self._cached("ids.order.npy").astype(np.intp, copy=False)
        if order.shape != self.ids.shape or (len(order) and not (order.min() >= 0 and order.max() < len(order))):
            raise BrokenRelease(f"{self.path / 'ids.order.npy'} orders other ids: build or copy the release again")
        return order

    def rows(self, track_ids: Sequence[str]) -> Rows:
        """The row (len,) of each id, -1 where the release does not have it. An older id, an MBID or an ISRC, in the
        canonical form of kit.references, gives the row of its track."""
        if not track_ids:
            return np.empty(0, np.int64)
        found = rows_of(self.ids, self._order, bytes22(track_ids))
        missing = np.flatnonzero(found < 0).tolist()
        if missing and self.manifest.counts.get("aliases"):
            found[missing] = self._alias_rows([track_ids[at] for at in missing])
        return found

    def _alias_rows(self, references: Sequence[str]) -> Rows:
        ids, rows = self._aliases("ids", 22)
        found = looked_up(ids, rows, bytes22(references))
        codes, rows = self._aliases("codes", CODE_BYTES)
        wanted = np.array([code_of(reference) for reference in references], dtype=f"S{CODE_BYTES}")
        return np.where(found >= 0, found, looked_up(codes, rows, wanted))

    def _aliases(self, name: str, width: int) -> tuple[npt.NDArray[np.bytes_], Ints]:
        if f"aliases/{name}.npy" not in self.manifest.files:
            return np.empty(0, f"S{width}"), np.empty(0, np.int32)
        return self._cached(f"aliases/{name}.npy"), self._cached(f"aliases/{name}.rows.npy")

    def aliases(self) -> tuple[npt.NDArray[np.bytes_], Ints]:
        """Other and older ids (a,) of its tracks, sorted, and the row (a,) of each."""
        return self._aliases("ids", 22)

    def codes(self) -> tuple[npt.NDArray[np.bytes_], Ints]:
        """Codes (c,) "isrc:..." and "mbid:...", sorted, and the row (c,) of each."""
        return self._aliases("codes", CODE_BYTES)

    def track_id(self, row: int) -> str:
        """The id of a row."""
        return bytes(self.ids[row]).decode()

    def card(self, row: int) -> bytes:
        """The track of a row as JSON, in the form of kit.wire.catalog.Track."""
        start, stop = self._offsets[row : row + 2].tolist()
        return os.pread(self._cards, stop - start, start)

    def cards(self, rows: Sequence[int]) -> list[bytes]:
        """`card` of several rows, faster than one by one."""
        ends = self._offsets.take(np.array(rows, np.int64)[:, None] + np.arange(2)).tolist()
        return [os.pread(self._cards, stop - start, start) for start, stop in ends]

    def card_lines(self, start: int, stop: int) -> bytes:
        """The cards of rows start to stop - 1, a line each."""
        first, last = self._offsets[start], self._offsets[stop]
        return os.pread(self._cards, int(last - first), int(first))

    def card_sizes(self, start: int, stop: int) -> Ints:
        """(stop - start,) bytes of each of these cards."""
        return np.diff(self._offsets[start : stop + 1])

    @cached_property
    def _cards(self) -> int:
        """A file descriptor: mapped, every page around a card that was read would stay in the process's memory."""
        handle = os.open(self.path / "cards.jsonl", os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, handle)
        return handle

    @cached_property
    def _offsets(self) -> Ints:
        return self._cached("cards.offsets.npy")

    # -- numbers ---------------------------------------------------------------------------------------------------
    def column(self, name: str) -> npt.NDArray[Any]:
        """A column (n,) or (n, 12): features, artist, main_artist, group, popularity, year, duration_ms, state,
        playlists, and log popularity (column "commonness") where there is a ranker."""
        return self._cached(f"columns/{name}.npy")

    def index_vectors(self, space: str) -> Floats:
        """Index vectors (m, dim) of a space."""
        return self._cached(f"vectors/{space}.index.npy")

    def float32_vectors(self, space: str) -> Floats:
        """index_vectors as float32 in memory, converted once; for releases small enough for that."""
        name = f"float32 {space}"
        if name not in self._open_arrays:
            self._open_arrays[name] = np.asarray(self.index_vectors(space)).astype(np.float32)
        return self._open_arrays[name]

    def query_vectors(self, space: str) -> Floats:
        """Query vectors (m, dim) of a space, used when a track is a seed."""
        return self._cached(f"vectors/{space}.query.npy")

    def query_rows(self, space: str, rows: Sequence[int]) -> Floats:
        """(len, dim) query vectors of some rows, read from the file: what serving needs of them are few."""
        return self.row_file(f"vectors/{space}.query.npy").rows(rows)

    def row_file(self, name: str) -> RowFile:
        """The rows of a listed .npy file, opened once; BrokenRelease when it has none."""
        if name not in self._row_files:
            self._row_files[name] = self._opened(RowFile, name)
        return self._row_files[name]

    def spectrum(self, block: Block) -> Floats:
        """Singular values (block dim,) of a block with a spectral filter."""
        assert block.spectrum is not None
        return self._cached(block.spectrum.file)

    def neighbours(self, row: int) -> tuple[Ints, Ints]:
        """The rows that co-occur most often with this one in playlists, and the numbers of playlists."""
        if row >= self.embedded:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        rows = self._cached("neighbours.rows.npy")[row]
        kept = rows >= 0
        return rows[kept], self._cached("neighbours.together.npy")[row][kept]

    def open_all(self) -> None:
        """Opens every file that requests read, so that neither a missing file nor a lack of file descriptors is found
        out by a request; BrokenRelease, OSError."""
        _ = self.ids, self._order, self._offsets, self._cards
        for name in self.manifest.files:
            if name.endswith(".npy"):
                self._cached(name)
            if name.endswith(".query.npy"):
                self.row_file(name)

    # -- files -----------------------------------------------------------------------------------------------------
    def array(self, name: str) -> npt.NDArray[Any]:
        """The memory-mapped array of a listed file, opened once; BrokenRelease when it is none."""
        return self._cached(name)

    def verify(self) -> None:
        """Checks the SHA-256 of every file against the manifest; BrokenRelease names the first that differs."""
        for name, entry in self.manifest.files.items():
            try:
                with open_inside(self.path, name) as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
            except (NotAPlainFile, FileNotFoundError) as error:
                raise BrokenRelease(f"{self.path / name} cannot be read: {error}") from None
            if digest != entry.sha256:
                raise BrokenRelease(f"{self.path / name} is corrupt (SHA-256 differs): restore it or build it again")

    def _opened(self, how: Callable[[Path], Opened], name: str) -> Opened:
        try:
            return how(self.path / name)
        except NotAnArray as error:
            raise BrokenRelease(f"{self.path / name}: {error}; build or copy the release again") from None

    @cached_property
    def _row_files(self) -> dict[str, RowFile]:
        return {}

    @cached_property
    def _open_arrays(self) -> dict[str, npt.NDArray[Any]]:
        return {}

    def _cached(self, name: str) -> npt.NDArray[Any]:
        if name not in self._open_arrays:
            self._open_arrays[name] = self._opened(mapped, name)
        return self._open_arrays[name]
