"""The ingest report: what was read, kept, corrected and left out, each with file and line."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from kit.formats import Fault
from kit.formats.text import mended

LISTED = 1_000
_FILES_NAMED = _COLUMNS_NAMED = 20
_NAME_LENGTH = 40
_REASONS_NAMED = 3


class IngestError(Exception):
    """A source cannot be ingested; the message says what was found and what is expected. Nothing has been written."""


class Faults:
    """Rows and values that were left out: all counted by reason, the first 1,000 listed."""

    def __init__(self) -> None:
        self.rows: Counter[str] = Counter()
        self.values: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()
        self.ignored: dict[str, list[str]] = {}
        self._first_line: dict[tuple[str, str], int] = {}
        self._listed: list[dict[str, Any]] = []

    def row(self, fault: Fault) -> None:
        """Records a row that a reader could not parse."""
        self.rows[fault.reason] += 1
        self._first_line.setdefault((fault.file, fault.reason), fault.line)
        self._list("row left out", fault)

    def note(self, what: str, times: int = 1) -> None:
        """Records a correction or a merge, by which nothing is left out."""
        self.notes[what] += times

    def ignore(self, file: str, columns: Sequence[str]) -> None:
        """Records columns of a file that are not used."""
        if columns and len(self.ignored) < _FILES_NAMED:
            self.ignored[mended(file)] = [name[:_NAME_LENGTH] for name in columns[:_COLUMNS_NAMED]]

    def rows_of(self, bad: pl.DataFrame, reason: str, column: str | None = None) -> None:
        """Records rows (with columns file, line) left out for one reason; `said` names the column to quote."""
        self._count(self.rows, "row left out", bad, reason, column)

    def values_of(self, bad: pl.DataFrame, reason: str, column: str) -> None:
        """Records rows (with columns file, line) that were kept without the value in column `said`."""
        self._count(self.values, "value left out", bad, reason, column)

    def why(self, file: str, before: Counter[str]) -> str:
        """Reasons for rows of a file left out since `before`, with counts and first lines, commonest first."""
        reasons = (self.rows - before).most_common(_REASONS_NAMED)
        return "; ".join(f"{count:,} times {reason}{self._at(file, reason)}" for reason, count in reasons)

    def _at(self, file: str, reason: str) -> str:
        line = self._first_line.get((file, reason))
        return "" if line is None else f" (first in line {line})"

    def _count(self, counter: Counter[str], what: str, bad: pl.DataFrame, reason: str, column: str | None) -> None:
        if bad.is_empty():
            return
        counter[reason] += bad.height
        self._first_line.setdefault((bad["file"][0], reason), bad["line"][0])
        for row in bad.head(max(0, LISTED - len(self._listed))).iter_rows(named=True):
            self._list(what, Fault(row["file"], row["line"], reason, "" if column is None else str(row[column])[:200]))

    def _list(self, what: str, fault: Fault) -> None:
        if len(self._listed) < LISTED:
            self._listed.append(
                {"what": what, **fault._asdict(), "file": mended(fault.file), "excerpt": mended(fault.excerpt)}
            )

    def add(self, other: "Faults") -> None:
        """Adds those of another file."""
        for counter, more in ((self.rows, other.rows), (self.values, other.values), (self.notes, other.notes)):
            counter.update(more)
        for file, columns in other.ignored.items():
            self.ignore(file, columns)
        self._listed += other._listed[: LISTED - len(self._listed)]

    def plain(self) -> dict[str, Any]:
        """All of it as plain JSON values, for another process."""
        return {
            "rows": self.rows,
            "values": self.values,
            "notes": self.notes,
            "ignored": self.ignored,
            "listed": self._listed,
        }

    @classmethod
    def of_plain(cls, values: Mapping[str, Any]) -> "Faults":
        """What `plain` gave."""
        faults = cls()
        faults.rows, faults.values, faults.notes = (Counter(values[name]) for name in ("rows", "values", "notes"))
        faults.ignored, faults._listed = values["ignored"], values["listed"]
        return faults

    def write(self, path: Path) -> None:
        """Writes the listed faults as JSON lines: what, file, line (row number in Parquet), reason, said."""
        path.write_bytes(b"".join(orjson.dumps(fault) + b"\n" for fault in self._listed))


@dataclass(frozen=True, slots=True)
class IngestReport:
    """Figures of one ingest. rows = what each table holds; the other counts are by reason or by source."""

    files: int
    rows: Mapping[str, int]
    aliases: int  # ids and codes that identify a track
    rows_left_out: Mapping[str, int]
    values_left_out: Mapping[str, int]
    notes: Mapping[str, int]  # how columns were read, what was merged; by files or tracks
    columns_ignored: Mapping[str, list[str]]  # by file; the first 20 files and columns
    repeated_rows: int  # duplicate entries; dropped
    unnamed_tracks: int  # identified by id only: kept for training, never shown
    provenance: Mapping[str, int]  # tracks by the source that named them first
    licences: Mapping[str, str]  # licence terms by source, where known

    def figures(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}
