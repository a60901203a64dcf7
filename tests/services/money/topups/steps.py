"""Steps of a top-up for the tests."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.customer import Actor
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import PaymentProof, TopUp
from bot.services.money.topups.decision import TopUpDecision
from tests.services.shop import ADMIN, ANNI, Shop

HOUR = timedelta(hours=1)
"""How long a top-up may be paid in a shop with payment details."""
OPENING = 100_000
"""What each customer's wallet holds before the test."""


async def request_topup(
    shop: Shop, key: str = "update:1", who: CustomerId = ANNI, amount: int = 50_000
) -> TopUp:
    """Request a top-up."""
    return await shop.topups.request(who, Rupiah(amount), key)


async def approve(shop: Shop, topup: TopUp, admin_id: Actor = ADMIN) -> TopUp:
    """Credit the requested amount."""
    return await shop.topups.decide(admin_id, topup.topup_id, approve=True)


async def credit_for(shop: Shop, topup: TopUp, amount: int, admin_id: Actor = ADMIN) -> TopUp:
    """Credit another amount than requested."""
    decision = TopUpDecision(approve=True, credited=Rupiah(amount))
    return await shop.topups.decide_in_dialog(admin_id, topup.topup_id, decision)


async def reject(shop: Shop, topup: TopUp, admin_id: Actor = ADMIN) -> TopUp:
    """Reject a top-up."""
    return await shop.topups.decide(admin_id, topup.topup_id, approve=False)


async def send_picture(shop: Shop, who: CustomerId = ANNI) -> None:
    """Send a payment proof."""
    await shop.topups.submit_proof(who, PaymentProof("f"), "update:7")


async def posted(shop: Shop, who: CustomerId = ANNI) -> int:
    """Return the money in a wallet, in rupiah."""
    return (await shop.wallet(who)).posted
