"""The content of a plain mail: paragraphs and at most one button."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """A link shown as a button, and in the text form on a line of its own."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: `preview` is what inboxes show beside the subject, `footer` says why the mail came."""

    subject: str
    preview: str
    paragraphs: tuple[str, ...]
    footer: str
    button: Button | None = None
    after: tuple[str, ...] = ()
