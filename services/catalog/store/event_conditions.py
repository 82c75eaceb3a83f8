"""Conditions on events of the `feedback` table, written so that SQLite reads them by its partial indexes.

SQLite uses a partial index only where a statement repeats the index's own condition word for word, so each is written
here as the migrations write it; a narrower condition is added to it, never put in its place.
"""

from typing import Any

import sqlalchemy as sa

from services.catalog.store.schema import feedback

SPOKEN = sa.text("feedback.kind IN ('like', 'dislike', 'never', 'neutral')")
HAPPENED = sa.text("feedback.kind IN ('play', 'skip', 'impression')")
LIKED_OR_PLAYED = sa.text("feedback.kind IN ('like', 'play')")


def taken_back(event: Any) -> sa.Exists:
    """Whether an event (the feedback table or an alias of it) was undone."""
    undo = feedback.alias(f"undo_of_{event.name}")
    return sa.select(undo.c.number).where(undo.c.person == event.c.person, undo.c.undoes == event.c.number).exists()


def spoken(alias: str) -> sa.TextClause:
    """`SPOKEN` for an alias of the feedback table; `alias` is a name in our code, never a value from outside."""
    return sa.text(SPOKEN.text.replace("feedback.", f"{alias}."))
