"""The HTTP routes of five earlier systems under /classic, with their envelopes, field names and messages.

`cloud_accounts.py` and `cloud_music.py` are a cloud platform with graph embeddings, `soundalike.py` matrix
factorisation on listening triplets, `algorhythms.py` a graph network with one for unseen tracks,
`playlist_continuation.py` a sequence network with its form pages, `three_rows.py` popularity, content and collaborative
filtering. docs/classic.md has the routes, and what differs from the originals.
"""
