"""Product names include their brand, once, wherever several brands may appear together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.order import OrderState
from handlers.admin.alerts import help_request_text, parked_text
from handlers.receipts.texts import receipt_caption, receipt_lines
from handlers.ui.i18n import load_languages
from handlers.ui.order_card import again_label, order_label, order_text, order_view, outcome_text
from handlers.ui.product_names import contains_brand, order_name, with_brand
from tests.handlers.builders import NOW, an_order, profile
from tests.handlers.harness import CLARE, BotHarness

LANGUAGES = load_languages()
WITHOUT_BRAND = {
    "product_name": "140 Diamonds",
    "main": "FREE FIRE",
    "category_type": "voucher-game",
}
"""A product whose name does not mention its game."""


@pytest.mark.parametrize(
    ("main", "name", "said"),
    [
        ("FREE FIRE", "140 Diamonds", "Free Fire · 140 Diamonds"),
        ("TRI", "3 GB / 30 Hari", "Three (3) · 3 GB / 30 Hari"),
        ("PUBG MOBILE", "PUBG 60 UC", "PUBG Mobile · 60 UC"),
        ("MANDIRI E-TOLL", "Mandiri 50.000", "Mandiri e-Toll · 50.000"),
        ("BNI TAPCASH", "Tapcash 50.000", "BNI Tapcash · 50.000"),
        ("GENSHIN IMPACT", "Impact Bundle", "Genshin Impact · Impact Bundle"),
        ("TRI", "3 5.000", "Three (3) · 3 5.000"),
        ("TRI", "3-5 GB", "Three (3) · 3-5 GB"),
        # A brand is matched as a whole word.
        ("XL", "XLARGE 5 GB", "XL · XLARGE 5 GB"),
        ("DANA", "Danamon 5.000", "DANA · Danamon 5.000"),
        ("FREE FIRE", "", "Free Fire"),
    ],
)
def test_a_missing_brand_is_added_in_its_usual_spelling(main: str, name: str, said: str) -> None:
    assert with_brand(main, name) == said


@pytest.mark.parametrize(
    ("main", "name"),
    [
        ("TELKOMSEL", "Telkomsel 10.000"),
        ("TELKOMSEL", "TSEL 5K"),
        ("MOBILE LEGENDS", "MOBILE LEGENDS - 86 Diamonds"),
        ("MOBILE LEGENDS", "Mobile Legend 86 Diamonds"),
        ("MOBILE LEGENDS", "86 Diamonds (MLBB)"),
        ("FREE FIRE", "Voucher Freefire 140"),
        ("PLN", "Token PLN 20.000"),
        ("GO PAY", "GoPay Customer 20.000"),
        ("GOPAY", "Go-Pay 20.000"),
        ("TAPCASH BNI", "BNI TapCash 20.000"),
        ("BRIZZI", "BRI Brizzi 20.000"),
        ("BY.U", "byU Kuota 2 GB"),
        ("TRI", "Three Pulsa Transfer 75.000"),
        ("SMART", "Smartfren 10.000"),
    ],
)
def test_a_brand_in_the_name_is_not_repeated(main: str, name: str) -> None:
    assert contains_brand(main, name)
    assert with_brand(main, name) == name


@pytest.mark.parametrize("main", ["", "-", "  "])
def test_without_a_brand_the_name_stands_alone(main: str) -> None:
    """Some lists leave the brand out."""
    assert with_brand(main, "Paket 5.000") == "Paket 5.000"


def test_every_text_of_an_order_names_its_brand() -> None:
    """The brand is read from the order: its product may no longer be listed."""
    order = an_order(OrderState.SUCCEEDED, voucher="SN1", **WITHOUT_BRAND)
    shop, name = ("Konter", "@konter"), "Free Fire · 140 Diamonds"
    for words in LANGUAGES.values():
        receipt = receipt_lines(words, order, profile(), shop, 0)
        parked = replace(order, state=OrderState.PARKED)
        for text in (
            order_text(words, order, profile(), NOW),
            order_view(words, order, profile(), NOW),
            outcome_text(words, order, profile(), 0, ""),
            outcome_text(words, replace(order, state=OrderState.FAILED), profile(), 0, ""),
            receipt_caption(words, order),
            help_request_text(words, order, "Anni"),
            parked_text(words, parked, None, []),
            " ".join(line.text for line in receipt),
        ):
            assert name in text
        assert "FF · " in again_label(words, order)
        assert "FF · " in order_label(words, order)


def test_numbers_in_order_names_are_localised() -> None:
    """An order made in one language may be read in another."""
    order = an_order(OrderState.SUCCEEDED, product_name="Telkomsel 5.000")
    for language, name in (("en", "Telkomsel 5,000"), ("id", "Telkomsel 5.000")):
        assert order_name(LANGUAGES[language], order) == name
        assert name in receipt_caption(LANGUAGES[language], order)


async def test_a_query_is_shown_with_the_readers_thousands_separator(harness: BotHarness) -> None:
    await harness.say("telkomsel 10.000", CLARE)
    assert "Found for telkomsel 10,000" in harness.text(CLARE)
