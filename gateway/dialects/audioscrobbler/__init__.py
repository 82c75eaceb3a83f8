"""Audioscrobbler 1.2 under /audioscrobbler: handshake, now playing, submission.

Contract: "Audioscrobbler Realtime Submission Protocol v1.2.1" (Last.fm, 2007). Every answer is text of the form
"OK" or "BADSESSION" or "FAILED reason", with status 200.
"""
