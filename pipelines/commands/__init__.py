"""The commands of segue-pipeline: what each is called with, and what it does."""
