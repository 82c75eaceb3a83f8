"""Finds source files and loads each as polars frames in the vocabulary of kit.formats.rows.

Every frame has `file`, `line` (row number from 1 in Parquet) and `provenance`, the name of its source.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from kit.formats import Fault, Format, Row, RowType, WrongFile, read, recognise
from kit.formats.columns import NEEDED, Columns
from kit.formats.csv_table import columns_of
from kit.formats.encoding import called
from kit.formats.text import from_bytes, mended
from pipelines.ingest import user_exports
from pipelines.ingest.licences import is_licence
from pipelines.ingest.report import Faults, IngestError
from pipelines.stage import holding, mark_used

Progress = Callable[[int, int, str], None]
"""Progress callback: done, total, and the name of the current step."""

_LISTS = ("artists", "artist_uris", "genres")
SUFFIXES = {".json", ".jsonl", ".csv", ".tsv", ".txt", ".parquet", ".zip", ".jspf", ".xspf", ".m3u", ".m3u8"}
ENDINGS = ", ".join(sorted(SUFFIXES))


class Source(NamedTuple):
    """A file to read and the name of the source it belongs to: the file's own or that of the folder that was given."""

    file: Path
    label: str


class Loaded(NamedTuple):
    """One kind of rows from one file."""

    kind: RowType
    frame: pl.DataFrame


def find(sources: Sequence[Path]) -> list[Source]:
    """All files of the sources, searching folders recursively; IngestError when there is nothing to read.

    Finished stages that hold one of them are marked as used now, since pipelines.prune removes those that are not.
    """
    if not sources:
        raise IngestError("nothing to ingest: name at least one file or folder")
    found = [Source(file, called(path)) for path in sources for file in _files(path)]
    for folder in holding(source.file for source in found):
        mark_used(folder)
    return found


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise IngestError(f"{str(path)!r} does not exist: name a file or a folder")
    found = [
        file
        for file in sorted(path.rglob("*"))
        if file.is_file()
        and file.suffix.lower() in SUFFIXES
        and not is_licence(file)
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
    ]
    if not found:
        raise IngestError(f"{str(path)!r} holds no file to read: expected files that end in {ENDINGS}")
    return found


def content_of(file: Path) -> str:
    """12 hexadecimal digits of the file's SHA-256, so that the identity of a file does not depend on its path."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()[:12]


def load(source: Source, faults: Faults) -> list[Loaded]:
    """The rows of one file by type. IngestError for an unsupported format, or when no row can be read."""
    before = faults.rows.copy()
    try:
        loaded = _of_person(source, faults) if user_exports.is_user_export(source.file) else _table(source, faults)
    except WrongFile as error:
        raise IngestError(str(error)) from None
    except OSError as error:
        raise IngestError(f"{str(source.file)!r} cannot be read: {error.strerror}") from None
    if not any(frame.height for _, frame in loaded):
        why = faults.why(source.file.name, before) or f"expected {NEEDED}"
        raise IngestError(f"{str(source.file)!r} has no row that can be read: {why}")
    results = pl.lit(called(source.file)).alias("file"), pl.lit(source.label).alias("provenance")
    return [Loaded(kind, frame.with_columns(results)) for kind, frame in loaded]


def _of_person(source: Source, faults: Faults) -> list[Loaded]:
    read_columns = user_exports.read(source.file, source.label, content_of(source.file), faults)
    return [Loaded(kind, _frame(values)) for kind, values in read_columns.items()]


def _table(source: Source, faults: Faults) -> list[Loaded]:
    form = recognise(source.file)
    loaded = _parquet(source.file, faults) if form is Format.PARQUET else _rows(source.file, faults)
    if form is Format.CSV:
        faults.ignore(source.file.name, columns_of(source.file).ignored)
    return loaded


def _parquet(file: Path, faults: Faults) -> list[Loaded]:
    try:
        header = list(pl.read_parquet_schema(file))
        columns = Columns.of(header, file)
        faults.ignore(file.name, columns.ignored)
        frame = pl.read_parquet(file, columns=[header[at] for at in columns.at.values()])
    except pl.exceptions.PolarsError as error:
        first_line = str(error).splitlines()[0]
        raise WrongFile(
            f"{str(file)!r} begins like a Parquet file and cannot be read ({first_line}): copy it again"
        ) from None
    chosen = frame.select(
        _simple(file, frame[header[at]], ours in _LISTS).alias(ours) for ours, at in columns.at.items()
    )
    return [Loaded(columns.kind, chosen.with_row_index("line", offset=1))]


def _simple(file: Path, column: pl.Series, may_be_lists: bool) -> pl.Series:
    """The column as text, numbers, dates, booleans, or lists of text; WrongFile when it holds anything else."""
    dtype = column.dtype
    inner = dtype.inner if isinstance(dtype, pl.List | pl.Array) else dtype
    if inner.is_nested() or isinstance(inner, pl.Duration | pl.Object) or (inner is not dtype and not may_be_lists):
        expected = "text or lists of text" if may_be_lists else "text or numbers"
        raise WrongFile(f"{str(file)!r} holds {dtype} in the column {column.name!r}: expected {expected}")
    if inner is not dtype:
        return column.cast(pl.List(pl.String), strict=False)
    if isinstance(dtype, pl.Binary):  # text as some engines write it
        return pl.Series([None if cell is None else _text(cell) for cell in column], dtype=pl.String)
    return column.cast(pl.String) if isinstance(dtype, pl.Categorical | pl.Enum) else column


def _text(cell: bytes) -> str:
    """UTF-8, else Windows-1252; undecodable bytes become replacement characters."""
    read = from_bytes(cell.decode("utf-8", "surrogateescape"))
    return cell.decode(errors="replace") if read is None else mended(read)


def _rows(file: Path, faults: Faults) -> list[Loaded]:
    columns: dict[RowType, dict[str, list[Any]]] = {}
    for row in _good(read(file), faults):
        into = columns.get(row.kind) or columns.setdefault(row.kind, {"line": [], **{name: [] for name in row.values}})
        into["line"].append(row.line)
        for name, value in row.values.items():
            into[name].append(_plain(value))
    return [Loaded(kind, _frame(values)) for kind, values in columns.items()]


def _good(rows: Iterator[Row | Fault], faults: Faults) -> Iterator[Row]:
    for row in rows:
        if isinstance(row, Row):
            yield row
        else:
            faults.row(row)


def _plain(value: object) -> str | None:
    """Every cell as text, as in a CSV: JSON numbers are parsed again where a number is expected."""
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else None


def _frame(columns: dict[str, list[Any]]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema={name: pl.UInt32 if name == "line" else pl.String for name in columns})
