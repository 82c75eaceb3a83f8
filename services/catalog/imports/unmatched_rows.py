"""Rows without a certain track, as they are kept for their person."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kit import ids
from kit.formats.user_exports import TrackNames
from services.catalog.imports.resolver import digest
from services.catalog.store.unmatched import Unmatched

NOT_FOUND = "no track of the catalogue comes near"
UNSURE = "several tracks may be meant, or the nearest one differs too much"
CODE_ONLY = "its code is not in the catalogue, and the file does not name it"


def unmatched(names: TrackNames, events: list[list[Any]], candidates: Sequence[UUID]) -> Unmatched:
    """The row of these names; `events` are recorded once the person names the track."""
    reason = CODE_ONLY if not names.title else UNSURE if candidates else NOT_FOUND
    shown = [ids.encode(track) for track in candidates]
    return Unmatched(0, digest(names), names._asdict(), reason, shown, events, len(events), None)


def merged(rows: Sequence[Unmatched]) -> list[Unmatched]:
    """Rows with one key (names that differ in case only) as one."""
    by_key: dict[str, Unmatched] = {}
    for row in rows:
        before = by_key.get(row.key)
        joined = (
            row
            if before is None
            else row._replace(events=before.events + row.events, row_count=before.row_count + row.row_count)
        )
        by_key[row.key] = joined
    return list(by_key.values())
