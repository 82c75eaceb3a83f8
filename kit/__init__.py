"""Shared library: code that at least two of the services, the gateway and the pipelines use. Imports none of them."""
