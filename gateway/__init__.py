"""The only public door: who calls, how often, and which service answers; the API's documentation.

Owns the edge of the network and nothing behind it: no rule about music, no storage, no opinion on a service's answer.
It checks identities so that a false one costs the services nothing, not so that they need not check.
"""
