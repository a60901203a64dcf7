"""Typed ids: accepted or asked for again, and never read as a request for pulsa or a token."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.dialog import Step
from bot.domain.order import OrderState
from handlers.admin.alerts import order_evidence_text
from handlers.orders.texts import open_orders_text
from handlers.receipts.texts import receipt_lines
from handlers.ui.i18n import load_languages
from handlers.ui.order_card import order_view, outcome_text
from tests.handlers.builders import HOSTILE, NOW, an_order, profile
from tests.handlers.buying.test_destination import sell
from tests.handlers.harness import BotHarness

FREE_FIRE = {"type": "voucher-game", "main": "FREE FIRE"}
PUBG = {"type": "voucher-game", "main": "PUBG MOBILE"}
LEGENDS = {"type": "voucher-game", "main": "MOBILE LEGENDS"}
HAGO = {"type": "voucher-game", "main": "HAGO"}
ETOLL = {"type": "saldo-emoney", "main": "MANDIRI E-TOLL"}
TV = {"type": "streaming-tv", "main": "K-VISION"}
GIFT = {"type": "kartu-hadiah", "main": "GOOGLE PLAY"}


@pytest.mark.parametrize(
    ("changes", "typed", "shown"),
    [
        (FREE_FIRE, "id ff saya 1234567890 ya kak", "1234567890"),
        (LEGENDS, "ml 12345678 zone 2001", "12345678 (2001)"),
        ({"type": "voucher-game", "main": "LIFEAFTER CREDITS"}, "12345678 (500001)",
         "12345678 (500001)"),
        ({"type": "top-up", "main": "MOBILE LEGENDS A"}, "12345678 2001", "12345678 (2001)"),
        (HAGO, "ID saldo", "saldo"),
        (ETOLL, "no kartu 60329812345", "6032 9812 345"),
        (TV, "id pelanggan\u00a0\u202a081234567890\u202c", "0812 3456 7890"),
        (GIFT, "email: budi@mail.example", "budi@mail.example"),
        ({"type": "new-type"}, "+60 12-345 6789", "+60 12-345 6789"),
        ({"type": "new-type"}, HOSTILE, HOSTILE),
    ],
)  # fmt: skip
async def test_an_id_is_accepted_without_its_label(
    harness: BotHarness, changes: dict[str, Any], typed: str, shown: str
) -> None:
    await sell(harness, **changes)
    await harness.say(typed)
    assert f"Untuk: {shown}\n" in harness.text()


@pytest.mark.parametrize(
    ("changes", "typed", "says"),
    [
        (FREE_FIRE, "12345678 (2001)", "tanpa zone"),
        (FREE_FIRE, "no 081234567890", "Itu bukan user ID"),
        (LEGENDS, "UID", "belum terisi"),
        (LEGENDS, "1234 5678 2001", "Kirim seperti ini: 12345678 (1234)"),
        (ETOLL, "no kartu 6032", "8 sampai 20 digit"),
        (ETOLL, "6032981234567890 punya ibu", "angka 0 sampai 9"),
        (ETOLL, "6032981234567890, 123456", "Kirim nomornya saja"),
        (TV, "ID 12345", "6 sampai 20 digit"),
    ],
)
async def test_an_id_that_cannot_be_read_is_asked_for_again(
    harness: BotHarness, changes: dict[str, Any], typed: str, says: str
) -> None:
    await sell(harness, **changes)
    await harness.say(typed)
    assert says in harness.text()
    assert await harness.step() == Step.DESTINATION


@pytest.mark.parametrize("changes", [FREE_FIRE, LEGENDS, ETOLL])
@pytest.mark.parametrize("typed", ["+62 812-3456-7890", "081234567890 pulsa"])
async def test_a_phone_number_is_not_a_game_id_or_a_card(
    harness: BotHarness, changes: dict[str, Any], typed: str
) -> None:
    await sell(harness, **changes)
    await harness.say(typed)
    assert "0812 3456 7890" in harness.text()
    assert await harness.dialog() is None


@pytest.mark.parametrize(
    ("changes", "typed"),
    [
        (FREE_FIRE, "tsel 10"),
        (LEGENDS, "pulsa"),
        (HAGO, "cek saldo dong"),
        (ETOLL, "beli pulsa 20rb"),
        (TV, "tsel 10"),
        (GIFT, "beli pulsa 20rb"),
    ],
)
async def test_another_request_ends_the_question(
    harness: BotHarness, changes: dict[str, Any], typed: str
) -> None:
    await sell(harness, **changes)
    await harness.say(typed)
    assert "Untuk:" not in harness.text()
    assert await harness.dialog() is None


async def test_a_meter_number_is_accepted_with_its_label_and_is_no_phone(
    harness: BotHarness,
) -> None:
    """IDPEL is its label on every bill; no meter number begins with 0."""
    await sell(harness, type="token-pln", main="PLN")
    await harness.say("IDPEL512345678901")
    assert "Untuk: 5123 4567 8901\n" in harness.text()
    await sell(harness, type="token-pln", main="PLN")
    await harness.say("081234567890")
    assert "Untuk:" not in harness.text()
    assert "0812 3456 7890" in harness.text()
    assert await harness.dialog() is None


async def test_a_long_text_is_not_searched_for_products(harness: BotHarness) -> None:
    await sell(harness, **TV)
    await harness.say("tsel 10 " + "ya " * 40)
    assert await harness.dialog() is not None


async def test_an_unreadable_id_keeps_the_quote(harness: BotHarness) -> None:
    await sell(harness, **FREE_FIRE)
    await harness.say("UID 12345678")
    await harness.say("87654321 (2001)")
    assert "tanpa zone" in harness.text()
    assert "12345678" in harness.text()
    await harness.say("uid: 87654321")
    assert "Untuk: 87654321\n" in harness.text()


async def test_a_game_id_is_never_grouped(harness: BotHarness) -> None:
    await sell(harness, **PUBG)
    await harness.say("uid 1628 30886 99")
    await harness.press("Bayar")
    assert "16283088699 · Rp" in harness.shown()
    (order,) = await harness.orders()
    assert (order.destination, order.zone) == ("16283088699", "")
    await harness.say("/nomor")
    assert "PUBG Mobile · 16283088699" in harness.labels()
    assert "1628 3088" not in " ".join(one.text for one in harness.said())


GAME_ORDER: dict[str, Any] = {
    "category_type": "voucher-game",
    "main": "PUBG MOBILE",
    "destination": "16283088699",
}


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("state", list(OrderState))
def test_every_text_of_an_order_shows_a_game_id_ungrouped(state: OrderState, language: str) -> None:
    words, panel = load_languages()[language], profile()
    for changes, shown in ((GAME_ORDER, "16283088699"), ({}, "0812 3456 7890")):
        order = an_order(state, **changes)
        receipt = receipt_lines(words, order, panel, ("Konter", ""), 0)
        texts = [
            order_view(words, order, panel, NOW),
            open_orders_text(words, [order], panel, NOW),
            outcome_text(words, order, panel, 0, ""),
            order_evidence_text(words, order, None, (), "reads", profile=panel),
            "\n".join(line.text for line in receipt),
        ]
        for text in texts:
            assert shown in text
            assert "1628 3088" not in text


def test_an_admin_sees_a_number_as_it_was_sent_and_grouped() -> None:
    words, panel = load_languages()["en"], profile()
    text = order_evidence_text(words, an_order(), None, (), "reads", profile=panel)
    assert "<code>081234567890</code> (0812 3456 7890)" in text
    text = order_evidence_text(words, an_order(**GAME_ORDER), None, (), "reads", profile=panel)
    assert text.count("16283088699") == 1
    zoned = {**GAME_ORDER, "main": "MOBILE LEGENDS", "destination": "123456782001", "zone": "2001"}
    text = order_evidence_text(words, an_order(**zoned), None, (), "reads", profile=panel)
    assert "<code>123456782001</code> (12345678 (2001))" in text
