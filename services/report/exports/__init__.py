"""A person's own data as a zip of JSON Lines: sources, data dictionary, archive, the job that makes it, its routes."""
