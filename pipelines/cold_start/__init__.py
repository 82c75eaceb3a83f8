"""Cold-start embeddings: vectors for tracks in no playlist, from audio features, artist, or both. Start with
placing.py."""
