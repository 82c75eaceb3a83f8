"""Query reweighting and the ranker, learned from held-out playlists."""
