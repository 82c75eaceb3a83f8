"""Small dumps of tables, damaged ones too, and what a fetch keeps of them."""

from pathlib import Path

import polars as pl
import pyarrow as pa

from pipelines.open_data.dumps import Fetched
from tests import open_dumps
from tests.open_dumps import mbid

PLENTY = 1 << 30
TABLES = "canonical/canonical.tables"


RECORDINGS = pl.DataFrame(
    {
        "recording_mbid": [mbid("recording", at) for at in range(3)],
        "title": ['With, a comma and "quotes"', "Two\nlines", "Песня"],
        "artist": ["A", "B feat. C", "D"],
        "release_mbid": [mbid("release", at) for at in range(3)],
        "album": ["One", "Two", "Three"],
    }
)


def canonical(folder: Path, name: str = "canonical.tar.zst", recordings: pl.DataFrame = RECORDINGS) -> Path:
    return open_dumps.canonical_tar(folder / name, recordings, {mbid("other", 0): mbid("recording", 0)})


def titles(folder: Path) -> list[str]:
    """Of the recordings that stages read."""
    return pl.read_parquet(Fetched.of(folder).tables("canonical")["recordings"])["recording_name"].to_list()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def cut_in_redirects(archive: Path) -> Path:
    """The archive as a tar that ends within the second of its tables."""
    with pa.input_stream(str(archive), compression="zstd") as plain:
        content = plain.read()
    cut = archive.with_name(f"{archive.name.removesuffix('.tar.zst')}.tar")
    cut.write_bytes(content[: content.index(b"canonical_release_mbid") + 60])
    return cut


def features(*tables: str) -> dict[str, bytes]:
    whole = open_dumps.acousticbrainz_csv([(mbid("recording", 0), 120, 1, 2, 0.5, "C", "major")])
    return {name: content for name, content in whole.items() if not tables or name.removesuffix(".csv") in tables}
