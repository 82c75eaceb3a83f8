"""Durable jobs, and exports of people's data: the zip in parts, until it expires."""

import sqlalchemy as sa
from alembic import op

from kit.jobs import create_jobs

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Creates the tables."""
    create_jobs(op)
    op.create_table(
        "exports",
        sa.Column("id", sa.Uuid(), primary_key=True, comment="also the id of its job"),
        sa.Column("person", sa.Uuid(), nullable=False, unique=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("size", sa.BigInteger(), comment="bytes; null = not complete"),
        sa.Column("expires_at", MOMENT, comment="when it is deleted; null = not complete"),
    )
    op.create_table(
        "export_parts",
        sa.Column("export_id", sa.Uuid(), sa.ForeignKey("exports.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("start", sa.BigInteger(), primary_key=True, comment="position of the first byte in the zip"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    """Drops them."""
    for table in ("export_parts", "exports", "jobs"):
        op.drop_table(table)
