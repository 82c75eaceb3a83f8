"""CSV files of a dump as Parquet: from a tar (uncompressed, .zst, .gz, .bz2, .xz), a CSV file, or a folder of them.

A CSV is recognised by its columns, not by its name. Cells stay text, empty ones are null; stages that read them
convert. What is read is bounded by memory of a block of rows, never by the size of a dump.
"""

import lzma
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from pipelines.open_data.remote import DumpError

TABLES: dict[str, tuple[str, ...]] = {
    "recordings": (
        *("recording_mbid", "recording_name", "artist_credit_name", "release_mbid", "release_name"),
        "combined_lookup",
    ),
    "redirects": ("recording_mbid", "canonical_recording_mbid"),
    "rhythm": ("mbid", "bpm", "danceability", "onset_rate"),
    "tonal": ("mbid", "key_key", "key_scale"),
    "lowlevel": ("mbid", "average_loudness", "dynamic_complexity"),
}
"""Table -> its columns that are kept; a CSV with all of them is this table."""
KINDS = {"canonical": ("recordings", "redirects"), "acousticbrainz": ("rhythm", "tonal", "lowlevel")}
"""Kind of a dump -> its tables."""
NEEDED = {"canonical": "recordings"}
"""Kind of a dump -> the table without which it is of no use."""
_BLOCK_BYTES = 8 << 20
_COLUMNS = {column for columns in TABLES.values() for column in columns}


def extract(dump: Path, folder: Path, kind: str) -> dict[str, int]:
    """Writes every table of this kind that a dump holds as TABLE.parquet; returns their rows.

    DumpError when it holds none, or none with rows, or when it ends early or is damaged.
    """
    found: dict[str, int] = {}
    others: set[str] = set()
    with _readable(dump.name):
        for name, stream in _streams(dump):
            table, rows = _convert(name, stream, folder, KINDS[kind])
            if table in found:
                raise DumpError(f"{dump.name} holds the table {table} twice: name one dump")
            if table in KINDS[kind]:
                found[table] = rows
            elif table:
                others.add(table)
    _check_tables(dump.name, kind, found, others)
    return found


def _check_tables(name: str, kind: str, found: Mapping[str, int], others: set[str]) -> None:
    """DumpError unless the tables make a dump of this kind."""
    if not found and (option := next((kind for kind, tables in KINDS.items() if others & set(tables)), None)):
        raise DumpError(f"{name} holds {', '.join(sorted(others))} and nothing for --{kind}: name it with --{option}")
    wanted = "; ".join(f"{table}: {', '.join(TABLES[table])}" for table in KINDS[kind])
    if not found:
        raise DumpError(f"{name} holds no CSV that is understood. Expected one with the columns of {wanted}")
    if (needed := NEEDED.get(kind)) and needed not in found:
        columns = ", ".join(TABLES[needed])
        raise DumpError(f"{name} lacks the CSV with {columns}: name the whole dump, or a folder with all its CSV files")
    if not (found[needed] if needed else sum(found.values())):
        raise DumpError(f"{name} has no row of {needed or ', '.join(found)}: fetch it again, or name another dump")


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """DumpError when the content of an archive is damaged; an error of the disk, which has a number, passes."""
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise DumpError(f"{name} cannot be unpacked ({error}): fetch it again, or check its checksum") from None


def _streams(dump: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The CSV files with their names."""
    if dump.is_dir():
        for path in sorted(dump.rglob("*.csv")):
            yield from _streams(path)
    elif dump.name.endswith(".csv"):
        with dump.open("rb") as file:
            yield dump.name, file
    else:
        with _tar(dump) as archive:
            for member in archive:
                if member.isreg() and member.name.endswith(".csv") and (packed := archive.extractfile(member)):
                    yield member.name, packed


@contextmanager
def _tar(dump: Path) -> Iterator[tarfile.TarFile]:
    """The archive as a stream."""
    if dump.name.endswith((".zst", ".zstd")):
        with pa.input_stream(str(dump), compression="zstd") as plain, _stream(plain, "r|") as archive:
            yield archive
    else:
        with dump.open("rb") as file, _stream(file, "r|*") as archive:
            yield archive


def _stream(file: Any, mode: str) -> tarfile.TarFile:
    return tarfile.open(fileobj=file, mode=mode)  # type: ignore[call-overload, no-any-return]


def _convert(name: str, stream: IO[bytes], folder: Path, wanted: tuple[str, ...]) -> tuple[str | None, int]:
    """Writes one CSV when it is a wanted table; the table that it is, and its rows."""
    read = arrow_csv.ReadOptions(block_size=_BLOCK_BYTES)
    parse = arrow_csv.ParseOptions(newlines_in_values=True)
    convert = arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(_COLUMNS, pa.string()),
        strings_can_be_null=True,
        null_values=[""],  # tracks and artists are named NULL, NA and nan
    )
    try:
        with arrow_csv.open_csv(stream, read, parse, convert) as batches:
            if (table := recognised(batches.schema.names)) not in wanted:
                return table, 0
            return table, _write(folder / f"{table}.parquet", batches, TABLES[table])
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise DumpError(f"{name} cannot be read ({str(error).splitlines()[0]}): fetch the dump again") from None


def recognised(header: list[str]) -> str | None:
    """The table that a CSV with these columns is."""
    return next((table for table, columns in TABLES.items() if set(columns) <= set(header)), None)


def _write(target: Path, batches: Any, columns: tuple[str, ...]) -> int:
    rows = 0
    with pq.ParquetWriter(target, pa.schema([(column, pa.string()) for column in columns]), compression="zstd") as out:
        for batch in batches:
            out.write_table(pa.Table.from_batches([batch]).select(list(columns)))
            rows += batch.num_rows
    return rows


def is_current(path: Path, table: str) -> bool:
    """Whether a table has the columns that are kept of it now."""
    names: list[str] = pq.read_schema(path).names
    return names == list(TABLES.get(table, ()))
