"""The version of the form that a shared report was stored in: those stored before have the first."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the column."""
    op.add_column("shares", sa.Column("schema_version", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    """Drops it."""
    op.drop_column("shares", "schema_version")
