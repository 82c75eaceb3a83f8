"""Backup and restore of an installation: databases of auth, catalog and report, keys, releases."""
