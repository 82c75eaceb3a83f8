"""Query reweighting and the reranker, trained on held-out playlists."""
