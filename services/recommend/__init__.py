"""Recommendations: profile or seeds -> query vectors -> candidates -> ranked list -> response (pipeline.py).

Owns the reading of releases and of the vector index. Never trains, never writes a release, holds no durable
state, and calls only catalog and auth.
"""
