"""The leaderboard as one document with every figure, and as a page for people."""
