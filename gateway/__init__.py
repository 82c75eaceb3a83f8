"""The only public door: limits, request ids and routing to the services; the API's documentation.

Owns the edge of the network and nothing behind it: no rule about music, no storage, no opinion on a service's answer.
"""
