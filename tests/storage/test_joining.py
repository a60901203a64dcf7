"""The repository of invitations and of requests to join, and the memberships of persons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.customer import Membership
from bot.domain.joining import Invitation, JoinRequest
from bot.ports.store import Transaction
from tests.storage.samples import ANNI, BUDI, NOW

LATER = NOW + timedelta(hours=1)
INVITATION = Invitation("abc", BUDI, NOW)


def test_whoever_was_a_customer_is_a_member_until_told_otherwise(tx: Transaction) -> None:
    customer = tx.customers.get(ANNI)
    assert customer is not None
    assert customer.membership is Membership.MEMBER
    tx.customers.set_membership(ANNI, Membership.WAITING)
    assert tx.customers.get(ANNI) == replace(customer, membership=Membership.WAITING)
    assert customer.telegram_id is not None
    found = tx.customers.by_telegram(customer.telegram_id)
    assert found is not None
    assert found.membership is Membership.WAITING


def test_open_invitations_are_listed_newest_first(tx: Transaction) -> None:
    joining = tx.joining
    newer = replace(INVITATION, code="new", made_at=LATER, max_uses=2)
    ended = replace(INVITATION, code="old", expires_at=NOW)
    for one in (INVITATION, newer, ended):
        joining.add_invitation(one)
    assert joining.open_invitations(NOW, 9) == [newer, INVITATION]
    assert joining.open_invitations(NOW, 1) == [newer]
    assert joining.invitation("old") == ended
    assert joining.invitation("unknown") is None


def test_an_invitation_used_up_is_not_listed_and_who_came_by_it_is_kept(tx: Transaction) -> None:
    joining = tx.joining
    joining.add_invitation(replace(INVITATION, max_uses=1))
    joining.use_invitation("abc", ANNI, NOW)
    used = replace(INVITATION, max_uses=1, uses=1)
    assert joining.invitation_of(ANNI) == joining.invitation("abc") == used
    assert joining.invitation_of(BUDI) is None
    assert joining.open_invitations(NOW, 9) == []


def test_an_invitation_is_taken_back_once(tx: Transaction) -> None:
    joining = tx.joining
    joining.add_invitation(INVITATION)
    assert joining.delete_invitation("abc", LATER)
    assert not joining.delete_invitation("abc", LATER)
    assert not joining.delete_invitation("unknown", LATER)
    assert joining.invitation("abc") == replace(INVITATION, deleted_at=LATER)
    assert joining.open_invitations(NOW, 9) == []


def test_a_person_has_one_request_the_last(tx: Transaction) -> None:
    joining = tx.joining
    assert joining.request_of(ANNI) is None
    joining.put_request(JoinRequest(ANNI, LATER, "p12"))
    joining.put_request(JoinRequest(BUDI, NOW))
    assert joining.waiting(9) == [JoinRequest(BUDI, NOW), JoinRequest(ANNI, LATER, "p12")]
    decided = JoinRequest(ANNI, LATER, "b3", LATER, BUDI)
    joining.put_request(decided)
    assert joining.request_of(ANNI) == decided
    assert joining.waiting(9) == [JoinRequest(BUDI, NOW)]
