"""Exams for recommenders: protocols, figures with their spread, who sits them, and how settings are chosen."""
