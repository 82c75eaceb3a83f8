"""Ingest: files in any supported format -> the canonical tables of pipelines.tables. kit.formats parses the files."""

from pipelines.ingest.ingest import ingest, ingest_stage
from pipelines.ingest.report import IngestError, IngestReport
from pipelines.ingest.sources import Progress

__all__ = ["IngestError", "IngestReport", "Progress", "ingest", "ingest_stage"]
