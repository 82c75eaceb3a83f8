"""The catalogue as a map: a 2-D layout of a release's vectors, clusters and their labels (decision 0020)."""
