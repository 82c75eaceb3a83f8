"""Library tables: the feedback log, impressions, users with their taste versions, and the event outbox.

`number` is the order in which feedback was recorded; writers of one user's feedback lock the user's row of `people`.
"""

import sqlalchemy as sa
from alembic import op

from kit.outbox import create_outbox

revision = "0002"
down_revision = "0001"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPINIONS = "kind IN ('like', 'dislike', 'never', 'neutral')"
HAPPENINGS = "kind IN ('play', 'skip', 'impression')"


def upgrade() -> None:
    """Creates the tables and their indexes."""
    create_outbox(op)
    _feedback()
    _people()


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Uuid(), nullable=False, unique=True),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("track", sa.Uuid(), sa.ForeignKey("tracks.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False, comment="an opinion, a happening, or undo"),
        sa.Column("ms", sa.Integer(), comment="how long a play lasted"),
        sa.Column("at", MOMENT, nullable=False, comment="when it happened, as the person says"),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("context", sa.String()),
        sa.Column("undoes", NUMBER, comment="the number of the event that this one takes back"),
        sqlite_autoincrement=True,  # pages are cut by number: one is never used twice
    )
    _index("feedback_opinions", ["person", "track", "number", "kind"], OPINIONS, unique=False)
    _index("feedback_happenings", ["person", "track", "kind", "at"], HAPPENINGS)
    _index("feedback_undone", ["person", "undoes"], "undoes IS NOT NULL")
    op.create_table(
        "feedback_keys",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("event", sa.Uuid(), nullable=False, comment="what was answered the first time"),
        sa.Column("content", sa.LargeBinary(), nullable=False, comment="a digest of what was said"),
    )


def _index(name: str, columns: list[str], where: str, *, unique: bool = True) -> None:
    op.create_index(
        name, "feedback", columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("person", sa.Uuid(), primary_key=True),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="rises by one with every change of the taste"),
        sa.Column("deleted_at", MOMENT, comment="set: all that is left of a deleted account, until its tokens end"),
    )
    op.create_table(
        "shown",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False, index=True),
        sa.Column("release", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("tracks", sa.JSON(), nullable=False, comment="ids, best first"),
    )
    op.create_index("shown_by_person", "shown", ["person", "at"])
    op.create_table(
        "followed",
        sa.Column("feed", sa.String(), primary_key=True),
        sa.Column("after", sa.BigInteger(), nullable=False, comment="number of the last event applied"),
    )


def downgrade() -> None:
    """Drops the library; the tracks stay."""
    for table in ("followed", "shown", "people", "feedback_keys", "feedback", "events"):
        op.drop_table(table)
