"""Writes the response: a reason for each track, and the JSON document."""
