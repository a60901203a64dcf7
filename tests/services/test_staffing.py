"""How employees come and go."""

from datetime import timedelta

import pytest

from bot.domain.admin_act import SERVER
from bot.domain.customer import Actor, Membership, TelegramId
from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.errors import AlreadyStaffError, NotFoundError, NotPermittedError
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.staff import CASHIER, OPERATOR, Right, StaffLink, StaffLinkId
from bot.services.permissions import rights_of
from bot.services.staffing import remove_by_server
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, BUDI, BUDI_CHAT, SECOND_ADMIN, Shop
from tests.services.test_permissions import employ

ANNI_ACTS, BUDI_ACTS = Actor(ANNI, ANNI_CHAT), Actor(BUDI, BUDI_CHAT)


async def asked(shop: Shop) -> StaffLinkId:
    """Let Anni ask by a link for a cashier; return its id."""
    link = await shop.staffing.make_link(ADMIN, CASHIER)
    asked = await shop.staffing.ask(ANNI_ACTS, link.code)
    assert asked.link_id is not None
    return asked.link_id


async def rights(shop: Shop, customer_id: CustomerId = ANNI) -> frozenset[Right]:
    return await shop.store.read(rights_of, shop.rules, customer_id)


async def actions(shop: Shop) -> list[str]:
    """Return the acts on staff, oldest first."""
    acts = await shop.store.read(lambda tx: tx.admin_acts.latest(20))
    return [one.action for one in reversed(acts) if one.action.startswith("staff_")]


async def test_rights_count_once_an_owner_has_accepted(shop: Shop) -> None:
    link_id = await asked(shop)
    assert await rights(shop) == frozenset()
    told = await shop.delivered_kinds()
    assert told.count(NoticeKind.STAFF_ASKS) == 2
    (waiting,) = (await shop.staffing.overview(SECOND_ADMIN)).asking
    assert waiting.link.link_id == link_id
    decided = await shop.staffing.decide(SECOND_ADMIN, link_id, accepts=True)
    assert decided.link.is_accepted
    assert await rights(shop) == CASHIER
    assert await shop.delivered_kinds() == [NoticeKind.STAFF_NEWS]
    assert await actions(shop) == ["staff_link", "staff_accepted"]
    seen = await shop.staffing.overview(ADMIN)
    assert [one.member.customer_id for one in seen.employees] == [ANNI]
    assert seen.asking == []


async def test_the_first_decision_counts(shop: Shop) -> None:
    link_id = await asked(shop)
    await shop.staffing.decide(ADMIN, link_id, accepts=False)
    again = await shop.staffing.decide(SECOND_ADMIN, link_id, accepts=True)
    assert await rights(shop) == frozenset()
    assert again.customer is not None


async def test_whoever_is_accepted_may_use_a_closed_shop(shop: Shop) -> None:
    await shop.store.write(lambda tx: tx.customers.set_membership(ANNI, Membership.REFUSED))
    await shop.staffing.decide(ADMIN, await asked(shop), accepts=True)
    anni = await shop.store.read(lambda tx: tx.customers.get(ANNI))
    assert anni is not None
    assert anni.membership is Membership.MEMBER


async def test_a_link_is_for_one_person_and_for_24_hours(shop: Shop) -> None:
    link = await shop.staffing.make_link(ADMIN, OPERATOR)
    assert (await shop.staffing.opened(BUDI_ACTS, link.code)).link_id == link.link_id
    await shop.staffing.ask(ANNI_ACTS, link.code)
    # Asking again changes nothing, and whoever comes second is refused.
    assert (await shop.staffing.ask(ANNI_ACTS, link.code)).asked_by == ANNI
    with pytest.raises(NotFoundError):
        await shop.staffing.opened(BUDI_ACTS, link.code)
    old = await shop.staffing.make_link(ADMIN, OPERATOR)
    shop.clock.advance(timedelta(hours=24, seconds=1).total_seconds())
    with pytest.raises(NotFoundError):
        await shop.staffing.ask(BUDI_ACTS, old.code)
    with pytest.raises(NotFoundError):
        await shop.staffing.opened(BUDI_ACTS, "unknown")


async def test_a_decided_link_does_not_work_again(shop: Shop) -> None:
    link = await shop.staffing.make_link(ADMIN, CASHIER)
    asked = await shop.staffing.ask(ANNI_ACTS, link.code)
    assert asked.link_id is not None
    await shop.staffing.decide(ADMIN, asked.link_id, accepts=True)
    await shop.staffing.remove(ADMIN, ANNI)
    with pytest.raises(NotFoundError):
        await shop.staffing.ask(ANNI_ACTS, link.code)


