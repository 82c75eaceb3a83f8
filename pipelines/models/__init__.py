"""Recommenders, one file each, one interface."""
