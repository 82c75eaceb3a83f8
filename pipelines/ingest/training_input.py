"""The ingest stage with console output, and the reading of its tables as training data.

No training library is imported here, so an error in a file is reported at once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from pipelines import console
from pipelines.demo import demo_stage
from pipelines.ingest import IngestError, ingest_stage, licences
from pipelines.ingest.discard_stages import PRODUCT, discard_earlier_stages
from pipelines.stage import Built

NAMED_REASONS, NAMED_FILES = 6, 3


def ingested(sources: Sequence[Path], work: Path) -> Built:
    """Canonical tables of the source files (none: of the demo world)."""
    with console.stage("ingest") as line:
        built = ingest_stage(work, sources, line.count) if sources else demo_stage(work)
        figures = built.report()["figures"]
        line.fact(", ".join(f"{count:,} {table}" for table, count in figures["rows"].items() if count))
        for fact in report_left_out(figures, built.path):
            line.fact(fact)
        if bound := licences.limited(licences.of(built)):
            line.fact(f"limited by licence: {', '.join(bound)}")
        line.reused = built.reused
    if PRODUCT in built.report()["settings"].get("sources", []):
        discard_earlier_stages(work, PRODUCT, built.key)
    return built


def report_left_out(figures: Mapping[str, Any], folder: Path) -> list[str]:
    """Reports dropped rows in all, dropped values by column and reason, and how columns were read."""
    facts = []
    if rows := sum(figures.get("rows_left_out", {}).values()):
        facts.append(f"{rows:,} rows left out, see {folder / 'rejects.jsonl'}")
    values = Counter(figures.get("values_left_out", {})).most_common()
    facts += [f"{count:,} values left out: {reason}" for reason, count in values[:NAMED_REASONS]]
    if more := sum(count for _, count in values[NAMED_REASONS:]):
        facts.append(f"{more:,} more values left out")
    facts += [what if times == 1 else f"{what} ({times:,} times)" for what, times in figures.get("notes", {}).items()]
    ignored = figures.get("columns_ignored", {})
    facts += [f"{file}: columns not read: {', '.join(names)}" for file, names in list(ignored.items())[:NAMED_FILES]]
    return facts


def with_catalog_likes(url: str, sources: Sequence[Path], data: Path, work: Path) -> list[Path]:
    """The sources plus, as one more, the likes and dislikes of the running product; IngestError when there is
    nothing."""
    from pipelines.ingest.catalog_likes import bring  # imported here: no other command calls a service

    with console.stage(PRODUCT) as line:
        found = bring(url, data, work)
        line.fact(f"opinions in {found[0]}" if found else "nobody likes anything yet")
    if not sources and not found:
        raise IngestError(f"the catalogue at {url} holds no likes yet: name playlists or tracks to read as well")
    return [*sources, *found]


def likes_as_playlists(listens: pl.DataFrame) -> pl.DataFrame:
    """One playlist per listener: tracks they liked, or listened to and did not dislike."""
    kept = listens.filter(pl.col("value").is_null() | (pl.col("value") > 0))
    return kept.select(
        pl.format("listener:{}", "user_id").alias("playlist_id"),
        pl.int_range(pl.len(), dtype=pl.Int32).over("user_id").alias("position"),
        "track_id",
        "provenance",
    )


def playlist_names(playlists: pl.DataFrame) -> dict[str, str]:
    """The name of each playlist that has one, by playlist id."""
    return dict(playlists.select("playlist_id", "name").drop_nulls().iter_rows())
