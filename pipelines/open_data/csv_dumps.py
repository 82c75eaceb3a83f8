"""CSV files of a dump as Parquet: from a tar (uncompressed, .zst, .gz, .bz2, .xz), a CSV file, or a folder of them.

A CSV is recognised by its columns, not by its name. Cells stay text; stages that read them convert. What is read is
bounded by memory of a block of rows, never by the size of a dump.
"""

import tarfile
from collections.abc import Iterable, Iterator
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
_BLOCK_BYTES = 8 << 20
_COLUMNS = {column for columns in TABLES.values() for column in columns}


def extract(dump: Path, folder: Path) -> dict[str, int]:
    """Writes every table that a dump holds as TABLE.parquet; returns their rows. DumpError when it holds none."""
    found: dict[str, int] = {}
    for name, stream in _streams(dump):
        table, rows = _convert(name, stream, folder)
        if table in found:
            raise DumpError(f"{dump.name} holds the table {table} twice: name one dump")
        if table:
            found[table] = rows
    if not found:
        wanted = "; ".join(f"{table}: {', '.join(columns)}" for table, columns in TABLES.items())
        raise DumpError(f"{dump.name} holds no CSV that is understood. Expected one with the columns of {wanted}")
    return found


def extracted(tables: Iterable[str], folder: Path) -> bool:
    """Whether these tables are in the folder, at least one, each with the columns that are kept of it now."""
    found = [(folder / f"{table}.parquet", columns) for table in tables if (columns := TABLES.get(table))]
    return bool(found) and all(path.exists() and pq.read_schema(path).names == list(columns) for path, columns in found)


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
    """The archive as a stream; DumpError where it ends early or is none."""
    try:
        if dump.name.endswith((".zst", ".zstd")):
            with pa.input_stream(str(dump), compression="zstd") as plain, _stream(plain, "r|") as archive:
                yield archive
        else:
            with dump.open("rb") as file, _stream(file, "r|*") as archive:
                yield archive
    except (tarfile.TarError, EOFError, OSError) as error:
        raise DumpError(f"{dump.name} cannot be unpacked ({error}): fetch it again, or check its checksum") from None


def _stream(file: Any, mode: str) -> tarfile.TarFile:
    return tarfile.open(fileobj=file, mode=mode)  # type: ignore[call-overload, no-any-return]


def _convert(name: str, stream: IO[bytes], folder: Path) -> tuple[str | None, int]:
    """Writes one CSV, when it is a table that we know."""
    read = arrow_csv.ReadOptions(block_size=_BLOCK_BYTES)
    parse = arrow_csv.ParseOptions(newlines_in_values=True)
    convert = arrow_csv.ConvertOptions(column_types=dict.fromkeys(_COLUMNS, pa.string()), strings_can_be_null=True)
    try:
        with arrow_csv.open_csv(stream, read, parse, convert) as batches:
            table = recognised(batches.schema.names)
            return table, _write(folder / f"{table}.parquet", batches, TABLES[table]) if table else 0
    except pa.ArrowException as error:
        raise DumpError(f"{name} cannot be read ({str(error).splitlines()[0]}): fetch the dump again") from None


def recognised(header: list[str]) -> str | None:
    """The table that a CSV with these columns is."""
    return next((table for table, columns in TABLES.items() if set(columns) <= set(header)), None)


def _write(target: Path, batches: Any, columns: tuple[str, ...]) -> int:
    scratch = target.with_name(f"{target.name}.part")
    rows = 0
    with pq.ParquetWriter(scratch, pa.schema([(column, pa.string()) for column in columns]), compression="zstd") as out:
        for batch in batches:
            out.write_table(pa.Table.from_batches([batch]).select(list(columns)))
            rows += batch.num_rows
    scratch.replace(target)
    return rows
