"""Alembic migrations of auth's database."""
