"""Who gets into a shop that is not open to all: by an invitation, or when somebody accepts them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.customer import FIRST_CUSTOMER_ID, Actor, Membership, TelegramId
from bot.domain.errors import (
    NotFoundError,
    NotMemberError,
    NotPermittedError,
    TooManyInvitationsError,
)
from bot.domain.joining import Invitation, JoinRequest
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.shop_settings import SignUp
from bot.domain.staff import Right, StaffMember, written
from bot.ports.store import Transaction
from bot.services.joining import JUST_ARRIVED, MAX_DAYS, MAX_OPEN, MAX_USES, MAX_WAITING
from tests.services.failing_store import FailingStore
from tests.services.shop import ADMIN, ADMIN_CHAT, ANNI, ANNI_CHAT, BUDI, NOON, SECOND_ADMIN, Shop

CITRA_CHAT = TelegramId(1003)
CITRA = CustomerId(FIRST_CUSTOMER_ID + 4)
"""Who writes to the bot for the first time."""
STRANGER = Actor(BUDI, TelegramId(1002))
MEMBER, NEW = Membership.MEMBER, Membership.NEW
WAITING, REFUSED = Membership.WAITING, Membership.REFUSED


async def set_signup(shop: Shop, signup: SignUp) -> None:
    first = replace(shop.rules.first_settings, signup=signup)
    shop.rules = replace(shop.rules, first_settings=first)
    shop.build()
    await shop.refresh.load()


@pytest.fixture(params=[SignUp.INVITATION, SignUp.APPROVAL])
async def closed(shop: Shop, request: pytest.FixtureRequest) -> Shop:
    """A shop that is not open to all."""
    await set_signup(shop, request.param)
    return shop


@pytest.fixture
async def asking(shop: Shop) -> Shop:
    """A shop with approval, which Citra has asked to join."""
    await set_signup(shop, SignUp.APPROVAL)
    assert await comes(shop) is NEW
    assert await shop.joining.ask(CITRA, "p12") is WAITING
    return shop


async def comes(shop: Shop, chat_id: TelegramId = CITRA_CHAT) -> Membership:
    """Let somebody write to the bot, and return what they are then."""
    return (await shop.customers.register(chat_id, "Citra", "", "id")).customer.membership


async def told(shop: Shop, kind: NoticeKind) -> list[TelegramId]:
    return [one.notice.chat_id for one in await shop.deliveries(kind=kind)]


async def request_of_citra(shop: Shop) -> JoinRequest | None:
    return await shop.store.read(lambda tx: tx.joining.request_of(CITRA))


async def inviter_of(shop: Shop, customer_id: CustomerId) -> CustomerId | None:
    invitation = await shop.store.read(lambda tx: tx.joining.invitation_of(customer_id))
    return None if invitation is None else invitation.made_by


# --- who gets in at once ---


async def test_everybody_is_a_member_of_an_open_shop(shop: Shop) -> None:
    assert await comes(shop) is MEMBER
    assert await shop.joining.ask(CITRA, "") is MEMBER


async def test_whoever_is_new_to_a_closed_shop_stays_outside(closed: Shop) -> None:
    assert await comes(closed) is NEW
    assert await comes(closed) is NEW


async def test_whoever_was_a_customer_before_is_a_member(closed: Shop) -> None:
    assert await comes(closed, ANNI_CHAT) is MEMBER
    await closed.queue(ANNI)


async def test_an_owner_is_a_member_from_the_first_message(closed: Shop) -> None:
    closed.rules = replace(closed.rules, owner_ids=frozenset({CITRA_CHAT}))
    closed.build()
    assert await comes(closed) is MEMBER


async def test_an_employee_is_a_member(closed: Shop) -> None:
    assert await comes(closed) is NEW

    def employ(tx: Transaction) -> None:
        tx.staff.put(StaffMember(CITRA, written([Right.SELL]), ADMIN.customer_id, NOON))

    await closed.store.write(employ)
    assert await comes(closed) is MEMBER


async def test_somebody_outside_becomes_a_member_when_the_shop_opens_to_all(closed: Shop) -> None:
    assert await comes(closed) is NEW
    signup = closed.rules.first_settings.signup
    await set_signup(closed, SignUp.OPEN)
    assert await comes(closed) is MEMBER
    await set_signup(closed, signup)
    assert await comes(closed) is MEMBER


async def test_an_unchanged_stranger_is_not_written(closed: Shop) -> None:
    await comes(closed)
    closed.store = torn = FailingStore(closed.store)
    closed.build()
    torn.refuse_writes(9)
    assert await comes(closed) is NEW
    assert torn.refused == 0


# --- where money is spent ---


async def test_nobody_outside_gets_a_quote_or_a_top_up(closed: Shop) -> None:
    """Even with a button that was forged, or typed before the shop was closed."""
    await comes(closed)
    with pytest.raises(NotMemberError):
        await closed.token(CITRA)
    with pytest.raises(NotMemberError):
        await closed.topups.request(CITRA, Rupiah(50_000), "k")


async def test_a_quote_from_before_is_not_confirmed_by_somebody_outside(closed: Shop) -> None:
    await comes(closed)
    await closed.store.write(lambda tx: tx.customers.set_membership(CITRA, MEMBER))
    token = await closed.token(CITRA)
    await closed.store.write(lambda tx: tx.customers.set_membership(CITRA, REFUSED))
    with pytest.raises(NotMemberError):
        await closed.buy.confirm(CITRA, token, 55)


async def test_an_owner_whose_account_is_not_yet_a_member_may_buy(closed: Shop) -> None:
    await closed.store.write(lambda tx: tx.customers.set_membership(ADMIN.customer_id, NEW))
    await closed.token(ADMIN.customer_id)


async def test_an_unknown_person_is_not_a_member(closed: Shop) -> None:
    with pytest.raises(NotMemberError):
        await closed.token(CustomerId(77))


# --- invitations ---


async def test_an_invitation_lets_in_and_says_who_invited(closed: Shop) -> None:
    invitation = await closed.joining.invite(ADMIN)
    assert await comes(closed) is NEW
    assert await closed.joining.come_by(CITRA, invitation.code)
    assert await comes(closed) is MEMBER
    assert await inviter_of(closed, CITRA) == ADMIN.customer_id
    await closed.token(CITRA)


async def test_the_same_link_again_is_no_second_use(closed: Shop) -> None:
    invitation = await closed.joining.invite(ADMIN, max_uses=1)
    await comes(closed)
    for _ in range(2):
        assert await closed.joining.come_by(CITRA, invitation.code)
    assert (await closed.joining.overview(ADMIN)).invitations == []


async def test_an_invitation_that_has_ended_lets_nobody_in(closed: Shop) -> None:
    lasting = await closed.joining.invite(ADMIN, days=3)
    deleted = await closed.joining.invite(ADMIN)
    assert lasting.expires_at == closed.clock.now() + timedelta(days=3)
    assert await closed.joining.delete_invitation(ADMIN, deleted.code)
    assert not await closed.joining.delete_invitation(ADMIN, deleted.code)
    closed.clock.advance(timedelta(days=3).total_seconds())
    await comes(closed)
    for code in (lasting.code, deleted.code, "unknown"):
        assert not await closed.joining.come_by(CITRA, code)
    assert await comes(closed) is NEW


async def test_an_invitation_in_an_open_shop_says_who_invited_a_newcomer(shop: Shop) -> None:
    invitation = await shop.joining.invite(ADMIN)
    await comes(shop)
    assert await shop.joining.come_by(CITRA, invitation.code)
    assert await inviter_of(shop, CITRA) == ADMIN.customer_id


async def test_who_was_a_customer_before_was_not_invited(shop: Shop) -> None:
    """Nor is the employee who tries the own link, or somebody who came by another one."""
    invitation = await shop.joining.invite(ADMIN)
    await comes(shop)
    shop.clock.advance(JUST_ARRIVED.total_seconds() + 1)
    assert await shop.joining.come_by(CITRA, invitation.code)
    assert await inviter_of(shop, CITRA) is None
    assert await shop.joining.come_by(ADMIN.customer_id, invitation.code)
    assert (await shop.joining.overview(ADMIN)).invitations == [invitation]


async def test_an_own_link_is_not_used_up_by_its_maker(shop: Shop) -> None:
    shop.rules = replace(shop.rules, owner_ids=frozenset({CITRA_CHAT}))
    shop.build()
    await comes(shop)
    invitation = await shop.joining.invite(Actor(CITRA, CITRA_CHAT), max_uses=1)
    assert await shop.joining.come_by(CITRA, invitation.code)
    assert await inviter_of(shop, CITRA) is None


async def test_a_second_invitation_does_not_count(shop: Shop) -> None:
    first, second = await shop.joining.invite(ADMIN), await shop.joining.invite(SECOND_ADMIN)
    await comes(shop)
    for one in (first, second):
        assert await shop.joining.come_by(CITRA, one.code)
    assert await inviter_of(shop, CITRA) == ADMIN.customer_id


async def test_a_code_has_no_sign_that_ends_it_in_a_link(shop: Shop) -> None:
    assert "-" not in (await shop.joining.invite(ADMIN)).code


async def test_numbers_beyond_the_limits_count_as_these(shop: Shop) -> None:
    invitation = await shop.joining.invite(ADMIN, 10**9, 10**9)
    assert invitation.max_uses == MAX_USES
    assert invitation.expires_at == shop.clock.now() + timedelta(days=MAX_DAYS)
    unlimited = await shop.joining.invite(ADMIN, -1, -1)
    assert (unlimited.max_uses, unlimited.expires_at) == (0, None)


async def test_open_invitations_are_limited(shop: Shop) -> None:
    def fill(tx: Transaction) -> None:
        for place in range(MAX_OPEN):
            tx.joining.add_invitation(Invitation(f"c{place}", ANNI, shop.clock.now()))

    await shop.store.write(fill)
    with pytest.raises(TooManyInvitationsError):
        await shop.joining.invite(ADMIN)
    await shop.joining.delete_invitation(ADMIN, "c0")
    await shop.joining.invite(ADMIN)


# --- approval ---


async def test_a_request_is_announced_once(asking: Shop) -> None:
    assert await asking.joining.ask(CITRA, "b3") is WAITING
    assert await told(asking, NoticeKind.JOIN_REQUESTED) == [ADMIN_CHAT, SECOND_ADMIN.telegram_id]
    request = JoinRequest(CITRA, asking.clock.now(), "p12")
    (waiting,) = (await asking.joining.overview(ADMIN)).waiting
    assert (waiting.request, waiting.customer.name) == (request, "Citra")


async def test_strangers_cannot_flood_the_staff(shop: Shop) -> None:
    await set_signup(shop, SignUp.APPROVAL)
    await comes(shop)
    now = shop.clock.now()

    def fill(tx: Transaction) -> None:
        for _ in range(MAX_WAITING):
            tx.joining.put_request(JoinRequest(tx.customers.add("x", now).customer_id, now))

    await shop.store.write(fill)
    assert await shop.joining.ask(CITRA, "") is WAITING
    assert await told(shop, NoticeKind.JOIN_REQUESTED) == []
    assert len((await shop.joining.overview(ADMIN)).waiting) == MAX_WAITING


async def test_nobody_asks_a_shop_by_invitation(shop: Shop) -> None:
    await set_signup(shop, SignUp.INVITATION)
    await comes(shop)
    assert await shop.joining.ask(CITRA, "") is NEW
    assert await request_of_citra(shop) is None


async def test_who_is_accepted_is_told_and_may_buy(asking: Shop) -> None:
    decided = await asking.joining.decide(ADMIN, CITRA, accepts=True)
    assert decided.customer.membership is MEMBER
    assert decided.decided_by is not None
    assert decided.decided_by.customer_id == ADMIN.customer_id
    (joined,) = await asking.deliveries(kind=NoticeKind.JOINED)
    assert joined.notice.chat_id == CITRA_CHAT
    assert joined.join_request == decided.request
    await asking.token(CITRA)
    assert (await asking.joining.overview(ADMIN)).waiting == []
    (act, *_) = await asking.store.read(lambda tx: tx.admin_acts.latest(9))
    assert (act.action, act.subject) == ("accept_member", f"user:{CITRA}")


async def test_who_is_refused_is_told_and_stays_outside(asking: Shop) -> None:
    await asking.joining.decide(ADMIN, CITRA, accepts=False)
    assert await told(asking, NoticeKind.JOIN_REFUSED) == [CITRA_CHAT]
    assert await comes(asking) is REFUSED
    assert await asking.joining.ask(CITRA, "") is REFUSED
    invitation = await asking.joining.invite(ADMIN)
    assert not await asking.joining.come_by(CITRA, invitation.code)


async def test_the_first_decision_counts(asking: Shop) -> None:
    first = await asking.joining.decide(ADMIN, CITRA, accepts=True)
    for accepts in (True, False):
        assert await asking.joining.decide(SECOND_ADMIN, CITRA, accepts=accepts) == first
    assert await asking.joining.applicant(SECOND_ADMIN, CITRA) == first


async def test_who_was_refused_can_be_accepted_later(asking: Shop) -> None:
    refused = await asking.joining.decide(ADMIN, CITRA, accepts=False)
    assert await asking.joining.decide(SECOND_ADMIN, CITRA, accepts=False) == refused
    accepted = await asking.joining.decide(SECOND_ADMIN, CITRA, accepts=True)
    assert accepted.customer.membership is MEMBER


async def test_an_invitation_ends_the_waiting(asking: Shop) -> None:
    invitation = await asking.joining.invite(SECOND_ADMIN)
    assert await asking.joining.come_by(CITRA, invitation.code)
    request = await request_of_citra(asking)
    assert request is not None
    assert request.decided_by == SECOND_ADMIN.customer_id
    (announced, *_) = await asking.deliveries(kind=NoticeKind.JOIN_REQUESTED)
    assert announced.admin is not None
    assert announced.admin.customer_id == SECOND_ADMIN.customer_id


# --- who may do it ---


async def test_customers_neither_invite_nor_decide(asking: Shop) -> None:
    joining = asking.joining
    for act in (
        joining.invite(STRANGER),
        joining.overview(STRANGER),
        joining.delete_invitation(STRANGER, "c"),
        joining.applicant(STRANGER, CITRA),
        joining.decide(STRANGER, CITRA, accepts=True),
    ):
        with pytest.raises(NotPermittedError):
            await act


async def test_who_has_not_asked_cannot_be_decided_about(asking: Shop) -> None:
    for customer_id in (ANNI, CustomerId(77)):
        with pytest.raises(NotFoundError):
            await asking.joining.decide(ADMIN, customer_id, accepts=True)
        with pytest.raises(NotFoundError):
            await asking.joining.come_by(CustomerId(77), "abc")
