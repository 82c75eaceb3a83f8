"""SQLAlchemy table definitions used by the statements; migrations/ creates the tables."""

import sqlalchemy as sa

from kit.sql import Moment

_meta = sa.MetaData()
shares = sa.Table(
    "shares",
    _meta,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("person", sa.Uuid),
    sa.Column("digest", sa.LargeBinary),
    sa.Column("period", sa.String),
    sa.Column("name", sa.String),
    sa.Column("created_at", Moment),
    sa.Column("report", sa.JSON),
    sa.Column("schema_version", sa.Integer),
)
people = sa.Table("people", _meta, sa.Column("person", sa.Uuid), sa.Column("deleted_at", Moment))
offsets = sa.Table("followed", _meta, sa.Column("feed", sa.String), sa.Column("after", sa.BigInteger))
subscriptions = sa.Table(
    "subscriptions",
    _meta,
    sa.Column("person", sa.Uuid),
    sa.Column("voice", sa.String),
    sa.Column("created_at", Moment),
)
unsubscribe_tokens = sa.Table(
    "unsubscribe_tokens",
    _meta,
    sa.Column("digest", sa.LargeBinary),
    sa.Column("person", sa.Uuid),
    sa.Column("created_at", Moment),
)
mails = sa.Table(
    "mails",
    _meta,
    sa.Column("person", sa.Uuid),
    sa.Column("period", sa.String),
    sa.Column("state", sa.String),
    sa.Column("reason", sa.String),
    sa.Column("tries", sa.Integer),
    sa.Column("changed_at", Moment),
)
snapshots = sa.Table(
    "snapshots",
    _meta,
    sa.Column("person", sa.Uuid),
    sa.Column("period", sa.String),
    sa.Column("taken_at", Moment),
    sa.Column("numbers", sa.JSON),
)
exports = sa.Table(
    "exports",
    _meta,
    sa.Column("id", sa.Uuid),
    sa.Column("person", sa.Uuid),
    sa.Column("created_at", Moment),
    sa.Column("size", sa.BigInteger),
    sa.Column("expires_at", Moment),
)
export_parts = sa.Table(
    "export_parts",
    _meta,
    sa.Column("export_id", sa.Uuid),
    sa.Column("start", sa.BigInteger),
    sa.Column("content", sa.LargeBinary),
)
OF_A_PERSON = (shares, subscriptions, unsubscribe_tokens, mails, snapshots, exports)
"""Tables whose rows are deleted with the person of their column `person`."""
