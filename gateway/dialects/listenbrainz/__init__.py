"""ListenBrainz-compatible API (scrobbling) under /1, as players and scrobblers call it.

Contract: listenbrainz-server, listenbrainz/webserver/views/api.py and its neighbours.

    app.py           paths, credentials, errors
    submission.py    submit-listens: validation and the plays of POST /v1/me/plays
    documents.py     plays, likes and playlists as ListenBrainz writes them
    reading.py       what a person listened to, likes and is recommended
    changes.py       feedback and deletion
"""
