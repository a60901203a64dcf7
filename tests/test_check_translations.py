"""The translation check: which faults it finds, and what `--update` keeps."""

from pathlib import Path

import pytest

from tests.check_translations import (
    catalogue_path,
    faults,
    main,
    update,
)

CODE = """\
def texts(t, n, name):
    # Translators: said at /start
    t.gettext("Welcome, {name}")
    t.ngettext("One order", "{count} orders", n)
    pgettext("button", "Buy")
"""
PLURAL = 'msgid_plural "{count} orders"\nmsgstr[0] ""\n'


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A small checkout with complete translations."""
    (tmp_path / "handlers").mkdir()
    (tmp_path / "handlers" / "texts.py").write_text(CODE, encoding="utf-8")
    update(tmp_path)
    translate(tmp_path, 'msgid "Welcome, {name}"\nmsgstr ""', "Selamat datang, {name}")
    translate(tmp_path, 'msgid "Buy"\nmsgstr ""', "Beli")
    translate(tmp_path, PLURAL.removesuffix("\n"), "{count} pesanan")
    return tmp_path


def translate(shop: Path, entry: str, text: str) -> None:
    change(shop, entry, f'{entry.removesuffix(chr(34))}{text}"')


def change(shop: Path, old: str, new: str) -> None:
    path = catalogue_path(shop, "id")
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")


def change_code(shop: Path, old: str, new: str) -> None:
    (shop / "handlers" / "texts.py").write_text(CODE.replace(old, new), encoding="utf-8")


def test_a_complete_catalogue_has_no_fault(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], shop) == 0
    assert capsys.readouterr().out == ""


def test_a_bot_without_texts_needs_no_catalogue(tmp_path: Path) -> None:
    (tmp_path / "handlers").mkdir()
    assert list(faults(tmp_path)) == []


def test_a_missing_file_is_one_fault(shop: Path) -> None:
    catalogue_path(shop, "id").unlink()
    assert list(faults(shop)) == ["id: locales/id/LC_MESSAGES/bot.po is missing."]


def test_a_changed_text_is_missing_and_the_old_one_obsolete(shop: Path) -> None:
    change_code(shop, "Buy", "Order now")
    assert list(faults(shop)) == [
        "id: 'Order now' is missing.",
        "id: 'Buy' is obsolete: no code uses it.",
    ]


def test_moved_code_changes_no_catalogue(shop: Path) -> None:
    before = catalogue_path(shop, "id").read_text(encoding="utf-8")
    (shop / "handlers" / "texts.py").rename(shop / "handlers" / "a_screen.py")
    update(shop)
    assert catalogue_path(shop, "id").read_text(encoding="utf-8") == before


def test_untranslated_fuzzy_and_obsolete_texts_are_faults(shop: Path) -> None:
    change(shop, 'msgstr "Beli"', 'msgstr ""')
    change(shop, '#, python-brace-format\nmsgid "Welcome', '#, fuzzy\nmsgid "Welcome')
    with catalogue_path(shop, "id").open("a", encoding="utf-8") as file:
        file.write('\n#~ msgid "Sell"\n#~ msgstr "Jual"\n')
    assert list(faults(shop)) == [
        "id: 'Welcome, {name}' is marked fuzzy: check it and remove the mark.",
        "id: 'Buy' is not translated.",
        "id: 'Sell' is obsolete: remove it.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("g, {name}", "g, {nama}", "'Welcome, {name}' has {nama} where {name} should be."),
        ("g, {name}", "g", "'Welcome, {name}' has no placeholder where {name} should be."),
        ("g, {name}", "g, {name", "'Welcome, {name}' has a lone brace."),
        ("Beli", "Beli {name}", "'Buy' has {name} where no placeholder should be."),
        ('"{count}', '"Satu', "'One order' has no placeholder where {count} should be."),
    ],
)
def test_placeholders_must_be_the_same(shop: Path, old: str, new: str, fault: str) -> None:
    change(shop, old, new)
    assert list(faults(shop)) == [f"id: {fault}"]


def test_wrong_plural_forms_are_a_fault(shop: Path) -> None:
    change(shop, "nplurals=1; plural=0;", "nplurals=2; plural=(n != 1);")
    assert "id: its Plural-Forms should be nplurals=1; plural=0;" in list(faults(shop))


def test_an_update_keeps_translations_and_marks_changed_texts_fuzzy(shop: Path) -> None:
    before = catalogue_path(shop, "id").read_text(encoding="utf-8")
    update(shop)
    assert catalogue_path(shop, "id").read_text(encoding="utf-8") == before
    change_code(shop, "Welcome, {name}", "Welcome, {name}!")
    assert main(["--update"], shop) == 1
    assert "Selamat datang" in catalogue_path(shop, "id").read_text(encoding="utf-8")
    assert list(faults(shop)) == [
        "id: 'Welcome, {name}!' is marked fuzzy: check it and remove the mark."
    ]
