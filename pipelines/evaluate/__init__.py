"""Evaluation of recommenders: tasks and splits, metrics with intervals, models compared, and tuning of settings."""
