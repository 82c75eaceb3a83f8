"""The first stage with its line, and what its tables mean to those who learn.

No training library is needed here, so a wrong file is named at once.
"""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from pipelines import console
from pipelines.demo import demo_stage
from pipelines.forget import PRODUCT, forget_earlier
from pipelines.ingest import IngestError, ingest_stage, licences
from pipelines.stage import Built


def ingested(sources: Sequence[Path], work: Path) -> Built:
    """Canonical tables of the source files (none: of the demo world)."""
    with console.stage("ingest") as line:
        built = ingest_stage(work, sources, line.count) if sources else demo_stage(work)
        figures = built.report()["figures"]
        line.fact(", ".join(f"{count:,} {table}" for table, count in figures["rows"].items() if count))
        if left_out := sum(figures.get("rows_left_out", {}).values()):
            line.fact(f"{left_out:,} rows left out, see {built.path / 'rejects.jsonl'}")
        if bound := licences.limited(licences.of(built)):
            line.fact(f"limited by licence: {', '.join(bound)}")
        line.reused = built.reused
    if PRODUCT in built.report()["settings"].get("sources", []):
        forget_earlier(work, PRODUCT, built.key)
    return built


def brought(url: str, sources: Sequence[Path], data: Path, work: Path) -> list[Path]:
    """The sources and, as one more, what people like and dislike in the product; IngestError when there is nothing."""
    from pipelines.from_catalog import bring  # here: no other command asks a service

    with console.stage(PRODUCT) as line:
        found = bring(url, data, work)
        line.fact(f"opinions in {found[0]}" if found else "nobody likes anything yet")
    if not sources and not found:
        raise IngestError(f"the catalogue at {url} holds no likes yet: name playlists or tracks to read as well")
    return [*sources, *found]


def likes_as_playlists(listens: pl.DataFrame) -> pl.DataFrame:
    """Entries of one playlist per listener: what they liked, or listened to and did not dislike."""
    kept = listens.filter(pl.col("value").is_null() | (pl.col("value") > 0))
    return kept.select(
        pl.format("listener:{}", "user_id").alias("playlist_id"),
        pl.int_range(pl.len(), dtype=pl.Int32).over("user_id").alias("position"),
        "track_id",
        "provenance",
    )
