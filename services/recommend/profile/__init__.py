"""The caller's profile: fetched from catalog, cached, with the weights of likes, plays and dislikes."""
