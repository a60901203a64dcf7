"""The first start: what a new shop's owner is asked in chat before it opens."""

from __future__ import annotations

from enum import IntEnum


class SetupStep(IntEnum):
    """The steps in their order; each can be skipped. The numbers are stored."""

    NAME = 1
    CONTACT = 2
    PAYMENT = 3
    """The shop's QRIS, or an account."""
    PROFIT = 4
    SELECTION = 5
    """What is sold."""
    DEPOSIT = 6
    """The money at the supplier, as opening deposit."""
    PURCHASE = 7
    """Try a purchase, and open the shop."""

    @property
    def next(self) -> SetupStep:
        """Return the step after this one; the last has none and stays."""
        return SetupStep(min(self + 1, max(SetupStep)))


def step_of(stored: int) -> SetupStep:
    """Return a stored step; the first for a number that is none."""
    return SetupStep(stored) if stored in list(SetupStep) else SetupStep.NAME
