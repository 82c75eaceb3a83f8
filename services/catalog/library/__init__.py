"""User library: the feedback log (likes, plays, skips, impressions) and the views over it.

Owns the log, the version of every user's taste and the outbox of their changes. Does not rank or recommend.
"""
