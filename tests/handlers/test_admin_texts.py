"""Snapshots of what admins read, as in `test_texts`."""

from __future__ import annotations

from syrupy.assertion import SnapshotAssertion

from bot.domain.money import Rupiah
from bot.domain.order import Order
from bot.domain.supplier_row import SupplierRow
from tests.handlers.harness import CHATS, BotHarness
from tests.handlers.test_texts import bought
from tests.handlers.transcript import TranscribedUser
from tests.services.shop import NOON


async def test_commands_of_an_admin(
    admin: TranscribedUser, customer: TranscribedUser, stored: SnapshotAssertion
) -> None:
    """Every command of an admin, with right and wrong arguments."""
    for text in (
        "/start",
        "/help",
        "/status",
        "/balance",
        "/credit",
        "/credit 1001 50rb bonus",
        "/debit 1001 900rb",
        "/deposit",
        "/deposit 500rb",
        "/recon",
        "/status 1001",
        "/status nobody",
        "/pause libur dulu",
    ):
        await admin.say(text)
    await customer.say("/start")
    await customer.press("🔔 Tell me when it opens")
    await customer.say("/order")
    await admin.say("/resume")
    customer.look("the shop is open again")
    assert f"{admin.transcript}\n=== customer\n\n{customer.transcript}" == stored


async def test_money(
    admin: TranscribedUser, customer: TranscribedUser, stored: SnapshotAssertion
) -> None:
    """Credits, debits and deposits are confirmed; a second equal credit is asked about."""
    words = admin.words
    await admin.say(f"/credit {CHATS[customer.who]} 50rb bonus")
    await admin.press("🎁 Bonus")
    await admin.press("↩️ Another source")
    await admin.press("💵 Cash")
    await admin.press("✅ Credit {amount}", amount=words.money(50_000))
    customer.look("money is credited")
    await admin.say(f"/credit {CHATS[customer.who]} 50rb")
    await admin.press("🏦 Transfer")
    await admin.press("✕ Cancel")
    await admin.say(f"/debit {CHATS[customer.who]} 20rb")
    await admin.press("💵 Paid out in cash")
    await admin.press("✅ Debit {amount}", amount=words.money(20_000))
    await admin.say("/deposit 500rb")
    await admin.press("✅ Note {amount}", amount=words.money(500_000))
    await admin.say("/deposit -100rb")
    await admin.press("✅ Take {amount} back", amount=words.money(100_000))
    await bought(admin)
    await admin.say("/balance")
    await admin.press("👛 My own wallet")
    assert f"{admin.transcript}\n=== customer\n\n{customer.transcript}" == stored


async def test_an_order_in_doubt(
    customer: TranscribedUser, admin: TranscribedUser, stored: SnapshotAssertion
) -> None:
    """The answer is lost, the order is parked, and an admin refunds it."""
    harness, shop = customer.harness, customer.harness.shop
    await bought(customer)
    shop.supplier.will_lose_the_answer()
    started = await shop.start()
    await shop.send.carry_out(started)
    await harness.deliver.deliver()
    customer.look("the answer is lost")
    await shop.look_for(600)
    await harness.deliver.deliver()
    customer.look("it is parked")
    admin.look("an order is parked")
    await admin.press("↩️ Refund")
    customer.look("an admin has decided")
    assert f"{admin.transcript}\n=== customer\n\n{customer.transcript}" == stored


async def test_decisions(
    admin: TranscribedUser, customer: TranscribedUser, stored: SnapshotAssertion
) -> None:
    """A refund in doubt, a reference, a partial delivery, and a call for help."""
    harness, shop = customer.harness, customer.harness.shop
    order = await parked_after_lost_answer(customer)
    await admin.say("/start")
    await admin.press("🔔 Needs you ({count})", count=1)
    await admin.say("/status")
    await admin.say("/status K1")
    shop.supplier.shows(shop.row(order, "late1"))
    await admin.press("↩️ Refund")
    await admin.press("📎 Attach a reference")
    await admin.say("unknown1")
    await admin.say("late1")
    shop.supplier.says("late1", "partial", voucher="V-1")
    shop.clock.advance(10)
    await shop.reconcile.poll()
    await harness.deliver.deliver()
    admin.look("the supplier calls it partly done")
    await admin.press("✅ Count as delivered")
    await admin.press("✅ Yes, it has arrived")
    customer.look("it counts as delivered")
    await customer.say("/status K1")
    await customer.press("💬 Ask the shop")
    admin.look("the customer asks the shop")
    await customer.say("cs")
    await customer.press("💬 Ask the shop")
    admin.look("the customer asks without an order")
    order = await parked_after_lost_answer(customer)
    shop.supplier.shows(shop.row(order, "late2"))
    admin.look("another order is parked")
    await admin.press("⏳ Keep waiting")
    await admin.press("↩️ Refund")
    await admin.press("Refund all the same")
    assert f"{admin.transcript}\n=== customer\n\n{customer.transcript}" == stored


async def parked_after_lost_answer(customer: TranscribedUser) -> Order:
    """Buy, lose the supplier's answer, and search until an admin has to decide."""
    harness, shop = customer.harness, customer.harness.shop
    order = await bought(customer, "081298765432")
    shop.supplier.will_lose_the_answer()
    started = await shop.start()
    await shop.send.carry_out(started)
    await shop.look_for(600)
    await harness.deliver.deliver()
    return await shop.get(order.order_id)


async def test_differences_and_withheld_products(
    harness: BotHarness,
    admin: TranscribedUser,
    customer: TranscribedUser,
    stored: SnapshotAssertion,
) -> None:
    """A foreign row is settled, and a product that costs more than its price is sold again."""
    shop = harness.shop
    row = SupplierRow("hand1", "SM10", "081299999999", Rupiah(10_200), "success", "", "", NOON)
    shop.supplier.shows(row)
    shop.clock.advance(3600)
    await admin.say("/recon")
    await admin.say("/status")
    await admin.say("/recon hand1")
    order = await bought(customer)
    await shop.send_next(shop.reply(order, "r1", cost=Rupiah(98_000)))
    await shop.withholding.step()
    await harness.deliver.deliver()
    admin.look("the supplier charges too much")
    await customer.say("sm10")
    await admin.say("/status")
    await admin.press("▶️ Sell it again")
    assert f"{admin.transcript}\n=== customer\n\n{customer.transcript}" == stored
