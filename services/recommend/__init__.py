"""What comes next: seeds or taste -> query -> candidates -> rank -> shape -> explain.

Owns the reading of releases and of the vector index. Never trains, never writes a release, keeps nothing it cannot
lose, and never asks a service to its left.
"""
