"""Search keys of names: titles without edition labels, artist names, suffixes of names in scripts without blanks.

The service fills the columns in background batches, until keys_version is name_keys.VERSION.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Adds the columns, empty, and the table of suffixes."""
    op.add_column("tracks", sa.Column("plain_key", KEY, comment="title_key without the labels of an edition"))
    op.add_column("artists", sa.Column("name_key", KEY))
    op.add_column("release_import", sa.Column("keys_version", sa.Integer(), comment="null = of an earlier version"))
    op.create_index("tracks_by_plain_title", "tracks", ["plain_key", "popularity"])
    op.create_index("artists_by_name", "artists", ["name_key"])
    op.create_table(
        "name_suffixes",
        sa.Column("suffix", KEY, primary_key=True),
        sa.Column("by", sa.String(), primary_key=True, comment="title or artist"),
        sa.Column("number", NUMBER, sa.ForeignKey("tracks.number", ondelete="CASCADE"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("name_suffixes_by_track", "name_suffixes", ["number"])


def downgrade() -> None:
    """Drops them."""
    op.drop_table("name_suffixes")
    op.drop_index("artists_by_name")
    op.drop_index("tracks_by_plain_title")
    op.drop_column("release_import", "keys_version")
    op.drop_column("artists", "name_key")
    op.drop_column("tracks", "plain_key")
