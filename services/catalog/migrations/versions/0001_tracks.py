"""Tracks, artists, aliases, the search index over them, and the state of the release import.

`number` is the primary key because SQLite's text index refers to integer row ids; everything else refers to `id`.
Key columns hold name_keys.key() of a name. They compare by code point, so that a prefix is a range of the index.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE_SEARCH = (
    # Contentless: the names are already in `tracks`. Not detail=column: without positions bm25() is 0 for every row.
    "CREATE VIRTUAL TABLE track_text USING fts5(title, artist, content='', tokenize='trigram case_sensitive 1')",
    "CREATE VIRTUAL TABLE track_text_grams USING fts5vocab(track_text, 'row')",
    "CREATE TABLE gram_counts (gram TEXT PRIMARY KEY, tracks INTEGER NOT NULL) WITHOUT ROWID",
    # The blanks around a key make trigrams of its beginning and end.
    "CREATE TRIGGER track_text_added AFTER INSERT ON tracks BEGIN"
    " INSERT INTO track_text(rowid, title, artist)"
    " VALUES (new.number, ' ' || new.title_key || ' ', ' ' || new.artist_key || ' '); END",
    "CREATE TRIGGER track_text_changed AFTER UPDATE OF title_key, artist_key ON tracks"
    " WHEN old.title_key <> new.title_key OR old.artist_key <> new.artist_key BEGIN"
    " INSERT INTO track_text(track_text, rowid, title, artist)"
    " VALUES ('delete', old.number, ' ' || old.title_key || ' ', ' ' || old.artist_key || ' ');"
    " INSERT INTO track_text(rowid, title, artist)"
    " VALUES (new.number, ' ' || new.title_key || ' ', ' ' || new.artist_key || ' '); END",
    "CREATE TRIGGER track_text_removed AFTER DELETE ON tracks BEGIN"
    " INSERT INTO track_text(track_text, rowid, title, artist)"
    " VALUES ('delete', old.number, ' ' || old.title_key || ' ', ' ' || old.artist_key || ' '); END",
)
POSTGRES_SEARCH = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX tracks_title_trgm ON tracks USING gin (title_key gin_trgm_ops)",
    "CREATE INDEX tracks_artist_trgm ON tracks USING gin (artist_key gin_trgm_ops)",
    # Title between two copies of the artist: either order of the two is one stretch of text.
    "CREATE INDEX tracks_both_trgm ON tracks USING gin"
    " ((artist_key || ' ' || title_key || ' ' || artist_key) gin_trgm_ops)",
)


def upgrade() -> None:
    """Creates the tables, then the search index of the database engine."""
    _tracks()
    _names()
    _import_state()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_SEARCH if sqlite else POSTGRES_SEARCH:
        op.execute(statement)


def _tracks() -> None:
    op.create_table(
        "tracks",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Uuid(), nullable=False, unique=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("artists", sa.JSON(), nullable=False),
        sa.Column("album", sa.String()),
        sa.Column("year", sa.Integer()),
        sa.Column("duration_ms", sa.Integer()),
        sa.Column("genres", sa.JSON(), nullable=False),
        sa.Column("explicit", sa.Boolean()),
        sa.Column("popularity", sa.Double()),
        sa.Column("image_url", sa.String()),
        sa.Column("preview", sa.JSON(none_as_null=True)),
        sa.Column("external_ids", sa.JSON(), nullable=False),
        sa.Column("features", sa.JSON(none_as_null=True)),
        sa.Column("in_release", sa.String(), nullable=False),
        sa.Column("release", sa.String(), comment="the newest release that held the track"),
        sa.Column("provenance", sa.String(), nullable=False),
        sa.Column("title_key", KEY, nullable=False),
        sa.Column("artist_key", KEY, nullable=False),
    )
    op.create_index("tracks_by_title", "tracks", ["title_key", "popularity"])
    op.create_index("tracks_by_artist", "tracks", ["artist_key", "popularity"])


def _names() -> None:
    op.create_table(
        "artists",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
    )
    op.create_table(
        "track_artists",
        sa.Column("artist_id", sa.Uuid(), sa.ForeignKey("artists.id"), primary_key=True),
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True),
    )
    op.create_index("track_artists_by_track", "track_artists", ["track_id"])
    op.create_table(
        "aliases",
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("value", sa.String(), primary_key=True),
        sa.Column("track_id", sa.Uuid(), sa.ForeignKey("tracks.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("aliases_by_track", "aliases", ["track_id"])


def _import_state() -> None:
    state = op.create_table(
        "release_import",
        sa.Column("only", sa.Integer(), primary_key=True),
        sa.Column("imported", sa.String(), comment="the release whose tracks are all here"),
        sa.Column("importing", sa.String(), comment="the release whose tracks are being read"),
        sa.Column("next_row", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.Uuid()),
        sa.Column("claimed_until", sa.Double(), comment="seconds since 1970; a claim past it may be taken over"),
    )
    op.bulk_insert(state, [{"only": 1, "next_row": 0}])


def downgrade() -> None:
    """Drops everything."""
    if op.get_bind().dialect.name == "sqlite":
        for table in ("track_text_grams", "track_text", "gram_counts"):
            op.drop_table(table)
    for table in ("release_import", "aliases", "track_artists", "artists", "tracks"):
        op.drop_table(table)
