"""Members of the Spark dump of listens, reduced to what sessions need: 24 bytes a listen before compression.

    user    int64   the number of the listener in the dump; it never leaves the work folder
    at      int64   seconds since 1970, UTC
    key     int64   of the recording (`recording_key`), null where ListenBrainz has not matched it

Parquet with zstd and INT96 times, written by Spark or pyarrow; other columns of the dump are not read.
"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.open_data.remote import DumpError

NEEDED = ("listened_at", "user_id", "recording_mbid")
ROWS_AT_ONCE = 1 << 19
_UUID = r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_MAGIC = b"PAR1"
EARLIEST, LATEST = 1_033_430_400, 4_102_444_800  # 2002-10-01, before which ListenBrainz takes no listen; 2100


def recording_key(column: str) -> pl.Expr:
    """The last 60 bits of an MBID as int64, null for what is none. MBIDs are random in all of them, so that of 32
    million two collide with probability .0004; those that do are left out (canonical.py)."""
    text = pl.when(pl.col(column).str.contains(_UUID)).then(pl.col(column))
    digits = text.str.replace_all("-", "", literal=True).str.slice(17)
    return digits.str.to_integer(base=16, dtype=pl.Int64, strict=False)


def reduce_member(member: Path, target: Path, name: str) -> dict[str, int]:
    """Writes the reduced form of a member, called `name`; returns its number of listens, and of those with a recording.

    DumpError when it is no complete Parquet file with these columns. A member may have no rows.
    """
    _check_magic(member, name)
    scratch = target.with_name(f"{target.name}.part")
    try:
        counts = _reduce(member, scratch, name)
        scratch.replace(target)
        return counts
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:  # the disk, not the content
            raise
        raise DumpError(f"{name} cannot be read ({str(error).splitlines()[0]}): fetch it again") from None
    finally:
        scratch.unlink(missing_ok=True)


def _reduce(member: Path, scratch: Path, name: str) -> dict[str, int]:
    listens = mapped = 0
    with (
        pq.ParquetFile(member, page_checksum_verification=True) as file,
        pq.ParquetWriter(scratch, _REDUCED, compression="zstd") as out,
    ):
        _check_columns(file.schema_arrow, name)
        for frame in _frames(file, name):
            out.write_table(frame.to_arrow().cast(_REDUCED))
            listens, mapped = listens + frame.height, mapped + frame["key"].count()
        if file.metadata.num_rows and not listens:
            raise DumpError(
                f"{name} has {file.metadata.num_rows:,} rows, none with listened_at and user_id: {_NO_DUMP}"
            )
    return {"listens": listens, "mapped": mapped}


_REDUCED = pa.schema([(column, pa.int64()) for column in ("user", "at", "key")])
_NO_DUMP = "name a dump of listens for Spark"


def _frames(file: pq.ParquetFile, name: str) -> Iterator[pl.DataFrame]:
    """The listens in blocks; DumpError where the times are none of listening."""
    for batch in file.iter_batches(ROWS_AT_ONCE, columns=list(NEEDED)):
        frame = _reduced(pl.DataFrame(pa.Table.from_batches([batch])))
        median = frame["at"].median()
        if isinstance(median, float | int) and not EARLIEST <= median < LATEST:
            raise DumpError(
                f"{name}: column listened_at has times about {median:,.0f} s after 1970, and listens are of 2002 or "
                f"later. It has to be a timestamp, or whole seconds: {_NO_DUMP}"
            )
        yield frame


def _check_columns(schema: pa.Schema, name: str) -> None:
    """DumpError when a column is missing or has another type than in dumps for Spark."""
    if missing := [column for column in NEEDED if column not in schema.names]:
        raise DumpError(f"{name} has no column {', '.join(missing)}: {_NO_DUMP}")
    for column, (wanted, fits) in _TYPES.items():
        if not any(test(schema.field(column).type) for test in fits):
            kind = schema.field(column).type
            raise DumpError(f"{name}: column {column} is {kind} and has to be {wanted}: {_NO_DUMP}")


_TYPES = {
    "listened_at": ("a timestamp or whole seconds", (pa.types.is_timestamp, pa.types.is_integer)),
    "user_id": ("a whole number", (pa.types.is_integer,)),
    "recording_mbid": (
        "text",
        (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null),
    ),
}


def _reduced(frame: pl.DataFrame) -> pl.DataFrame:
    at = pl.col("listened_at")
    if frame.schema["listened_at"].is_temporal():
        at = at.dt.epoch("s")
    return (
        frame.with_columns(pl.col("recording_mbid").cast(pl.String))
        .select(
            pl.col("user_id").cast(pl.Int64).alias("user"),
            at.cast(pl.Int64).alias("at"),
            recording_key("recording_mbid").alias("key"),
        )
        .filter(pl.col("user").is_not_null() & pl.col("at").is_not_null())
    )


def _check_magic(member: Path, name: str) -> None:
    with member.open("rb") as file:
        begin = file.read(4)
        file.seek(max(0, member.stat().st_size - 4))
        if (begin, file.read(4)) != (_MAGIC, _MAGIC):
            raise DumpError(f"{name} is no complete Parquet file: fetch it again")
