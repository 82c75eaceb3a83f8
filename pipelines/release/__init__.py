"""Releases: written, extended by placed tracks, checked, published, rolled back and pruned."""
