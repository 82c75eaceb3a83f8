"""Catalog service: track and artist metadata, text search, and the users' library (feedback, likes, impressions).

Owns the durable track table and fills it from the published release. It does not personalise, reads no vectors,
writes no release, and calls no service but auth.
"""
