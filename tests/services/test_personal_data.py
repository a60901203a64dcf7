"""A person's own data, as it is collected for them."""

from __future__ import annotations

import pytest

from bot.domain.customer import Actor
from bot.domain.errors import NotFoundError, NotPermittedError
from bot.domain.order import CustomerId
from tests.services.odd_customer import NUMBERS, odd_customer
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, BUDI, Shop


async def test_everything_about_a_person_is_collected(shop: Shop) -> None:
    odd = await odd_customer(shop)
    data = await shop.personal_data.own(odd.actor)
    assert data.customer.customer_id == odd.customer_id
    assert [order.destination for order in data.orders] == list(NUMBERS)
    assert data.orders[0].voucher.startswith("ZQX")
    assert {one.destination for one in data.numbers} == set(NUMBERS)
    assert data.transfers[-1].posted_after == data.wallet.posted == 0
    assert data.transfers[0].change == 100_000
    assert any(one.change < 0 for one in data.transfers)
    assert len(data.topups) == 2
    assert data.notices
    assert len(data.reminders) == 1
    assert [one.body for one in data.written] == ["ZQXletter", "ZQXletter"]
    assert (data.file.note, data.file.block_reason, data.level) == ("ZQXremark", "ZQXblock", "")
    assert {act.action for act in data.acts} >= {"credit", "topup_approved", "topup_rejected"}


async def test_an_owner_gets_it_for_a_customer_and_that_is_recorded(shop: Shop) -> None:
    data = await shop.personal_data.of_customer(ADMIN, ANNI)
    assert data.customer.customer_id == ANNI
    (act,) = await shop.store.read(lambda tx: tx.admin_acts.latest(1))
    assert (act.actor_id, act.action, act.subject) == (
        ADMIN.customer_id,
        "personal_data",
        f"user:{ANNI}",
    )


async def test_nobody_else_gets_it(shop: Shop) -> None:
    with pytest.raises(NotPermittedError):
        await shop.personal_data.of_customer(Actor(ANNI, ANNI_CHAT), BUDI)
    with pytest.raises(NotFoundError):
        await shop.personal_data.of_customer(ADMIN, CustomerId(7))


async def test_a_person_without_an_account_has_no_messages(shop: Shop) -> None:
    person = await shop.store.write(lambda tx: tx.customers.add("Bu Sri", shop.clock.now()))
    data = await shop.personal_data.of_customer(ADMIN, person.customer_id)
    assert (data.customer.name, list(data.notices)) == ("Bu Sri", [])
