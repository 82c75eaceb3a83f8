"""Imports of a person's own listening: uploads, their job, the resolver of its rows, what was not matched.

Owns uploads and unmatched rows. Plays and likes go into the feedback log by the rules of the library.
"""
