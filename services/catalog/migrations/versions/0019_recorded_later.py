"""What was recorded of an import after its job: rows that the person named or kept."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

COLUMNS = ("new_later", "repeated_later")


def upgrade() -> None:
    """Adds the columns."""
    for name in COLUMNS:
        op.add_column("imports", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Drops them."""
    for name in COLUMNS:
        op.drop_column("imports", name)
