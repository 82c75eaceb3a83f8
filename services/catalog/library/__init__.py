"""What people like, play and were shown: a log of events, and the views over it.

Owns the log, the version of every taste and the feed that tells of both. Never ranks, never recommends.
"""
