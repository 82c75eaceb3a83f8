"""SQLAlchemy table definitions used by the statements; migrations/ creates the tables. Times are seconds since 1970."""

import sqlalchemy as sa

_meta = sa.MetaData()
people = sa.Table(
    "people",
    _meta,
    sa.Column("id", sa.Uuid),
    sa.Column("name", sa.String),
    sa.Column("email", sa.String),
    sa.Column("email_key", sa.String),
    sa.Column("password_hash", sa.String),
    sa.Column("created_at", sa.Double),
    sa.Column("verified_at", sa.Double),
)
sessions = sa.Table(
    "sessions",
    _meta,
    sa.Column("id", sa.Uuid),
    sa.Column("person_id", sa.Uuid),
    sa.Column("family", sa.LargeBinary),
    sa.Column("token", sa.LargeBinary),
    sa.Column("previous", sa.LargeBinary),
    sa.Column("created_at", sa.Double),
    sa.Column("last_used_at", sa.Double),
    sa.Column("expires_at", sa.Double),
)
api_keys = sa.Table(
    "api_keys",
    _meta,
    sa.Column("id", sa.Uuid),
    sa.Column("person_id", sa.Uuid),
    sa.Column("digest", sa.LargeBinary),
    sa.Column("name", sa.String),
    sa.Column("scopes", sa.String),
    sa.Column("prefix", sa.String),
    sa.Column("created_at", sa.Double),
    sa.Column("last_used_at", sa.Double),
)
password_tries = sa.Table(
    "password_tries",
    _meta,
    sa.Column("key", sa.LargeBinary),
    sa.Column("account", sa.LargeBinary),
    sa.Column("tries", sa.Integer),
    sa.Column("since", sa.Double),
)
signing_keys = sa.Table(
    "signing_keys",
    _meta,
    sa.Column("id", sa.String),
    sa.Column("public", sa.LargeBinary),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("signs_from", sa.Double),
)
mailed_tokens = sa.Table(
    "mailed_tokens",
    _meta,
    sa.Column("person_id", sa.Uuid),
    sa.Column("purpose", sa.String),
    sa.Column("digest", sa.LargeBinary),
    sa.Column("email", sa.String),
    sa.Column("email_key", sa.String),
    sa.Column("created_at", sa.Double),
    sa.Column("expires_at", sa.Double),
    sa.Column("used_at", sa.Double),
)
mails = sa.Table(
    "mails",
    _meta,
    sa.Column("id", sa.Uuid),
    sa.Column("kind", sa.String),
    sa.Column("person_id", sa.Uuid),
    sa.Column("email", sa.String),
    sa.Column("email_key", sa.String),
    sa.Column("created_at", sa.Double),
    sa.Column("expires_at", sa.Double),
    sa.Column("due_at", sa.Double),
    sa.Column("tries", sa.Integer),
)
oidc_identities = sa.Table(
    "oidc_identities",
    _meta,
    sa.Column("person_id", sa.Uuid),
    sa.Column("issuer", sa.String),
    sa.Column("subject", sa.String),
    sa.Column("connected_at", sa.Double),
)
spotify_links = sa.Table(
    "spotify_links",
    _meta,
    sa.Column("person_id", sa.Uuid),
    sa.Column("account", sa.String),
    sa.Column("name", sa.String),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("scopes", sa.String),
    sa.Column("renewable", sa.Boolean),
    sa.Column("expires_at", sa.Double),
    sa.Column("status", sa.String),
    sa.Column("connected_at", sa.Double),
    sa.Column("changed_at", sa.Double),
    sa.Column("version", sa.Integer),
    sa.Column("refreshing_until", sa.Double),
)
spotify_states = sa.Table(
    "spotify_states",
    _meta,
    sa.Column("digest", sa.LargeBinary),
    sa.Column("person_id", sa.Uuid),
    sa.Column("session", sa.Uuid),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("expires_at", sa.Double),
)
spotify_calls = sa.Table(
    "spotify_calls",
    _meta,
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("person_id", sa.Uuid),
    sa.Column("at", sa.Double),
)
spotify_pause = sa.Table("spotify_pause", _meta, sa.Column("id", sa.Integer), sa.Column("until", sa.Double))
spotify_saved = sa.Table(
    "spotify_saved",
    _meta,
    sa.Column("person_id", sa.Uuid),
    sa.Column("playlist", sa.Uuid),
    sa.Column("spotify_id", sa.String),
    sa.Column("written", sa.Integer),
)
