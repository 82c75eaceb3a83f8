"""Tables of what was read from people's Spotify accounts, apart from the library: no part of the catalogue."""

import sqlalchemy as sa

from kit.sql import Moment

_meta = sa.MetaData()
spotify_syncs = sa.Table(
    "spotify_syncs",
    _meta,
    sa.Column("person", sa.Uuid),
    sa.Column("generation", sa.Uuid),
    sa.Column("due_at", sa.Double),
    sa.Column("synced_at", Moment),
    sa.Column("unchanged", sa.Integer),
)
spotify_tracks = sa.Table(
    "spotify_tracks",
    _meta,
    sa.Column("person", sa.Uuid),
    sa.Column("section", sa.String),
    sa.Column("position", sa.Integer),
    sa.Column("spotify_id", sa.String),
    sa.Column("title", sa.String),
    sa.Column("artists", sa.JSON),
    sa.Column("album", sa.String),
    sa.Column("track", sa.Uuid),
    sa.Column("at", Moment),
)
spotify_playlists = sa.Table(
    "spotify_playlists",
    _meta,
    sa.Column("person", sa.Uuid),
    sa.Column("id", sa.String),
    sa.Column("position", sa.Integer),
    sa.Column("name", sa.String),
    sa.Column("snapshot", sa.String),
    sa.Column("tracks", sa.Integer),
)
