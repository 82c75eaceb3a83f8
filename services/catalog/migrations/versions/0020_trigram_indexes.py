"""Trigram indexes of PostgreSQL without a list of pending entries.

What an import adds waits in that list until a vacuum, and every search reads all of it: most of what a search cost
(docs/performance.md, "By route").
"""

from alembic import op

revision = "0020"
down_revision = "0019"

INDEXES = ("tracks_title_trgm", "tracks_artist_trgm", "tracks_both_trgm")


def upgrade() -> None:
    """Switches the list off and moves what is in it into the index."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for index in INDEXES:
        op.execute(f"ALTER INDEX {index} SET (fastupdate = off)")
        op.execute(f"SELECT gin_clean_pending_list('{index}')")


def downgrade() -> None:
    """Switches it on again."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for index in INDEXES:
        op.execute(f"ALTER INDEX {index} RESET (fastupdate)")
