"""Identities at an OpenID Connect provider."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Creates the table; an identity goes with its account."""
    op.create_table(
        "oidc_identities",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("connected_at", sa.Double(), nullable=False),
        sa.UniqueConstraint("issuer", "subject", name="oidc_identities_subject"),
    )


def downgrade() -> None:
    """Drops it; the accounts stay, and sign in by a mailed link to a password."""
    op.drop_table("oidc_identities")
