"""The write side of the vector index: built, checked against exact search, activated, dropped; one store an engine."""
