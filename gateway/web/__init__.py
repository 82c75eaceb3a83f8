"""The web app in the gateway: serves the built pages (folder dist) and keeps refresh tokens in a cookie.

The app itself is in frontend/; `make web` builds it into dist.
"""
