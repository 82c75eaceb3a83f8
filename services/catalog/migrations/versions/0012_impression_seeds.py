"""What each shown list came from: its seeds, and what the request wished for."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Adds the columns; lists from before have neither."""
    op.add_column("shown", sa.Column("seeds", sa.JSON(), comment="track ids, at most 20"))
    op.add_column("shown", sa.Column("request", sa.JSON(), comment="options that differ from the defaults"))


def downgrade() -> None:
    """Drops them."""
    op.drop_column("shown", "request")
    op.drop_column("shown", "seeds")
