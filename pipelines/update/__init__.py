"""Updates: a refresh of few new playlists that keeps what the last full refresh measured on held-out ones."""
