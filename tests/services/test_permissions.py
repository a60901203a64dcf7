"""Who may do what, and what they see."""

from collections.abc import Callable

import pytest

from bot.domain.customer import Actor, TelegramId
from bot.domain.errors import NotFoundError, NotPermittedError
from bot.domain.order import CustomerId
from bot.domain.staff import ALL_RIGHTS, NO_RIGHTS, Right, StaffMember, written
from bot.domain.viewer import EVERYBODY, Viewer
from bot.ports.store import Transaction
from bot.services.permissions import permitted, recipients, require, rights_of, viewer_of
from tests.services.shop import (
    ADMIN,
    ADMIN_CHAT,
    ANNI,
    ANNI_CHAT,
    BUDI,
    BUDI_CHAT,
    SECOND_ADMIN_CHAT,
    Shop,
)

STRANGER = CustomerId(1)


async def employ(shop: Shop, customer_id: CustomerId, *rights: Right) -> None:
    member = StaffMember(customer_id, written(rights), ADMIN.customer_id, shop.clock.now())
    await shop.store.write(lambda tx: tx.staff.put(member))


async def is_allowed(shop: Shop, actor: Actor, right: Right) -> bool:
    try:
        await shop.store.read(require, shop.rules, actor, right)
    except NotPermittedError:
        return False
    return True


async def test_staff_may_do_what_they_were_granted_and_owners_everything(shop: Shop) -> None:
    await employ(shop, ANNI, Right.TOPUPS, Right.SELL)
    granted = {right for right in Right if await is_allowed(shop, Actor(ANNI, ANNI_CHAT), right)}
    assert granted == {Right.TOPUPS, Right.SELL}
    assert {right for right in Right if await is_allowed(shop, ADMIN, right)} == ALL_RIGHTS
    assert not await is_allowed(shop, Actor(BUDI, BUDI_CHAT), Right.SELL)


async def test_a_removed_employee_may_do_nothing(shop: Shop) -> None:
    await employ(shop, ANNI, Right.CASES)
    assert await shop.store.write(lambda tx: tx.staff.remove(ANNI))
    assert not await shop.store.write(lambda tx: tx.staff.remove(ANNI))
    assert not await is_allowed(shop, Actor(ANNI, ANNI_CHAT), Right.CASES)


async def test_an_account_that_was_linked_to_somebody_else_has_no_rights(shop: Shop) -> None:
    await employ(shop, ANNI, Right.CASES)
    now = shop.clock.now()
    await shop.store.write(lambda tx: tx.customers.link(ANNI_CHAT, BUDI, now))
    assert not await is_allowed(shop, Actor(ANNI, ANNI_CHAT), Right.CASES)


async def test_rights_and_what_somebody_sees(shop: Shop) -> None:
    await employ(shop, ANNI, Right.SELL)

    async def read(query: Callable[..., object], who: CustomerId) -> object:
        return await shop.store.read(query, shop.rules, who)

    assert await read(rights_of, ANNI) == {Right.SELL}
    assert await read(rights_of, ADMIN.customer_id) == ALL_RIGHTS
    assert await read(rights_of, STRANGER) == NO_RIGHTS
    assert await read(viewer_of, ANNI) == Viewer(is_staff=True)
    assert await read(viewer_of, BUDI) == EVERYBODY
    assert await read(viewer_of, STRANGER) == EVERYBODY


async def test_notices_go_to_owners_and_to_staff_with_the_right(shop: Shop) -> None:
    await employ(shop, ANNI, Right.TOPUPS)

    async def told(right: Right) -> list[TelegramId]:
        return await shop.store.read(recipients, shop.rules, right)

    assert await told(Right.TOPUPS) == [ANNI_CHAT, ADMIN_CHAT, SECOND_ADMIN_CHAT]
    assert await told(Right.CASES) == [ADMIN_CHAT, SECOND_ADMIN_CHAT]
    (member,) = await shop.store.read(lambda tx: tx.staff.all())
    assert (member.customer_id, member.rights) == (ANNI, "topups")


async def test_the_right_is_checked_before_the_use_case_runs(shop: Shop) -> None:
    def fail(tx: Transaction) -> None:
        del tx
        raise NotFoundError

    allowed = permitted(fail, shop.rules, ADMIN, Right.OWNER)
    assert allowed.__name__ == "fail"
    with pytest.raises(NotFoundError):
        await shop.store.write(allowed)
    with pytest.raises(NotPermittedError):
        await shop.store.write(permitted(fail, shop.rules, Actor(ANNI, ANNI_CHAT), Right.OWNER))
