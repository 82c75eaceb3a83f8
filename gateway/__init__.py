"""API gateway, the only public process: authentication, rate limits, routing to services, API documentation.

It has no music logic and no storage, and does not change responses. It verifies credentials so that invalid ones cause
no load on the services; these verify them again.
"""
