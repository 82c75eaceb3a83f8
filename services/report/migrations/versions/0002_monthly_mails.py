"""Subscriptions of the monthly mail, tokens that end them, mails by month, and snapshots of the reports' numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Creates the tables and their indexes."""
    op.create_table(
        "subscriptions",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column("voice", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_table(
        "unsubscribe_tokens",
        sa.Column("digest", sa.LargeBinary(), primary_key=True, comment="SHA-256 of the token"),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_index("unsubscribe_tokens_by_person", "unsubscribe_tokens", ["person"])
    op.create_table(
        "mails",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column("period", sa.String(), primary_key=True, comment="the month, 2026-10"),
        sa.Column("state", sa.String(), nullable=False, comment="claimed, sent, skipped, failed or refused"),
        sa.Column("reason", sa.String(), comment="why it was not sent; never an address"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    op.create_table(
        "snapshots",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column("period", sa.String(), primary_key=True),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False, comment="services.report.monthly.snapshot"),
    )


def downgrade() -> None:
    """Drops the tables."""
    for table in ("snapshots", "mails", "unsubscribe_tokens", "subscriptions"):
        op.drop_table(table)
