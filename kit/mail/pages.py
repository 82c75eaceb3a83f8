"""Renders mails from Jinja2 templates, and moves their style sheet into style attributes (css-inline).

Mail clients drop style sheets; only the rules for dark mode and narrow screens stay in one. Templates extend
`shell.html`, which has the look that all mails share.
"""

from pathlib import Path
from typing import Any

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from kit.mail.letter import Letter
from kit.mail.message import Bodies

SHARED = Path(__file__).parent / "templates"


class Pages:
    """Templates of the folders given, then of kit/mail/templates. HTML is escaped; an unknown name is an error."""

    def __init__(self, *folders: Path) -> None:
        self._templates = Environment(
            loader=FileSystemLoader([*folders, SHARED]),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)

    def render(self, name: str, **values: Any) -> Bodies:
        """Renders `name`.txt and `name`.html with the same values."""
        text = self._templates.get_template(f"{name}.txt").render(values)
        html = self._templates.get_template(f"{name}.html").render(values)
        return Bodies(text, self._inliner.inline(html))

    def letter(self, letter: Letter) -> Bodies:
        """Renders a plain mail."""
        return self.render("letter", letter=letter)
