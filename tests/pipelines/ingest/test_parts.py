"""Ingest keeps what it read of each file: the merge is that of all rows at once, and only new files are read again."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from kit.wire.catalog import FEATURES
from pipelines import tables
from pipelines.ingest import ingest, ingest_stage, merge
from pipelines.ingest.coded_entries import CODES
from pipelines.ingest.described import DescribedRows, DescribedTracks, known
from pipelines.ingest.discard_stages import PRODUCT

NAMES = pl.List(pl.String)
IDS = [f"{number:022}" for number in range(1, 9)]


def playlist_file(folder: Path, name: str, rows: list[tuple[str, int, str]]) -> Path:
    frame = pl.DataFrame(rows, schema=["playlist_id", "position", "track_id"], orient="row")
    frame.with_columns(title=pl.lit("T"), artist=pl.lit("A")).write_csv(folder / name)
    return folder / name


def kept(work: Path) -> set[Path]:
    return set((work / "ingest-file").iterdir())


def quiet(*_: object) -> None:
    return None


def test_only_a_new_file_is_read_and_the_tables_are_those_of_one_ingest(tmp_path: Path) -> None:
    work, files = tmp_path / "work", tmp_path / "files"
    files.mkdir()
    playlist_file(files, "b.csv", [("p2", 0, IDS[0]), ("p2", 1, IDS[1]), ("p1", 3, IDS[2])])
    ingest_stage(work, [files], quiet)
    before = {path: path.stat().st_mtime_ns for path in kept(work)}
    playlist_file(files, "a.csv", [("p1", 0, IDS[3]), ("p1", 3, IDS[2]), ("p1", 3, IDS[0])])
    grown = ingest_stage(work, [files], quiet)
    assert len(kept(work)) == 2
    assert before.keys() < kept(work)
    ingest([files], tmp_path / "out", quiet)
    for table in tables.ALL:
        assert tables.read(grown.path, table).equals(tables.read(tmp_path / "out", table)), table
    entries = tables.read(grown.path, "entries")
    assert entries.select("playlist_id", "position", "track_id").rows() == [
        ("p1", 0, IDS[3]), ("p1", 3, IDS[2]), ("p1", 3, IDS[0]), ("p2", 0, IDS[0]), ("p2", 1, IDS[1])
    ]  # fmt: skip
    assert grown.report()["figures"]["repeated_rows"] == 1


def test_the_same_content_under_another_source_is_read_again(tmp_path: Path) -> None:
    work = tmp_path / "work"
    for source in ("one", "two"):
        (tmp_path / source).mkdir()
        playlist_file(tmp_path / source, "a.csv", [("p", 0, IDS[0])])
    built = ingest_stage(work, [tmp_path / "one", tmp_path / "two"], quiet)
    assert len(kept(work)) == 2
    assert tables.read(built.path, "entries")["provenance"].to_list() == ["one"]


def test_nothing_of_the_products_opinions_is_kept(tmp_path: Path) -> None:
    (tmp_path / PRODUCT).mkdir()
    playlist_file(tmp_path / PRODUCT, "a.csv", [("p", 0, IDS[0])])
    built = ingest_stage(tmp_path / "work", [tmp_path / PRODUCT], quiet)
    assert not (tmp_path / "work" / "ingest-file").exists()
    assert tables.read(built.path, "entries").height == 1


def test_the_numbers_are_rows_of_the_sorted_tables(tmp_path: Path) -> None:
    playlist_file(tmp_path, "a.csv", [("p2", 0, IDS[5]), ("p1", 1, IDS[2]), ("p1", 0, IDS[5])])
    ingest([tmp_path / "a.csv"], tmp_path / "out", quiet)
    written = {table: tables.read(tmp_path / "out", table) for table in ("entries", "playlists", "tracks")}
    with np.load(tmp_path / "out" / CODES) as codes:
        assert written["playlists"]["playlist_id"][codes["playlist"]].to_list() == ["p1", "p1", "p2"]
        ids = written["tracks"]["track_id"].gather(codes["track"])
    assert ids.to_list() == written["entries"]["track_id"].to_list() == [IDS[5], IDS[2], IDS[5]]


def random_rows(rng: np.random.Generator) -> pl.DataFrame:
    """Tables.TRACKS of a file: few tracks, values often missing, features of any origin."""
    count = int(rng.integers(1, 12))

    def some(values: list[Any], dtype: Any) -> pl.Series:
        return pl.Series([rng.choice([*values, None]) for _ in range(count)], dtype=dtype, strict=False)

    frame = pl.DataFrame({name: pl.Series([None] * count, dtype=dtype) for name, dtype in tables.TRACKS.items()})
    origin = some(["id", "file", "name_artist"], pl.String)
    energy = pl.Series(rng.random(count), dtype=pl.Float32).set(origin.is_null(), None)
    return frame.with_columns(
        track_id=pl.Series(rng.choice(IDS, count)),
        title=some(["One", "Two"], pl.String),
        artists=pl.Series(
            [[str(rng.choice(["X", "Y"]))] if rng.random() < 0.7 else None for _ in range(count)], dtype=NAMES
        ),
        year=some([1990, 2000], pl.Int16),
        features_from=origin,
        provenance=pl.lit("s"),
    ).with_columns(energy.alias(FEATURES[0]))


def test_rows_that_add_nothing_are_dropped_and_the_merge_is_the_same() -> None:
    rng = np.random.default_rng(3)
    for _ in range(30):
        frames = [random_rows(rng) for _ in range(8)]
        found = DescribedTracks(batch=int(rng.integers(1, 40)))
        found.add(DescribedRows(known(frame), lambda frame=frame: frame) for frame in frames)  # type: ignore[misc]
        assert merge.tracks(found.rows).equals(merge.tracks(frames))
        assert sum(frame.height for frame in found.rows) < sum(frame.height for frame in frames)
