"""Orders candidates: reranker, scores by mode, dials and targets, diversity."""
