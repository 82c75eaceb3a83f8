"""The tables as the statements name them; migrations/ makes them."""

import sqlalchemy as sa

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
)
artists = sa.Table("artists", _meta, sa.Column("id", sa.Uuid), sa.Column("name", sa.String))
track_artists = sa.Table("track_artists", _meta, sa.Column("artist_id", sa.Uuid), sa.Column("track_id", sa.Uuid))
aliases = sa.Table(
    "aliases",
    _meta,
    sa.Column("kind", sa.String),
    sa.Column("value", sa.String),
    sa.Column("track_id", sa.Uuid),
)
release_import = sa.Table(
    "release_import",
    _meta,
    sa.Column("imported", sa.String),
    sa.Column("importing", sa.String),
    sa.Column("next_row", sa.Integer),
    sa.Column("claimed_by", sa.Uuid),
    sa.Column("claimed_until", sa.Double),
)
gram_counts = sa.Table("gram_counts", _meta, sa.Column("gram", sa.String), sa.Column("tracks", sa.Integer))

POPULAR_FIRST = (tracks.c.popularity.desc().nulls_last(), tracks.c.number)
