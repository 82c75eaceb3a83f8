"""Tables of mailed tokens and of mails to send, and the column for when an e-mail address was verified.

Accounts that exist already stay unverified until a link mailed to them is followed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the column and creates the tables."""
    op.add_column("people", sa.Column("verified_at", sa.Double(), nullable=True))
    op.create_table(
        "mailed_tokens",
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("purpose", sa.String(), primary_key=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="of the only token that is good"),
        sa.Column("email", sa.String(), nullable=False, comment="where the link was mailed to"),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False, comment="of the mail: a newer one replaces an older"),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("used_at", sa.Double()),
    )
    op.create_index("mailed_tokens_by_digest", "mailed_tokens", ["digest"])
    op.create_index("mailed_tokens_by_end", "mailed_tokens", ["expires_at"])
    op.create_table(
        "mails",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id", ondelete="CASCADE")),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False, comment="of the next attempt"),
        sa.Column("tries", sa.Integer(), nullable=False),
    )
    op.create_index("mails_by_due", "mails", ["due_at"])
    op.create_index("mails_by_person", "mails", ["person_id"])
