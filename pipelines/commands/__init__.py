"""The commands of segue-pipeline: their command lines, and their implementations."""
