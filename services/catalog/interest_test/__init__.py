"""The interest test: chooses which tracks a new listener rates next, and remembers the ratings of the test.

candidates      the tracks that the test chooses from: well known, far apart in the embedding, one per artist
preference      estimate of a listener's ratings of all candidates from those given so far; what to ask next
adaptive_test   reads the ratings, chooses the next tracks, records answers
"""
