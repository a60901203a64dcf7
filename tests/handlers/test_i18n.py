"""Words, money and times in the reader's language."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handlers.i18n import Languages, load_languages

AFTERNOON = datetime(2026, 11, 24, 8, 41, tzinfo=UTC)
PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plurals}\\n"

msgid "Hello"
msgstr "{hello}"

msgctxt "verb"
msgid "Hello"
msgstr "{greet}"

msgid "{{count}} order"
msgid_plural "{{count}} orders"
{forms}
"""


def written(folder: Path) -> Path:
    """Write two small catalogues."""
    catalogues = {
        "id": PO.format(
            plurals="nplurals=1; plural=0;",
            hello="Halo",
            greet="Sapa",
            forms='msgstr[0] "{count} pesanan"',
        ),
        "en": PO.format(
            plurals="nplurals=2; plural=(n != 1);",
            hello="Hello",
            greet="Greet",
            forms='msgstr[0] "{count} order"\nmsgstr[1] "{count} orders"',
        ),
    }
    for language, text in catalogues.items():
        path = folder / language / "LC_MESSAGES" / "bot.po"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def languages() -> Languages:
    return load_languages()


def test_texts_come_from_the_catalogue_of_the_language(tmp_path: Path) -> None:
    """A text, a text of a context, and a plural each have their own translation."""
    languages = load_languages(folder=written(tmp_path))
    indonesian, english = languages["id"], languages["en"]
    assert indonesian.gettext("Hello") == "Halo"
    assert indonesian.pgettext("verb", "Hello") == "Sapa"
    assert indonesian.ngettext("{count} order", "{count} orders", 2) == "{count} pesanan"
    assert english.ngettext("{count} order", "{count} orders", 1) == "{count} order"
    assert english.ngettext("{count} order", "{count} orders", 2) == "{count} orders"


def test_a_text_without_a_translation_is_shown_in_english(tmp_path: Path) -> None:
    """A forgotten text is better read in English than not at all."""
    assert load_languages(folder=written(tmp_path))["id"].gettext("New") == "New"


def test_money_is_whole_rupiah_with_its_thousands_apart(languages: Languages) -> None:
    """Indonesian separates thousands with a point, English with a comma."""
    assert languages["id"].money(50_500) == "Rp50.500"
    assert languages["en"].money(50_500) == "Rp50,500"
    assert languages["id"].money(0) == "Rp0"
    assert languages["id"].money(-1_000_000) == "-Rp1.000.000"
    assert languages["en"].money(-999) == "-Rp999"


def test_times_are_the_shops_and_say_their_zone(languages: Languages) -> None:
    """Customers read their own local time, with the letters that they know it by."""
    assert languages["id"].datetime(AFTERNOON) == "24 Nov 2026, 15.41 WIB"
    assert languages["en"].datetime(AFTERNOON) == "24 Nov 2026, 15:41 WIB"
    assert languages["id"].clock(datetime(2026, 1, 1, 17, 30, tzinfo=UTC)) == "00.30 WIB"
    assert languages["en"].clock(datetime(2026, 1, 1, 17, 30, tzinfo=UTC)) == "00:30 WIB"
    assert languages["id"].date(datetime(2026, 8, 1, 17, 30, tzinfo=UTC)) == "2 Agu 2026"


def test_a_shop_in_another_zone_shows_that_zone() -> None:
    """SUPPLIER_TIMEZONE moves the times, and their letters with them."""
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
def test_the_reader_is_spoken_to_as_chosen_else_as_in_telegram(
    languages: Languages, chosen: str, telegram: str, expected: str
) -> None:
    """The shop's own language is for those whose language it has not."""
    assert languages.words_for(chosen, telegram).language == expected


def test_every_language_has_its_own_name(languages: Languages) -> None:
    """Somebody who cannot read the present language finds theirs."""
    assert [languages[code].endonym for code in ("id", "en")] == ["Bahasa Indonesia", "English"]


def test_the_default_language_must_be_there(tmp_path: Path) -> None:
    """A shop without its own language would speak in message ids."""
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
def test_numbers_of_the_list_are_written_as_the_reader_writes_them(
    languages: Languages, text: str, english: str, indonesian: str
) -> None:
    """Thousands in groups of three, and decimals by their unit."""
    assert languages["en"].numbers_in(text) == english
    assert languages["id"].numbers_in(text) == indonesian


@pytest.mark.parametrize(
    "text",
    [
        "v1.234",
        "V 2.000",
        "ver. 3.100",
        "versi 1.200",
        "1.2.345",
        "01.02.2024",
        "12.30",
        "0812.345.678",
        "0.500",
        "1.5",
        "12.3456",
        "1234.567",
        "5K",
        "86 Diamonds (75+11)",
        "\u0661\u066b\u0660\u0660\u0660",
    ],
)
def test_what_is_no_amount_stays(languages: Languages, text: str) -> None:
    """Versions, dates, times, phone numbers, and a decimal without a unit."""
    assert languages["en"].numbers_in(text) == text
    assert languages["id"].numbers_in(text) == text
