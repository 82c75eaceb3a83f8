"""Auth service: accounts, sessions, API keys, mailed links, and the signing keys of access tokens.

Owns passwords and all credentials, and stores them hashed or encrypted. Other services learn of deleted accounts from
its outbox. It holds no library data and calls no other service.
"""
