"""Reads a request: its body or query string, and what handlers take from it."""
