"""Who you are: accounts, the sessions of a person, their API keys, and the keys that access tokens are signed with.

Owns passwords and every secret that signs somebody in, and keeps them as hashes or sealed. Tells the services to its
left who was deleted through its event feed. Never knows what anybody likes, and asks no other service anything.
"""
