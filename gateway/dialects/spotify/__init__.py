"""Routes of Spotify's Web API that it retired, under /spotify/v1: a client's base URL is all that changes.

Contract: developer.spotify.com, Web API reference, Get Recommendations and its neighbours, as of 2024.

    app.py               paths, credentials, errors
    parameters.py        query parameters: ids, numbers, search words
    recommendations.py   recommendations and genre seeds
    tracks.py            tracks, audio features, search
    documents.py         tracks, features, seeds and pages as Spotify writes them
"""
