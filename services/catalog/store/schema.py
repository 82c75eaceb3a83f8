"""SQLAlchemy table definitions used by the statements; migrations/ creates the tables."""

import sqlalchemy as sa

from kit.sql import Moment

_meta = sa.MetaData()
tracks = sa.Table(
    "tracks",
    _meta,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.Uuid),
    sa.Column("title", sa.String),
    sa.Column("artists", sa.JSON),
    sa.Column("album", sa.String),
    sa.Column("year", sa.Integer),
    sa.Column("duration_ms", sa.Integer),
    sa.Column("genres", sa.JSON),
    sa.Column("explicit", sa.Boolean),
    sa.Column("popularity", sa.Double),
    sa.Column("image_url", sa.String),
    sa.Column("preview", sa.JSON(none_as_null=True)),
    sa.Column("external_ids", sa.JSON),
    sa.Column("features", sa.JSON(none_as_null=True)),
    sa.Column("in_release", sa.String),
    sa.Column("release", sa.String),
    sa.Column("provenance", sa.String),
    sa.Column("title_key", sa.String),
    sa.Column("artist_key", sa.String),
    sa.Column("plain_key", sa.String),
    sa.Column("owner", sa.Uuid),
)
artists = sa.Table(
    "artists", _meta, sa.Column("id", sa.Uuid), sa.Column("name", sa.String), sa.Column("name_key", sa.String)
)
name_suffixes = sa.Table(
    "name_suffixes",
    _meta,
    sa.Column("suffix", sa.String),
    sa.Column("by", sa.String),
    sa.Column("number", sa.Integer),
)
latin_keys = sa.Table(
    "latin_keys",
    _meta,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("title", sa.String),
    sa.Column("artist", sa.String),
)
track_artists = sa.Table("track_artists", _meta, sa.Column("artist_id", sa.Uuid), sa.Column("track_id", sa.Uuid))
aliases = sa.Table(
    "aliases",
    _meta,
    sa.Column("kind", sa.String),
    sa.Column("value", sa.String),
    sa.Column("track_id", sa.Uuid),
)
id_aliases = sa.Table("id_aliases", _meta, sa.Column("id", sa.Uuid), sa.Column("track_id", sa.Uuid))
release_import = sa.Table(
    "release_import",
    _meta,
    sa.Column("imported", sa.String),
    sa.Column("importing", sa.String),
    sa.Column("next_row", sa.Integer),
    sa.Column("claimed_by", sa.Uuid),
    sa.Column("claimed_until", sa.Double),
    sa.Column("keys_version", sa.Integer),
)
gram_counts = sa.Table("gram_counts", _meta, sa.Column("gram", sa.String), sa.Column("tracks", sa.Integer))
feedback = sa.Table(
    "feedback",
    _meta,
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("id", sa.Uuid),
    sa.Column("person", sa.Uuid),
    sa.Column("track", sa.Uuid),
    sa.Column("kind", sa.String),
    sa.Column("ms", sa.Integer),
    sa.Column("at", Moment),
    sa.Column("recorded_at", Moment),
    sa.Column("source", sa.String),
    sa.Column("context", sa.String),
    sa.Column("undoes", sa.BigInteger),
)
feedback_keys = sa.Table(
    "feedback_keys",
    _meta,
    sa.Column("person", sa.Uuid),
    sa.Column("key", sa.String),
    sa.Column("event", sa.Uuid),
    sa.Column("content", sa.LargeBinary),
)
people = sa.Table(
    "people",
    _meta,
    sa.Column("person", sa.Uuid),
    sa.Column("version", sa.BigInteger),
    sa.Column("deleted_at", Moment),
)
shown = sa.Table(
    "shown",
    _meta,
    sa.Column("id", sa.Uuid),
    sa.Column("person", sa.Uuid),
    sa.Column("at", Moment),
    sa.Column("release", sa.String),
    sa.Column("source", sa.String),
    sa.Column("tracks", sa.JSON),
    sa.Column("seeds", sa.JSON(none_as_null=True)),
    sa.Column("request", sa.JSON(none_as_null=True)),
)
interest_answers = sa.Table(
    "interest_answers",
    _meta,
    sa.Column("person", sa.Uuid),
    sa.Column("track", sa.Uuid),
    sa.Column("value", sa.SmallInteger),
    sa.Column("at", Moment),
)
mutes = sa.Table(
    "mutes",
    _meta,
    sa.Column("person", sa.Uuid),
    sa.Column("kind", sa.String),
    sa.Column("value", sa.String),
    sa.Column("name", sa.String),
    sa.Column("since", Moment),
)
exclusions = sa.Table(
    "exclusions",
    _meta,
    sa.Column("id", sa.Uuid),
    sa.Column("person", sa.Uuid),
    sa.Column("kind", sa.String),
    sa.Column("track", sa.Uuid),
    sa.Column("playlist", sa.Uuid),
    sa.Column("context", sa.String),
    sa.Column("source", sa.String),
    sa.Column("since", Moment),
    sa.Column("until", Moment),
    sa.Column("created_at", Moment),
)
imports = sa.Table(
    "imports",
    _meta,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person", sa.Uuid),
    sa.Column("name", sa.String),
    sa.Column("size", sa.BigInteger),
    sa.Column("received", sa.BigInteger),
    sa.Column("complete", sa.Boolean),
    sa.Column("add_unknown", sa.Boolean),
    sa.Column("created_at", Moment),
    sa.Column("new_later", sa.Integer),
    sa.Column("repeated_later", sa.Integer),
)
import_parts = sa.Table(
    "import_parts",
    _meta,
    sa.Column("import_id", sa.Uuid),
    sa.Column("start", sa.BigInteger),
    sa.Column("content", sa.LargeBinary),
)
unmatched = sa.Table(
    "unmatched",
    _meta,
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("import_id", sa.Uuid),
    sa.Column("person", sa.Uuid),
    sa.Column("key", sa.String),
    sa.Column("names", sa.JSON),
    sa.Column("reason", sa.String),
    sa.Column("candidates", sa.JSON),
    sa.Column("events", sa.JSON),
    sa.Column("row_count", sa.Integer),
    sa.Column("track", sa.Uuid),
    sa.Column("left_out", sa.Boolean),
)
import_repeats = sa.Table(
    "import_repeats",
    _meta,
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("import_id", sa.Uuid),
    sa.Column("person", sa.Uuid),
    sa.Column("events", sa.LargeBinary),
)
import_entries = sa.Table(
    "import_entries",
    _meta,
    sa.Column("import_id", sa.Uuid),
    sa.Column("playlist", sa.Uuid),
    sa.Column("track", sa.Uuid),
    sa.Column("person", sa.Uuid),
    sa.Column("added_at", Moment),
)
corrections = sa.Table(
    "corrections",
    _meta,
    sa.Column("person", sa.Uuid),
    sa.Column("key", sa.String),
    sa.Column("track", sa.Uuid),
)
playlists = sa.Table(
    "playlists",
    _meta,
    sa.Column("id", sa.Uuid),
    sa.Column("person", sa.Uuid),
    sa.Column("name", sa.String),
    sa.Column("description", sa.String),
    sa.Column("version", sa.BigInteger),
    sa.Column("created_at", Moment),
    sa.Column("changed_at", Moment),
)
playlist_tracks = sa.Table(
    "playlist_tracks",
    _meta,
    sa.Column("playlist", sa.Uuid),
    sa.Column("position", sa.Integer),
    sa.Column("person", sa.Uuid),
    sa.Column("track", sa.Uuid),
    sa.Column("added_at", Moment),
)
playing_now = sa.Table(
    "playing_now",
    _meta,
    sa.Column("person", sa.Uuid),
    sa.Column("names", sa.JSON),
    sa.Column("track", sa.Uuid),
    sa.Column("source", sa.String),
    sa.Column("since", Moment),
    sa.Column("until", Moment),
)
offsets = sa.Table("followed", _meta, sa.Column("feed", sa.String), sa.Column("after", sa.BigInteger))

IMPORTED = "import"
"""Provenance of a track that a person's file named. Its names are that file's, so that it is found by id only, never by
words; with an `owner`, which is where the file gave no public code, by that person only."""
POPULAR_FIRST = (tracks.c.popularity.desc().nulls_last(), tracks.c.number)
