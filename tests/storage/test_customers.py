"""The repository of persons and their Telegram accounts."""

from dataclasses import replace

import pytest

from bot.domain.customer import FIRST_CUSTOMER_ID, MAX_TELEGRAM_ID, Customer, TelegramId
from bot.domain.order import CustomerId
from bot.ports.store import Transaction
from tests.storage.samples import NOW, SECOND

CITRA = TelegramId(2**40)
"""Telegram's ids may have more than 32 significant bits (Bot API)."""
BUDI = TelegramId(2**40 + 1)
FIRST = CustomerId(FIRST_CUSTOMER_ID)


def test_a_person_is_stored_at_the_first_message(tx: Transaction) -> None:
    assert tx.customers.by_telegram(CITRA) is None
    citra = tx.customers.seen(CITRA, "Çitra 🌸 <b>", "citra", "en", NOW)
    assert citra == Customer(FIRST, CITRA, "Çitra 🌸 <b>", "citra", "en", "", True, NOW)
    assert tx.customers.by_telegram(CITRA) == citra
    assert tx.customers.get(FIRST) == citra
    assert tx.customers.telegram_id_of(FIRST) == CITRA


def test_the_id_of_a_person_is_never_that_of_an_account(tx: Transaction) -> None:
    seen = [tx.customers.seen(one, "Citra", "", "id", NOW) for one in (CITRA, BUDI, CITRA)]
    assert [one.customer_id for one in seen] == [FIRST, FIRST + 1, FIRST]
    assert FIRST > MAX_TELEGRAM_ID
    assert tx.customers.get(CustomerId(CITRA)) is None


def test_names_are_updated_and_the_rest_stays(tx: Transaction) -> None:
    first = tx.customers.seen(CITRA, "Citra", "citra", "en", NOW)
    tx.customers.choose_language(FIRST, "id")
    renamed = tx.customers.seen(CITRA, "Citra Dewi", "", "jv", NOW + SECOND)
    assert renamed == replace(
        first, name="Citra Dewi", username="", telegram_language="jv", chosen_language="id"
    )
    assert tx.customers.get(FIRST) == renamed


def test_an_account_that_blocked_the_bot_is_unreachable_until_it_writes(tx: Transaction) -> None:
    tx.customers.seen(CITRA, "Citra", "", "id", NOW)
    budi = tx.customers.seen(BUDI, "Budi", "", "id", NOW)
    tx.customers.mark_unreachable(CITRA)
    citra = tx.customers.get(FIRST)
    assert citra is not None
    assert not citra.is_reachable
    assert tx.customers.get(budi.customer_id) == budi
    assert tx.customers.seen(CITRA, "Citra", "", "id", NOW).is_reachable


def test_marks_on_an_unknown_account_do_nothing(tx: Transaction) -> None:
    """An admin who never wrote to the bot may still be sent notices."""
    tx.customers.mark_unreachable(CITRA)
    tx.customers.choose_language(FIRST, "id")
    assert tx.customers.by_telegram(CITRA) is None


def test_a_person_without_an_account_has_the_name_that_the_shop_gave(tx: Transaction) -> None:
    tuti = tx.customers.add("Bu Tuti", NOW)
    assert tuti == Customer(FIRST, None, "Bu Tuti", "", "", "", False, NOW)
    assert tx.customers.get(FIRST) == tuti
    assert tx.customers.telegram_id_of(FIRST) is None


def test_an_account_is_linked_to_a_person_who_had_none(tx: Transaction) -> None:
    tuti = tx.customers.add("Bu Tuti", NOW)
    tx.customers.link(CITRA, tuti.customer_id, NOW + SECOND)
    linked = tx.customers.seen(CITRA, "Tuti", "tuti", "id", NOW + SECOND)
    assert (linked.customer_id, linked.telegram_id) == (FIRST, CITRA)
    assert (linked.name, linked.username, linked.is_reachable) == ("Tuti", "tuti", True)


@pytest.mark.parametrize("is_known", [True, False])
def test_an_account_moves_to_another_person(tx: Transaction, is_known: bool) -> None:
    """Whether or not the new account has written before; the old account is nobody's then."""
    person = tx.customers.seen(CITRA, "Citra", "", "id", NOW).customer_id
    earlier = tx.customers.seen(BUDI, "Budi", "", "id", NOW).customer_id if is_known else None
    tx.customers.link(BUDI, person, NOW + SECOND)
    moved = tx.customers.by_telegram(BUDI)
    assert moved is not None
    assert moved.customer_id == person
    assert tx.customers.by_telegram(CITRA) is None
    if earlier is not None:
        left = tx.customers.get(earlier)
        assert left is not None
        assert (left.telegram_id, left.name, left.is_reachable) == (None, "", False)
    assert tx.customers.seen(CITRA, "Citra", "", "id", NOW).customer_id not in (person, earlier)


def test_linking_again_changes_nothing(tx: Transaction) -> None:
    citra = tx.customers.seen(CITRA, "Citra", "", "id", NOW)
    tx.customers.link(CITRA, citra.customer_id, NOW + SECOND)
    assert tx.customers.by_telegram(CITRA) == citra


def test_a_person_stays_without_the_account(tx: Transaction) -> None:
    tx.customers.seen(CITRA, "Citra", "", "id", NOW)
    for _ in range(2):
        tx.customers.unlink(FIRST)
        assert tx.customers.by_telegram(CITRA) is None
    left = tx.customers.get(FIRST)
    assert left is not None
    assert left.telegram_id is None
