"""When deposits run out: looked at every minute, since none runs out within five."""

from __future__ import annotations

from bot.services.money.topups.topups import Deposits
from bot.workers.loop import Loop


def expire_deposits(deposits: Deposits) -> Loop:
    """Return the loop that tells customers whose time for paying is over."""
    return Loop("expire_deposits", deposits.expire)
