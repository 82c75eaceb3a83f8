"""Report service: statistics of what a person likes, in numbers, sentences, a share card and a monthly mail.

Owns the share links with the reports behind them, subscriptions of the mail, and snapshots of a month's numbers. Reads
likes from catalog and the published release; it stores no likes, ranks nothing and recommends nothing. Calls recommend,
catalog and auth, never the gateway.
"""
