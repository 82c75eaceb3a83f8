"""The cleaned rows of one file: what `ingest` keeps of a file, so that another ingest need not read it again.

A part depends on the file's content, its name and its source alone. Entries are stored as numbers of the part's own
playlists and tracks: a hundred files of one catalogue repeat its ids in every row.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from kit.formats import RowType
from kit.formats.encoding import called
from pipelines import tables
from pipelines.ingest import clean, described, identity, rows
from pipelines.ingest.described import DescribedRows
from pipelines.ingest.report import Faults, IngestError
from pipelines.ingest.same_track import states_codes
from pipelines.ingest.sources import Source, content_of, load
from pipelines.stage_reading import reads_stage

CODED: tables.Columns = {"playlist": pl.UInt32, "position": pl.Int32, "track": pl.UInt32}
"""Entries of a part: rows of its `playlist_ids` and `track_ids`."""
_ABOUT = "about.json"


@dataclass(eq=False)
class Part:
    """Frames of one file, by name.

    By type of row `tracks-KIND` (tables.TRACKS) and `known-KIND` (described.known); `playlists`; `listens`; `stated`
    (identity.STATED); `entries` (CODED), with `playlist_ids` and `track_ids`.
    """

    label: str
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)

    def save(self, folder: Path) -> dict[str, int]:
        """Writes the frames and the faults; returns the number of rows of each frame."""
        for name, frame in self.frames.items():
            frame.write_parquet(folder / f"{name}.parquet", compression="zstd", compression_level=1)
        save_about(folder, self.has_codes, [self.faults])
        return {name: frame.height for name, frame in self.frames.items()}

    @property
    def has_codes(self) -> bool:
        """Whether different ids may be one track: some row states a code, or has no Spotify id."""
        return "stated" in self.frames and states_codes(self.frames["stated"])

    def append(self, name: str, frame: pl.DataFrame) -> None:
        """Adds rows to a frame."""
        self.frames[name] = pl.concat([self.frames[name], frame]) if name in self.frames else frame


@dataclass(frozen=True, slots=True)
class SavedPart:
    """A part on disk, read frame by frame."""

    label: str
    folder: Path

    def has(self, name: str) -> bool:
        """Whether the file had rows of this kind."""
        return (self.folder / f"{name}.parquet").exists()

    def frame(self, name: str, columns: list[str] | None = None) -> pl.DataFrame:
        """A frame, or some of its columns."""
        return _frame(self.folder, name, columns)

    def described(self, kind: RowType) -> DescribedRows:
        """Its rows of tables.TRACKS from rows of one type."""
        return DescribedRows(self.frame(f"known-{kind.value}"), lambda: self.frame(f"tracks-{kind.value}"))

    def faults(self) -> list[Faults]:
        """What was left out of its file, or of each file of a group."""
        return [Faults.of_plain(one) for one in _about(self.folder)["faults"]]

    def has_codes(self) -> bool:
        """As that of the part that was saved."""
        return bool(_about(self.folder)["has_codes"])


@reads_stage
def _frame(folder: Path, name: str, columns: list[str] | None) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{name}.parquet", columns=columns)


@reads_stage
def _about(folder: Path) -> dict[str, Any]:
    about: dict[str, Any] = orjson.loads((folder / _ABOUT).read_bytes())
    return about


def save_about(folder: Path, has_codes: bool, faults: Sequence[Faults]) -> None:
    """Writes what a part holds beside its frames."""
    about = {"has_codes": has_codes, "faults": [one.plain() for one in faults]}
    (folder / _ABOUT).write_bytes(orjson.dumps(about))


def read_part(source: Source) -> Part:
    """Reads and cleans one file. IngestError when none of its rows is usable, which means the format was misread."""
    part = Part(source.label)
    kept = sum(_add(part, kind, frame, source) for kind, frame in load(source, part.faults))
    if not kept:
        why = part.faults.why(source.file.name, Counter())
        raise IngestError(f"no row of {source.file.name!r} can be used: {why}")
    return part


def _add(part: Part, kind: RowType, frame: pl.DataFrame, source: Source) -> int:
    """Cleans rows of one type and adds them to the part; returns the number of usable rows."""
    if kind is RowType.PLAYLISTS:
        playlists = rows.playlists(frame, part.faults)
        part.append("playlists", playlists)
        return playlists.height
    if kind is RowType.ENTRIES:
        frame = rows.entries(frame, content_of(source.file), Path(called(source.file)).stem, part.faults)
    elif kind is RowType.LISTENS:
        frame = rows.listens(frame, part.faults)
    meant = identity.identify(clean.track(frame, part.faults), part.faults)
    tracks = meant.select(list(tables.TRACKS)).unique(maintain_order=True)
    part.frames |= {f"tracks-{kind.value}": tracks, f"known-{kind.value}": described.known(tracks)}
    part.append("stated", identity.stated(meant))
    if kind is RowType.ENTRIES:
        part.frames |= _coded(meant)
        part.append("playlists", _playlists(meant, part.faults))
    elif kind is RowType.LISTENS:
        part.frames["listens"] = meant.select(list(tables.LISTENS))
    return meant.height


def _playlists(meant: pl.DataFrame, faults: Faults) -> pl.DataFrame:
    """The playlists of entries, each with what its first row states."""
    beside = [name for name in ("playlist_name", "role", "file", "line") if name in meant.columns]
    first = meant.select("playlist_id", "provenance", *beside).unique("playlist_id", keep="first", maintain_order=True)
    return rows.playlists(first, faults)


def _coded(meant: pl.DataFrame) -> dict[str, pl.DataFrame]:
    playlists, playlist = _codes(meant["playlist_id"])
    tracks, track = _codes(meant["track_id"])
    columns = {"playlist": playlist, "position": meant["position"], "track": track}
    coded = pl.DataFrame(columns).cast(pl.Schema(CODED))
    return {
        "entries": coded.cast(pl.Schema(CODED)),
        "playlist_ids": playlists.to_frame(),
        "track_ids": tracks.to_frame(),
    }


def _codes(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The distinct values in their order, and for each cell the number of its value."""
    values = column.unique(maintain_order=True)
    return values, codes(column, values)


def codes(column: pl.Series, values: pl.Series) -> pl.Series:
    """For each cell the row of its value in `values`, all different."""
    return column.cast(pl.Enum(values)).to_physical()
