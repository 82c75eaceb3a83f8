"""One run over a folder of audio files: measures those that are new or changed, and writes the tables of all.

OUT/measured.jsonl           the journal
OUT/files.parquet            a row for each measured file: names, and where they are from
OUT/features.parquet         a row for each value with its source
OUT/rejects.jsonl            files and folders that were left out, with the reason
OUT/tracks/tracks.parquet    what `place` and `refresh` read
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import polars as pl

from pipelines.local_audio import attributes
from pipelines.local_audio.files import audio_files
from pipelines.local_audio.journal import Entry, Journal, locked
from pipelines.local_audio.measure import MEASURER
from pipelines.local_audio.measuring import MeasuringProcess
from pipelines.open_data.scale import Floats
from pipelines.stage import StageError, writable

UNNAMED = "no title and artist: neither in its tags nor in its name or folders"


@dataclass(frozen=True, slots=True)
class Listened:
    """The folder of tables, the number of files by what became of them, and how many were measured in this run."""

    tracks: Path
    counts: Mapping[str, int]
    measured_now: int
    left_out: list[tuple[str, str]]  # file or folder, reason


def listen(folder: Path, out: Path, scale: Mapping[str, Floats], count: Callable[[int, int, str], None]) -> Listened:
    """Measures what is not in the journal of `out`, and writes the tables. NoAudio when the folder has no file."""
    found, today = audio_files(folder), datetime.now(UTC).date()
    with _explained(out), locked(writable(out)), MeasuringProcess() as process:
        journal, entries, measured_now = Journal(out / "measured.jsonl"), list[Entry](), 0
        journal.keep({file.name for file in found.files}, today)
        for done, file in enumerate(found.files):
            count(done, len(found.files), f"file {done + 1:,} of {len(found.files):,}")
            entry = journal.of(file, MEASURER)
            if entry is None:
                measured_now += 1
                entry = journal.add(file, MEASURER, process.measured(folder / file.name), today)
            entries.append(entry)
        return _written(entries, found.unread, out, scale, measured_now)


@contextmanager
def _explained(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StageError(
            f"cannot write to {out} ({error.strerror}): repair that or make room, and run again"
        ) from error


def _written(
    entries: Sequence[Entry], unread: list[tuple[str, str]], out: Path, scale: Mapping[str, Floats], measured_now: int
) -> Listened:
    frame = attributes.described(entries, scale)
    tracks = attributes.for_ingest(frame)
    left_out = unread + [(entry["name"], entry["error"]) for entry in entries if "error" in entry]
    left_out += [(name, UNNAMED) for name in frame.filter(pl.col("names_from").is_null())["file"]]
    (out / "tracks").mkdir(exist_ok=True)
    _replace(out / "tracks" / "tracks.parquet", tracks)
    _replace(out / "files.parquet", frame)
    _replace(out / "features.parquet", attributes.named_values(frame))
    rejects = "".join(json.dumps({"file": name, "reason": reason}) + "\n" for name, reason in left_out)
    (out / "rejects.jsonl").write_text(rejects)
    counts = {"files": len(entries), "tracks": tracks.height, "left out": len(left_out)} | _by_source(frame)
    return Listened(out / "tracks", counts, measured_now, left_out)


def _by_source(frame: pl.DataFrame) -> dict[str, int]:
    named = frame.drop_nulls("names_from").group_by("names_from").len().sort("names_from")
    return {f"named by {whence}": count for whence, count in named.iter_rows()}


def _replace(path: Path, frame: pl.DataFrame) -> None:
    scratch = path.with_name(f".{path.name}")
    frame.write_parquet(scratch, compression="zstd")
    scratch.replace(path)


def default_folder(data: Path, folder: Path) -> Path:
    """The folder of tables for a folder of audio files: named by its path, so that the next run finds it."""
    where = os.fsencode(folder.resolve())
    return data / "listened" / sha256(where).hexdigest()[:12]
