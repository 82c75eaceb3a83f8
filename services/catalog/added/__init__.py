"""Tracks that people's files named and the catalogue lacked: lists, merges and deletes them."""
