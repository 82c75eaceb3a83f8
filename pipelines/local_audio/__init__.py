"""Local audio files -> a table of tracks: names and codes from their tags, audio features measured on the sound.

Needs the extra `audio` (decision 0040).
"""
