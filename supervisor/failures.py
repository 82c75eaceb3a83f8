"""Why the fleet does not start."""


class CannotStart(Exception):
    """Something outside has to change first; the message says what."""
