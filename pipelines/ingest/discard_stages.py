"""Deletes finished stages built from earlier exports of ratings: some of the ratings may have been withdrawn since."""

import shutil
from pathlib import Path
from typing import Any

import orjson

PRODUCT = "catalog"
"""The provenance of ratings from the product (catalog_likes.py)."""


def discard_earlier_stages(work: Path, source: str, kept: str) -> list[Path]:
    """Deletes every ingest that read `source`, except the one with the key `kept`, and all stages built from it; and
    those whose description is damaged, which may be of either and are of no use."""
    stages = {file.parent: _description(file) for file in sorted(work.glob("*/[!.]*/stage.json"))}
    gone = {path.name for path, report in stages.items() if not report or (_read(report, source) and path.name != kept)}
    while more := {path.name for path, report in stages.items() if _builds_on(report, gone)} - gone:
        gone |= more
    removed = [path for path in stages if path.name in gone]
    for path in removed:
        shutil.rmtree(path)
    return removed


def _description(file: Path) -> dict[str, Any]:
    """What a stage was made of; empty where that is damaged."""
    try:
        found = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _read(report: dict[str, Any], source: str) -> bool:
    return report["stage"] == "ingest" and source in report["settings"].get("sources", [])


def _builds_on(report: dict[str, Any], keys: set[str]) -> bool:
    return bool(keys.intersection(report.get("inputs", {}).values()))
