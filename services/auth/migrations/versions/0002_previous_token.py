"""The digest of the refresh token that was replaced last: for a few seconds it may be used again."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the column; sessions begun before have none until their next refresh."""
    op.add_column("sessions", sa.Column("previous", sa.LargeBinary(), nullable=True))
