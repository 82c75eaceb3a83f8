"""Contracts of other systems, translated to the public routes: no store and no rule of their own.

`dialect.py` is what the front door takes from each: its paths, where its credentials are, the form of its errors.
"""
