"""Forged buttons with more data than a real button carries."""

from __future__ import annotations

import pytest

from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.customer import Actor
from bot.domain.staff import Right
from handlers.admin.buttons import AdjustFor, DropAdjust
from handlers.catalogue.buttons import Find
from handlers.first_start.buttons import NoteOpening, SetProfit, SwitchType, UseMyContact
from handlers.privacy.buttons import Erase
from handlers.ui.buttons import MAX_BYTES, ButtonError, Confirm, OpenFor, pack, unpack
from handlers.ui.staff_buttons import AskAdjustment, GoToSetup
from tests.handlers.harness import CHATS, CLARE, INDONESIAN_ADMIN, BotHarness
from tests.services.shop import ADMIN, ANNI, BUDI, Shop
from tests.services.test_permissions import employ

FILLED = "1:W:9:" + "1" * (MAX_BYTES - 6)
"""A search of 64 bytes: a page number of two digits would make it too long."""


def test_data_of_more_than_64_bytes_is_rejected() -> None:
    longest = Confirm("x" * (MAX_BYTES - 4))
    assert unpack(pack(longest), Confirm) == longest
    for data in (pack(longest) + "x", "1:k:" + "é" * 31, "1:k:" + "\ud800" * 61):
        with pytest.raises(ButtonError):
            unpack(data, Confirm)


async def test_a_forged_number_is_rejected(harness: BotHarness) -> None:
    await harness.say("/start", CLARE)
    before = harness.last(CLARE).text
    for data in (
        pack(OpenFor(1, 0, view=0, is_meter=False, number="x" * 40)),
        pack(OpenFor(1, 0, view=0, is_meter=False, number="٠٨١٢٣٤٥٦٧٨٩٠")),
        "1:C:1:0:0:0:" + "0" * 700,
        "1:W:0:" + "telkomsel " * 80,
    ):
        answer = await harness.forge(data, CLARE)
        assert "older version" in answer.text
        assert harness.last(CLARE).text == before


async def test_a_search_of_maximum_length_has_working_pages(harness: BotHarness) -> None:
    await harness.say("/start", CLARE)
    answer = await harness.forge(FILLED, CLARE)
    assert "wrong" not in answer.text
    await harness.forge(Find(10**17, "telkomsel"), CLARE)
    assert "wrong" not in harness.text(CLARE)


async def keep(shop: Shop, kind: ConfirmationKind, payload: dict[str, str | int]) -> str:
    """Store a token of an owner's."""
    token = f"token-{kind}"
    stored = Confirmation(token, ADMIN.customer_id, kind, payload, shop.clock.now())
    await shop.store.write(lambda tx: tx.confirmations.add(stored))
    return token


async def test_tokens_do_only_what_they_were_made_for(harness: BotHarness) -> None:
    shop = harness.shop
    await harness.say("/start", INDONESIAN_ADMIN)
    choice = await keep(shop, ConfirmationKind.CUSTOMER_CHOICE, {"amount": 5_000, "note": ""})
    nobody = await harness.forge(AdjustFor(10**17, choice), INDONESIAN_ADMIN)
    assert "versi lama" in nobody.text
    await harness.forge(DropAdjust(choice), INDONESIAN_ADMIN)
    assert (await shop.people.choice(ADMIN, choice)).amount == 5_000
    # A token for somebody else's data, of an owner who is none any more.
    other = Confirmation(
        "token-erase", BUDI, ConfirmationKind.ERASURE, {"customer_id": ANNI}, shop.clock.now()
    )
    await shop.store.write(lambda tx: tx.confirmations.add(other))
    await harness.say("/start", BUDI)
    assert "terlalu lama" in (await harness.forge(Erase("token-erase"), BUDI)).text


async def test_the_first_start_does_not_change_a_shop_that_is_open(harness: BotHarness) -> None:
    shop, who = harness.shop, INDONESIAN_ADMIN
    await harness.say("/start", who)
    opening = await shop.supplier_deposit.propose(ADMIN, 500_000)
    catalogue = shop.catalogue_cache.catalogue
    assert catalogue is not None
    (a_type, *_) = catalogue.children(None)
    for button in (
        GoToSetup(1),
        SetProfit(500, 0),
        SwitchType(a_type.category_id, 2),
        UseMyContact(),
        NoteOpening(opening.token),
    ):
        assert "sudah buka" in (await harness.forge(button, who)).text
    policy = await shop.store.read(lambda tx: tx.policy.current())
    assert (policy.prices.rules, policy.selection.sells_everything) == ((), True)
    assert (await shop.supplier_deposit.propose(ADMIN, 1)).before == 0


async def test_an_employee_is_told_why_they_do_not_credit_themselves(harness: BotHarness) -> None:
    await harness.say("/start", BUDI)
    await employ(harness.shop, BUDI, Right.TOPUPS, Right.CUSTOMERS)
    await harness.say(f"/credit {CHATS[BUDI]} 50rb", BUDI)
    assert "uang atau pesananmu sendiri" in harness.text(BUDI)
    await harness.forge(AskAdjustment(BUDI, is_debit=False), BUDI)
    await harness.say("50rb", BUDI)
    assert "uang atau pesananmu sendiri" in harness.text(BUDI)
    before = await harness.shop.wallets.wallet(BUDI)
    topup = await harness.shop.wallets.propose_adjustment(Actor(BUDI, CHATS[BUDI]), ANNI, 1_000, "")
    assert topup.amount == 1_000
    assert before == await harness.shop.wallets.wallet(BUDI)
