"""SQLAlchemy table definition of added tracks; migration 0017 creates it."""

import sqlalchemy as sa

from kit.sql import Moment

added_tracks = sa.Table(
    "added_tracks",
    sa.MetaData(),
    sa.Column("person", sa.Uuid),
    sa.Column("track", sa.Uuid),
    sa.Column("added_at", Moment),
)
