"""The services: each owns its data, and is asked over HTTP only."""
