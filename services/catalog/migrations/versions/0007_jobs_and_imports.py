"""Durable jobs, uploads with what they did not match, and Latin spellings of names in other scripts."""

import sqlalchemy as sa
from alembic import op

from kit.jobs import create_jobs

revision = "0007"
down_revision = "0006"

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Creates the tables."""
    create_jobs(op)
    _uploads()
    _unmatched()
    op.create_table(
        "latin_keys",
        sa.Column("number", NUMBER, sa.ForeignKey("tracks.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("title", KEY, nullable=False, comment="plain_key, transliterated"),
        sa.Column("artist", KEY, nullable=False, comment="artist_key, transliterated"),
    )
    op.create_index("latin_keys_by_name", "latin_keys", ["artist", "title"])


def _uploads() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid(), primary_key=True, comment="also the id of its job"),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False, comment="the file's name, as the person's program gave it"),
        sa.Column("size", sa.BigInteger(), comment="bytes, where it was announced"),
        sa.Column("received", sa.BigInteger(), nullable=False, comment="bytes that have arrived"),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_index("imports_by_person", "imports", ["person", "created_at"])
    op.create_table(
        "import_parts",
        sa.Column("import_id", sa.Uuid(), sa.ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("start", sa.BigInteger(), primary_key=True, comment="position of the first byte in the file"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )


def _unmatched() -> None:
    op.create_table(
        "unmatched",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("import_id", sa.Uuid(), sa.ForeignKey("imports.id", ondelete="CASCADE"), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False, comment="a digest of the names and codes"),
        sa.Column("names", sa.JSON(), nullable=False, comment="title, artist, album and codes, as in the file"),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False, comment="ids of tracks that come near, best first"),
        sa.Column("events", sa.JSON(), nullable=False, comment="what is recorded once the person names the track"),
        sa.Column("row_count", sa.Integer(), nullable=False, comment="rows of the file"),
        sa.Column("track", sa.Uuid(), comment="the track that the person named"),
        sqlite_autoincrement=True,
    )
    op.create_index("unmatched_of_import", "unmatched", ["import_id", "key"], unique=True)
    op.create_index("unmatched_by_person", "unmatched", ["person"])
    op.create_table(
        "corrections",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True, comment="as in unmatched"),
        sa.Column("track", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), nullable=False),
    )


def downgrade() -> None:
    """Drops them."""
    for table in ("latin_keys", "corrections", "unmatched", "import_parts", "imports", "jobs"):
        op.drop_table(table)
