"""Column for the digest of the last replaced refresh token, which remains usable for a few seconds."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the column, null for existing sessions until their next refresh."""
    op.add_column("sessions", sa.Column("previous", sa.LargeBinary(), nullable=True))
