"""The repository of customers."""

from dataclasses import replace

from bot.domain.customer import Customer
from bot.domain.order import CustomerId
from bot.ports.store import Transaction
from tests.storage.samples import NOW, SECOND

CITRA = CustomerId(2**40)
"""Telegram's ids may have more than 32 significant bits (Bot API)."""


def test_a_customer_is_stored_at_the_first_message(tx: Transaction) -> None:
    assert tx.customers.get(CITRA) is None
    citra = tx.customers.seen(CITRA, "Çitra 🌸 <b>", "citra", "en", NOW)
    assert citra == Customer(CITRA, "Çitra 🌸 <b>", "citra", "en", "", True, NOW)
    assert tx.customers.get(CITRA) == citra


def test_names_are_updated_and_the_rest_stays(tx: Transaction) -> None:
    first = tx.customers.seen(CITRA, "Citra", "citra", "en", NOW)
    tx.customers.choose_language(CITRA, "id")
    renamed = tx.customers.seen(CITRA, "Citra Dewi", "", "jv", NOW + SECOND)
    assert renamed == replace(
        first, first_name="Citra Dewi", username="", telegram_language="jv", chosen_language="id"
    )
    assert tx.customers.get(CITRA) == renamed


def test_a_customer_who_blocked_the_bot_is_unreachable_until_they_write(tx: Transaction) -> None:
    tx.customers.seen(CITRA, "Citra", "", "id", NOW)
    budi = tx.customers.seen(CustomerId(1002), "Budi", "", "id", NOW)
    tx.customers.mark_unreachable(CITRA)
    citra = tx.customers.get(CITRA)
    assert citra is not None
    assert not citra.is_reachable
    assert tx.customers.get(budi.customer_id) == budi
    assert tx.customers.seen(CITRA, "Citra", "", "id", NOW).is_reachable


def test_marks_on_an_unknown_customer_do_nothing(tx: Transaction) -> None:
    """An admin who never wrote to the bot may still be sent notices."""
    tx.customers.mark_unreachable(CITRA)
    tx.customers.choose_language(CITRA, "id")
    assert tx.customers.get(CITRA) is None
