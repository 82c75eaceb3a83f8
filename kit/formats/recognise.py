"""Detects the format of a file by its first bytes, not by its name, and selects the reader."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

from kit.formats.csv_table import read_csv
from kit.formats.encoding import encoding_of
from kit.formats.mpd import read_mpd
from kit.formats.rows import Fault, Row, WrongFile

EXPECTED = "a Million Playlist slice (JSON), or a table of playlists, tracks or listens (CSV or Parquet)"
_HEAD = 4096
_SIGNATURES = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a zip archive (unpack it first)",
    b"PK\x05\x06": "an empty zip archive",
    b"\x1f\x8b": "a gzip archive (unpack it first)",
    b"BZh": "a bzip2 archive (unpack it first)",
    b"7z\xbc\xaf": "a 7z archive (unpack it first)",
    b"SQLite format 3": "an SQLite database",
    b"\x7fELF": "a program",
    b"ID3": "an MP3 file",
    b"OggS": "an Ogg file",
    b"fLaC": "a FLAC file",
}


class Format(StrEnum):
    """File formats."""

    PARQUET = "Parquet"
    JSON = "JSON"
    CSV = "CSV"


READERS: dict[Format, Callable[[Path], Iterator[Row | Fault]]] = {Format.CSV: read_csv, Format.JSON: read_mpd}
"""The row readers. Parquet has none: the pipelines read it with a columnar engine."""


def recognise(path: Path) -> Format:
    """The format of a file by its first bytes; WrongFile names what it is instead."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise WrongFile(f"{path} is empty: expected {EXPECTED}")
    if head.startswith(b"PAR1"):
        return Format.PARQUET
    for signature, what in _SIGNATURES.items():
        if head.startswith(signature):
            raise WrongFile(f"{path} is {what}: expected {EXPECTED}")
    text = head.decode(encoding_of(head), "replace")
    if "\0" in text:
        raise WrongFile(f"{path} is a binary file of an unknown kind: expected {EXPECTED}")
    if not text.strip():
        raise WrongFile(f"{path} is blank: expected {EXPECTED}")
    return Format.JSON if text.lstrip()[:1] in ("{", "[") else Format.CSV


def read(path: Path) -> Iterator[Row | Fault]:
    """Reads the rows of a file in any format that has a row reader; WrongFile for others."""
    file_format = recognise(path)
    if file_format not in READERS:
        raise WrongFile(f"{path} is a {file_format} file, which is not read row by row: expected JSON or CSV")
    return READERS[file_format](path)
