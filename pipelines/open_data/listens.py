"""Members of the Spark dump of listens, reduced to what sessions need: 24 bytes a listen before compression.

    user    int64   the number of the listener in the dump; it never leaves the work folder
    at      int64   seconds since 1970, UTC
    key     int64   of the recording (`recording_key`), null where ListenBrainz has not matched it

Parquet with zstd and INT96 times, written by Spark or pyarrow; other columns of the dump are not read.
"""

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.open_data.remote import DumpError

NEEDED = ("listened_at", "user_id", "recording_mbid")
ROWS_AT_ONCE = 1 << 19
_UUID = r"^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_MAGIC = b"PAR1"


def recording_key(column: str) -> pl.Expr:
    """The last 60 bits of an MBID as int64, null for what is none. MBIDs are random in all of them, so that of 32
    million two collide with probability .0004; those that do are left out (canonical.py)."""
    text = pl.when(pl.col(column).str.contains(_UUID)).then(pl.col(column))
    digits = text.str.replace_all("-", "", literal=True).str.slice(17)
    return digits.str.to_integer(base=16, dtype=pl.Int64, strict=False)


def reduce_member(member: Path, target: Path) -> dict[str, int]:
    """Writes the reduced form of a member; returns its number of listens, and of those with a recording.

    DumpError when it is no complete Parquet file with these columns.
    """
    _check_magic(member)
    listens = mapped = 0
    scratch = target.with_name(f"{target.name}.part")
    try:
        with pq.ParquetFile(member) as file, scratch.open("wb") as out:
            if missing := [name for name in NEEDED if name not in file.schema_arrow.names]:
                raise DumpError(f"{member.name} has no column {', '.join(missing)}: it is no dump of listens for Spark")
            writer: pq.ParquetWriter | None = None
            for batch in file.iter_batches(ROWS_AT_ONCE, columns=list(NEEDED)):
                frame = _reduced(pl.DataFrame(pa.Table.from_batches([batch])))
                table = frame.to_arrow()
                writer = writer or pq.ParquetWriter(out, table.schema, compression="zstd")
                writer.write_table(table)
                listens, mapped = listens + frame.height, mapped + frame["key"].count()
            if writer:
                writer.close()
    except (pa.ArrowException, pl.exceptions.PolarsError) as error:
        raise DumpError(f"{member.name} cannot be read ({str(error).splitlines()[0]}): fetch it again") from None
    if not listens:
        scratch.unlink()
        raise DumpError(f"{member.name} has no listen: it is no member of a dump of listens")
    scratch.replace(target)
    return {"listens": listens, "mapped": mapped}


def _reduced(frame: pl.DataFrame) -> pl.DataFrame:
    at = pl.col("listened_at")
    if frame.schema["listened_at"].is_temporal():
        at = at.dt.epoch("s")
    return frame.select(
        pl.col("user_id").cast(pl.Int64).alias("user"),
        at.cast(pl.Int64).alias("at"),
        recording_key("recording_mbid").alias("key"),
    ).filter(pl.col("user").is_not_null() & pl.col("at").is_not_null())


def _check_magic(member: Path) -> None:
    with member.open("rb") as file:
        begin = file.read(4)
        file.seek(max(0, member.stat().st_size - 4))
        if (begin, file.read(4)) != (_MAGIC, _MAGIC):
            raise DumpError(f"{member.name} is no complete Parquet file: fetch it again")
