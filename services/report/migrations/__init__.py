"""Alembic migrations of report's database."""
