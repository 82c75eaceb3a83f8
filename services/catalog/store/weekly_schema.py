"""SQLAlchemy table definitions of weekly lists; migrations 0014 and 0018 create them."""

import sqlalchemy as sa

from kit.sql import Moment

_meta = sa.MetaData()
weekly_lists = sa.Table(
    "weekly_lists",
    _meta,
    sa.Column("person", sa.Uuid),
    sa.Column("week", sa.Date),
    sa.Column("made_at", Moment),
    sa.Column("release", sa.String),
    sa.Column("lists", sa.JSON(none_as_null=True)),
    sa.Column("claimed_until", sa.Double),
)
earlier_weeks = sa.Table(
    "earlier_weeks",
    _meta,
    sa.Column("person", sa.Uuid),
    sa.Column("week", sa.Date),
    sa.Column("made_at", Moment),
    sa.Column("release", sa.String),
    sa.Column("lists", sa.JSON(none_as_null=True)),
)
