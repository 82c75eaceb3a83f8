"""Sentences and keywords from the figures of a report."""
