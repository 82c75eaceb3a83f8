"""Reads titles and artist cells: edition labels and guests, credited artists, types of versions."""
