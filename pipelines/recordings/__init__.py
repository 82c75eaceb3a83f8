"""Recording groups: which titles and artists name versions of one recording."""
