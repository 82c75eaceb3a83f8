"""A fake Spotify: accounts and Web API as they are since 2026, over real HTTP, standard library only.

with serving(FakeSpotify(...)) as fake: fake.url is the base address of both
python -m tests.fake_spotify     for `make run-with-fake-spotify`
"""
