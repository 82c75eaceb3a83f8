"""Statistics of likes against the catalogue: pure numpy, one file for each decision."""
