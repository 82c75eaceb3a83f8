"""The playlist-track graph."""
