"""Playlists of people: create, rename, reorder, add and remove tracks, delete, export.

edits         what a change does to the list of tracks
collection    reads and changes the playlists of one person
formats       a playlist as JSPF, M3U8, CSV or JSON
file_names    names of exported files
"""
