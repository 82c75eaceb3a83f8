"""Candidates: seeds and profiles become query vectors, the index is searched, hits are merged."""
