"""Alembic environment: runs the revisions on the connection and in the transaction that kit.sql provides."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
