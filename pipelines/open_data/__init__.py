"""Open data: public dumps of ListenBrainz, MusicBrainz and AcousticBrainz in, files that `ingest` reads out.

Nothing here runs while Segue serves. docs/open-data.md has the steps, the licences and what no real dump has confirmed.
"""
