"""Places tracks that no playlist teaches: by their sound, by their artist, or by both. placing.py is where to begin."""
