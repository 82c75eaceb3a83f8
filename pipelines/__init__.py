"""Playlists in, release out. A chain of stages behind one CLI; nothing here knows FastAPI."""
