"""Tests of rendered mails: plain tables with inline styles, escaped values, the same content as text."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from kit.mail.letter import Button, Letter
from kit.mail.pages import Pages

LETTER = Letter(
    subject="A <subject> & more",
    preview="The preview",
    paragraphs=("First & foremost <b>not bold</b>.",),
    footer="Sent to ann@example.org.",
    button=Button("Press", "https://segue.example.org/reset?token=abc"),
    after=("Afterwards.",),
)


class Tags(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_styles_stand_at_the_elements() -> None:
    tags = Tags(Pages().letter(LETTER).html).tags
    heading = next(attributes for tag, attributes in tags if tag == "h1")
    assert "font-size: 34px" in (heading["style"] or "")
    link = next(attributes for tag, attributes in tags if tag == "a")
    assert link["href"] == "https://segue.example.org/reset?token=abc"
    assert "color: #f6f4f1" in (link["style"] or "")
    cell = next(attributes for tag, attributes in tags if tag == "td" and attributes.get("class") == "button")
    assert cell["bgcolor"] == "#201b16"


def test_only_the_rules_for_dark_mode_and_narrow_screens_stay_in_a_style_sheet() -> None:
    html = Pages().letter(LETTER).html
    [sheet] = [part.partition("</style>")[0] for part in html.split("<style>")[1:]]
    assert "prefers-color-scheme: dark" in sheet
    assert "max-width: 480px" in sheet
    assert "34px" not in sheet


def test_a_mail_is_plain_tables_without_pictures_scripts_or_foreign_addresses() -> None:
    bodies = Pages().letter(LETTER)
    names = {tag for tag, _ in Tags(bodies.html).tags}
    assert names <= {"html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td", "h1", "a"}
    assert bodies.html.count("https://") == 1


def test_values_are_escaped_in_html_and_plain_in_text() -> None:
    bodies = Pages().letter(LETTER)
    assert "&lt;b&gt;not bold" in bodies.html
    assert "<b>" not in bodies.html
    assert "First & foremost <b>not bold</b>." in bodies.text
    assert "Press:\nhttps://segue.example.org/reset?token=abc\n" in bodies.text


def test_a_service_adds_templates_of_its_own_to_the_shared_shell(tmp_path: Path) -> None:
    (tmp_path / "monthly.txt").write_text("{{ number }} songs")
    (tmp_path / "monthly.html").write_text(
        '{% extends "shell.html" %}{% block content %}{{ number }} songs{% endblock %}'
    )
    bodies = Pages(tmp_path).render("monthly", number=18)
    assert bodies.text == "18 songs"
    assert "18 songs" in bodies.html
    assert "Segue" in bodies.html
    with pytest.raises(UndefinedError):
        Pages(tmp_path).render("monthly")
