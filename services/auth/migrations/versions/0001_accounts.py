"""Tables of users, sessions, API keys, password attempts, signing keys, and the event outbox.

Times are seconds since 1970. Deleting a user cascades to sessions and API keys.
"""

import sqlalchemy as sa
from alembic import op

from kit.outbox import create_outbox

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates the tables."""
    _people()
    _sessions()
    _api_keys()
    _tries()
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="the private key, encrypted"),
        sa.Column("signs_from", sa.Double(), nullable=False),
    )
    create_outbox(op)


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False, unique=True, comment="the form that is compared"),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
        sa.Column("family", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("token", sa.LargeBinary(), nullable=False, comment="of the only refresh token that is good"),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("last_used_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
    )
    op.create_index("sessions_by_person", "sessions", ["person_id"])
    op.create_index("sessions_by_end", "sessions", ["expires_at"])


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("last_used_at", sa.Double()),
    )
    op.create_index("api_keys_by_person", "api_keys", ["person_id"])


def _tries() -> None:
    op.create_table(
        "password_tries",
        sa.Column("key", sa.LargeBinary(), primary_key=True),
        sa.Column("account", sa.LargeBinary(), comment="digest of the account's e-mail; null = of an address alone"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
    )
    op.create_index("password_tries_by_account", "password_tries", ["account"])
    op.create_index("password_tries_by_begin", "password_tries", ["since"])


def downgrade() -> None:
    """Drops everything."""
    for table in ("events", "signing_keys", "password_tries", "api_keys", "sessions", "people"):
        op.drop_table(table)
