"""Reads a person's Spotify account over auth, shows it, and saves playlists there (decision 0030).

What is read is kept apart from the catalogue and from the person's own likes: it is shown, its ids are mapped, and it
is deleted on disconnect. Only with SEGUE_CATALOG_SPOTIFY_COUNTS do its likes count as likes.
"""
