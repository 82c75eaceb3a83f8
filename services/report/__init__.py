"""Report service: statistics of what a person likes, in numbers, sentences and a share card.

Owns the share links and the snapshots behind them. Reads likes from catalog and the published release; it stores no
likes, ranks nothing and recommends nothing. Calls recommend, catalog and auth, never the gateway.
"""