async def test_a_blocked_person_cannot_ask_by_a_link(shop: Shop) -> None:
    link, now = await shop.staffing.make_link(ADMIN, CASHIER), shop.clock.now()
    await shop.store.write(lambda tx: tx.customer_cards.set_block(ANNI, now, ""))
    with pytest.raises(NotFoundError):
        await shop.staffing.ask(ANNI_ACTS, link.code)


async def test_whoever_works_here_needs_no_link(shop: Shop) -> None:
    link = await shop.staffing.make_link(ADMIN, CASHIER)
    await employ(shop, ANNI, Right.SELL)
    for actor in (ANNI_ACTS, SECOND_ADMIN):
        with pytest.raises(AlreadyStaffError):
            await shop.staffing.opened(actor, link.code)


async def test_only_owners_manage_staff(shop: Shop) -> None:
    link_id = await asked(shop)
    await employ(shop, BUDI, *(right for right in Right if right is not Right.OWNER))
    staffing = shop.staffing
    for act in (
        staffing.overview(BUDI_ACTS),
        staffing.employee(BUDI_ACTS, BUDI),
        staffing.make_link(BUDI_ACTS, CASHIER),
        staffing.decide(BUDI_ACTS, link_id, accepts=True),
        staffing.set_right(BUDI_ACTS, BUDI, Right.COSTS, is_granted=False),
        staffing.remove(BUDI_ACTS, BUDI),
    ):
        with pytest.raises(NotPermittedError):
            await act


async def test_a_right_is_granted_and_taken(shop: Shop) -> None:
    await employ(shop, ANNI, Right.SELL)
    set_right = shop.staffing.set_right
    assert (await set_right(ADMIN, ANNI, Right.CASES, is_granted=True)).rights == {
        Right.SELL,
        Right.CASES,
    }
    # A second press changes nothing.
    await set_right(ADMIN, ANNI, Right.CASES, is_granted=True)
    await set_right(ADMIN, ANNI, Right.SELL, is_granted=False)
    assert await rights(shop) == {Right.CASES}
    assert await actions(shop) == ["staff_rights", "staff_rights"]
    employee = await shop.staffing.employee(ADMIN, ANNI)
    assert employee.added_by is not None
    assert employee.added_by.customer_id == ADMIN.customer_id


async def test_nobody_else_is_changed_or_removed(shop: Shop) -> None:
    for act in (
        shop.staffing.employee(ADMIN, BUDI),
        shop.staffing.set_right(ADMIN, BUDI, Right.SELL, is_granted=True),
        shop.staffing.remove(ADMIN, BUDI),
        shop.staffing.decide(ADMIN, StaffLinkId(99), accepts=True),
    ):
        with pytest.raises(NotFoundError):
            await act


@pytest.mark.parametrize(("step", "stays"), [(Step.REFERENCE, False), (Step.AMOUNT, True)])
async def test_a_removed_employee_is_asked_nothing_any_more(
    shop: Shop, step: Step, stays: bool
) -> None:
    await employ(shop, ANNI, Right.CASES)
    dialog = Dialog(ANNI, CONVERSATION, step, shop.clock.now())
    await shop.store.write(lambda tx: tx.dialogs.put(dialog))
    await shop.staffing.remove(ADMIN, ANNI)
    assert await rights(shop) == frozenset()
    assert (await shop.store.read(lambda tx: tx.dialogs.get(ANNI)) is not None) == stays


@pytest.mark.parametrize("typed", ["@Citra", "citra", "4711"])
async def test_the_server_removes_by_username_or_id(shop: Shop, typed: str) -> None:
    citra = await shop.customers.register(TelegramId(4711), "Citra", "Citra", "id")
    await employ(shop, ANNI, Right.CASES)
    await employ(shop, citra.customer.customer_id, Right.CASES)
    removed = await shop.store.write(remove_by_server, typed, shop.clock.now())
    assert removed.name == "Citra"
    (act, *_) = await shop.store.read(lambda tx: tx.admin_acts.latest(1))
    assert (act.actor_id, act.action) == (SERVER, "staff_removed")
    assert await rights(shop) == {Right.CASES}


@pytest.mark.parametrize("typed", ["@nobody", "", "@", str(BUDI_CHAT)])
async def test_the_server_removes_nobody_else(shop: Shop, typed: str) -> None:
    await employ(shop, ANNI, Right.CASES)
    with pytest.raises(NotFoundError):
        await shop.store.write(remove_by_server, typed, shop.clock.now())


async def test_a_link_that_nobody_opened_has_no_decision(shop: Shop) -> None:
    link: StaffLink = await shop.staffing.make_link(ADMIN, CASHIER)
    assert link.link_id is not None
    with pytest.raises(NotFoundError):
        await shop.staffing.decide(ADMIN, link.link_id, accepts=True)
