"""Tables of the Spotify link: tokens, pending authorizations, counted calls, the pause, and saved playlists."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Creates the tables. What belongs to a person goes with the account; a call stays counted, without its person."""
    op.create_table(
        "spotify_links",
        _person(primary_key=True),
        sa.Column("account", sa.String(), nullable=False, comment="digest of the Spotify account"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), comment="the tokens, encrypted"),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("renewable", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False, comment="of the access token"),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("connected_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="rises with every change of the tokens"),
        sa.Column("refreshing_until", sa.Double(), nullable=False),
    )
    op.create_table(
        "spotify_states",
        sa.Column("digest", sa.LargeBinary(), primary_key=True),
        _person(),
        sa.Column("session", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="the code verifier, encrypted"),
        sa.Column("expires_at", sa.Double(), nullable=False),
    )
    op.create_index("spotify_states_by_person", "spotify_states", ["person_id", "expires_at"])
    op.create_table(
        "spotify_calls",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("people.id", ondelete="SET NULL")),
        sa.Column("at", sa.Double(), nullable=False),
    )
    op.create_index("spotify_calls_by_time", "spotify_calls", ["at"])
    op.create_table(
        "spotify_pause",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("until", sa.Double(), nullable=False),
    )
    op.create_table(
        "spotify_saved",
        _person(primary_key=True),
        sa.Column("playlist", sa.Uuid(), primary_key=True),
        sa.Column("spotify_id", sa.String(), comment="empty while it is being created"),
        sa.Column("written", sa.Integer(), nullable=False, comment="tracks at Spotify; -1 = not known"),
    )


def _person(*, primary_key: bool = False) -> sa.Column[object]:
    owner = sa.ForeignKey("people.id", ondelete="CASCADE")
    return sa.Column("person_id", sa.Uuid(), owner, primary_key=primary_key, nullable=False)


def downgrade() -> None:
    """Drops them, the links included."""
    for table in ("spotify_saved", "spotify_pause", "spotify_calls", "spotify_states", "spotify_links"):
        op.drop_table(table)
