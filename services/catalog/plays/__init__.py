"""Plays of a person: the history, plays that scrobblers send, and what plays at this moment."""
