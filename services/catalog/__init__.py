"""What exists: tracks, their artists and other names, and the search over them.

Owns the durable track table and fills it from the published release. Never ranks by taste, never reads a vector,
never writes a release, and asks no service to its left.
"""
