"""The optional link to a Spotify account: the PKCE flow, the tokens, and every call to Spotify (decision 0030).

Tokens are stored encrypted and never leave auth: catalog asks auth for pages of a person's account.
"""
