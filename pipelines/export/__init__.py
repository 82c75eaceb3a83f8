"""Exports for other programs: CSV files and plain arrays."""
