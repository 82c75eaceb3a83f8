"""Training pipeline: from playlist files to a release. A chain of stages with a CLI; independent of FastAPI."""
