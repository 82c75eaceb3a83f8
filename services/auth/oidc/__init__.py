"""Sign-in through an OpenID Connect provider: the provider, the sign-in itself, its settings and routes."""
