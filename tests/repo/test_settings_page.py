"""A setting that nobody documented fails here."""

from tests.repo.settings_page import PAGE, classes, page


def test_every_setting_is_described() -> None:
    silent = [
        f"{title}.{name}"
        for title, settings in classes().items()
        for name, field in settings.model_fields.items()
        if not field.description
    ]
    assert silent == []


def test_the_settings_page_is_the_printed_one() -> None:
    assert PAGE.read_text() == page()
