"""Errors of the supervisor."""


class CannotStart(Exception):
    """The fleet cannot start; the message states what to change."""
