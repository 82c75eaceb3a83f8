"""The full leaderboard: one JSON document with every figure, and its Markdown page."""
