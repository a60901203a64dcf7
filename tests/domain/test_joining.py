"""Invitations end by time, by use, or when they are taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.joining import Invitation
from bot.domain.order import CustomerId

NOW = datetime(2026, 3, 14, 5, tzinfo=UTC)
INVITATION = Invitation("abc", CustomerId(1), NOW)


def test_an_invitation_without_limits_stays_open() -> None:
    assert replace(INVITATION, uses=9_999).is_open(NOW + timedelta(days=9_999))


def test_an_invitation_ends_at_its_time() -> None:
    ending = replace(INVITATION, expires_at=NOW)
    assert ending.is_open(NOW - timedelta(microseconds=1))
    assert not ending.is_open(NOW)


def test_an_invitation_is_used_up() -> None:
    assert replace(INVITATION, max_uses=2, uses=1).is_open(NOW)
    assert not replace(INVITATION, max_uses=2, uses=2).is_open(NOW)


def test_an_invitation_that_was_taken_back_has_ended() -> None:
    assert not replace(INVITATION, deleted_at=NOW).is_open(NOW)
