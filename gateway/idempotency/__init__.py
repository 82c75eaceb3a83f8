"""Idempotency-Key: the answer to a POST is stored for a day, and given again to the same request with the same key.

stored_response what is stored, and the store's protocol
sqlite_store    in a file of the data folder, shared by the processes of one machine
redis_store     on the Redis or Valkey server that counts requests, shared by all
stores          chooses one by the settings
deletions       deletes the answers of people whose account auth deleted
keyed_request   one request with a key: claims it, runs or repeats it, stores the answer
"""
