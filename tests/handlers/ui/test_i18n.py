"""Texts, money and times in the reader's language."""

from __future__ import annotations

import ast
import gc
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel import core, localedata
from babel.dates import format_date, format_time, get_month_names
from babel.lists import format_list
from babel.localedata import LocaleDataDict

from handlers.ui.i18n import Languages, load_languages

HANDLERS = Path(__file__).parent.parent.parent.parent / "handlers"
AFTERNOON = datetime(2026, 11, 24, 8, 41, tzinfo=UTC)
INDONESIAN = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Hello"
msgstr "Halo"

msgctxt "verb"
msgid "Hello"
msgstr "Sapa"

msgid "{count} order"
msgid_plural "{count} orders"
msgstr[0] "{count} pesanan"
"""


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """A folder with a small Indonesian catalogue."""
    path = tmp_path / "id" / "LC_MESSAGES" / "bot.po"
    path.parent.mkdir(parents=True)
    path.write_text(INDONESIAN, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def languages() -> Languages:
    return load_languages()


def test_translations_come_from_the_catalogue_of_the_language(locales: Path) -> None:
    indonesian = load_languages(folder=locales)["id"]
    assert indonesian.gettext("Hello") == "Halo"
    assert indonesian.pgettext("verb", "Hello") == "Sapa"
    assert indonesian.ngettext("{count} order", "{count} orders", 2) == "{count} pesanan"
    assert indonesian.gettext("New") == "New"


def test_english_is_the_text_of_the_code(locales: Path) -> None:
    english = load_languages(folder=locales)["en"]
    assert english.gettext("Hello") == "Hello"
    assert english.pgettext("verb", "Hello") == "Hello"
    assert english.ngettext("{count} order", "{count} orders", 1) == "{count} order"
    assert english.ngettext("{count} order", "{count} orders", 2) == "{count} orders"


def test_money_is_whole_rupiah_with_grouped_thousands(languages: Languages) -> None:
    assert languages["id"].money(50_500) == "Rp50.500"
    assert languages["en"].money(50_500) == "Rp50,500"
    assert languages["id"].money(0) == "Rp0"
    assert languages["id"].money(-1_000_000) == "-Rp1.000.000"
    assert languages["en"].money(-999) == "-Rp999"


def test_times_are_in_the_shops_zone_and_name_it(languages: Languages) -> None:
    assert languages["id"].datetime(AFTERNOON) == "24 Nov 2026, 15.41 WIB"
    assert languages["en"].datetime(AFTERNOON) == "24 Nov 2026, 15:41 WIB"
    assert languages["id"].clock(datetime(2026, 1, 1, 17, 30, tzinfo=UTC)) == "00.30 WIB"
    assert languages["en"].clock(datetime(2026, 1, 1, 17, 30, tzinfo=UTC)) == "00:30 WIB"
    assert languages["id"].date(datetime(2026, 8, 1, 17, 30, tzinfo=UTC)) == "2 Agu 2026"


def test_a_shop_in_another_zone_shows_that_zone() -> None:
    words = load_languages(timezone=ZoneInfo("Asia/Makassar"))["id"]
    assert words.clock(AFTERNOON) == "16.41 WITA"


@pytest.mark.parametrize(
    ("chosen", "telegram", "expected"),
    [
        ("", "", "id"),
        ("", "en", "en"),
        ("", "en-GB", "en"),
        ("", "EN", "en"),
        ("", "fr", "id"),
        ("id", "en", "id"),
        ("xx", "en", "en"),
    ],
)
def test_the_language_is_the_chosen_one_else_telegrams_else_the_default(
    languages: Languages, chosen: str, telegram: str, expected: str
) -> None:
    assert languages.words_for(chosen, telegram).language == expected


def test_the_default_language_must_exist(tmp_path: Path) -> None:
    """Without it the shop would show message ids."""
    with pytest.raises(ValueError, match="'id'"):
        load_languages(folder=tmp_path)


@pytest.mark.parametrize(
    ("text", "english", "indonesian"),
    [
        ("Telkomsel 5.000", "Telkomsel 5,000", "Telkomsel 5.000"),
        ("Telkomsel 5,000", "Telkomsel 5,000", "Telkomsel 5.000"),
        ("Rp1.000.000/30.000", "Rp1,000,000/30,000", "Rp1.000.000/30.000"),
        ("1,500.50 or 1.500,50", "1,500.50 or 1,500.50", "1.500,50 or 1.500,50"),
        ("2.5 GB", "2.5 GB", "2,5 GB"),
        ("1,5 GB + 0.75GB", "1.5 GB + 0.75GB", "1,5 GB + 0,75GB"),
        ("1,5 + 2,5 GB / 1.500 MB", "1.5 + 2.5 GB / 1,500 MB", "1,5 + 2,5 GB / 1.500 MB"),
        ("32,1 kWh", "32.1 kWh", "32,1 kWh"),
    ],
)
def test_numbers_in_product_names_are_localised(
    languages: Languages, text: str, english: str, indonesian: str
) -> None:
    assert languages["en"].numbers_in(text) == english
    assert languages["id"].numbers_in(text) == indonesian


@pytest.mark.parametrize(
    "text",
    [
        *("v1.234", "V 2.000", "ver. 3.100", "versi 1.200", "1.2.345", "01.02.2024", "12.30"),
        *("0812.345.678", "0.500", "1.5", "12.3456", "1234.567", "5K", "86 Diamonds (75+11)"),
        "\u0661\u066b\u0660\u0660\u0660",
    ],
)
def test_numbers_that_are_not_amounts_are_not_changed(languages: Languages, text: str) -> None:
    """Versions, dates, times, phone numbers, and a decimal without a unit."""
    assert languages["en"].numbers_in(text) == text
    assert languages["id"].numbers_in(text) == text


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("count", range(5))
def test_names_are_joined_as_babel_does_it(languages: Languages, language: str, count: int) -> None:
    names = ["Telkomsel", "by.U", "Axis", "XL", "Three"][:count]
    assert languages[language].either(names) == format_list(names, style="or", locale=language)


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("month", range(1, 13))
def test_dates_are_written_as_babel_does_it(
    languages: Languages, language: str, month: int
) -> None:
    instant = datetime(2026, month, month * 2, 20, 5, tzinfo=UTC)
    local = instant.astimezone(ZoneInfo("Asia/Jakarta"))
    translator = languages[language]
    assert translator.date(instant) == format_date(local, "d MMM y", locale=language)
    assert translator.day(instant) == format_date(local, "d MMM", locale=language)
    pattern = "HH.mm" if language == "id" else "HH:mm"
    assert translator.clock(instant) == f"{format_time(local, pattern, locale=language)} WIB"


def test_babels_tables_do_not_stay_in_memory(locales: Path) -> None:
    loaded = load_languages(folder=locales)
    for translator in loaded.values():
        translator.datetime(AFTERNOON)
        translator.either(["Axis", "XL", "Three"])
        translator.money(50_500)
    assert not localedata._cache
    assert core._global_data is None


def test_babels_tables_need_no_collection_to_be_free(locales: Path) -> None:
    gc.collect()
    gc.disable()
    try:
        load_languages(folder=locales)
        assert not [one for one in gc.get_objects() if isinstance(one, LocaleDataDict)]
    finally:
        gc.enable()


def test_babels_tables_are_read_again_when_they_are_asked_for(locales: Path) -> None:
    load_languages(folder=locales)
    get_month_names(locale="id")
    assert localedata._cache
    assert core._global_data is not None
    core._global_data = None
    localedata._cache.clear()


def test_no_text_stands_in_an_f_string() -> None:
    """Python 3.11 reads an f-string as one token, so its texts would not be collected."""
    found = [
        f"{path}:{text.lineno}"
        for path in sorted(HANDLERS.rglob("*.py"))
        for joined in ast.walk(ast.parse(path.read_text()))
        if isinstance(joined, ast.JoinedStr)
        for text in ast.walk(joined)
        if isinstance(text, ast.Call)
        and ast.unparse(text.func).rpartition(".")[2] in {"_", "gettext", "ngettext", "N_"}
        and isinstance(text.args[0], ast.Constant)
    ]
    assert found == []
