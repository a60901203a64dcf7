"""The repository of invitations and of requests to join."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.joining import Invitation, JoinRequest
from bot.domain.order import CustomerId


class Joining(Protocol):
    """The invitations to the shop, who came by them, and who asked to join."""

    def add_invitation(self, invitation: Invitation) -> None:
        """Store a new invitation; its code is new."""
        ...

    def invitation(self, code: str) -> Invitation | None:
        """Return an invitation, also one that has ended; None if the code is unknown."""
        ...

    def open_invitations(self, now: datetime, limit: int) -> list[Invitation]:
        """Return the invitations by which somebody may come now, newest first."""
        ...

    def delete_invitation(self, code: str, at: datetime) -> bool:
        """Take an invitation back; return False if it was unknown or taken back before."""
        ...

    def use_invitation(self, code: str, customer_id: CustomerId, at: datetime) -> None:
        """Store that a person came by an open invitation; each person does so once."""
        ...

    def invitation_of(self, customer_id: CustomerId) -> Invitation | None:
        """Return the invitation by which a person came; None if there is none."""
        ...

    def put_request(self, request: JoinRequest) -> None:
        """Store a person's request, instead of an earlier one."""
        ...

    def request_of(self, customer_id: CustomerId) -> JoinRequest | None:
        """Return a person's request; None if there is none."""
        ...

    def waiting(self, limit: int) -> list[JoinRequest]:
        """Return the requests that nobody has decided, oldest first."""
        ...
