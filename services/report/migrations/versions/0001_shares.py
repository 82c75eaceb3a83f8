"""Share links with the report behind each, deleted people, and the offset in auth's outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Creates the tables and their indexes."""
    op.create_table(
        "shares",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, unique=True, comment="SHA-256 of the token"),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("name", sa.String(), comment="the person's name, where they chose to show it"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("report", sa.JSON(), nullable=False, comment="kit.wire.report.Report as it was when shared"),
    )
    op.create_index("shares_by_person", "shares", ["person", "created_at"])
    op.create_table(
        "people",
        sa.Column("person", sa.Uuid(), primary_key=True, comment="the row that a person's writers lock"),
        sa.Column("deleted_at", MOMENT, comment="set: all that is left of a deleted account, until its tokens end"),
    )
    op.create_table(
        "followed",
        sa.Column("feed", sa.String(), primary_key=True),
        sa.Column("after", sa.BigInteger(), nullable=False, comment="number of the last event applied"),
    )


def downgrade() -> None:
    """Drops every table."""
    for table in ("followed", "people", "shares"):
        op.drop_table(table)
