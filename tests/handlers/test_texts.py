"""Snapshots of the texts that people read: a changed sentence shows in the diff of a change.

`python -m pytest tests/handlers/test_texts.py --snapshot-update` rewrites them.
"""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from bot.domain.errors import RefusalClass, SupplierRefusedError
from bot.domain.notice import Alert, NoticeKind
from bot.domain.order import Order
from tests.handlers.admins import ENGLISH_ADMIN, register_second_admin
from tests.handlers.builders import an_order
from tests.handlers.harness import CLARE, INDONESIAN_ADMIN, BotHarness
from tests.handlers.notices.test_rendering import orders, said
from tests.handlers.topups import photo
from tests.handlers.transcript import TranscribedUser
from tests.services.shop import ANNI

NUMBER = "081234567890"
BREAK = "\n\n"
"""Splits off the heading that names the order, which is the same in every message."""
CUSTOMERS = {"id": ANNI, "en": CLARE}


class TextFile(SingleFileSnapshotExtension):
    """Stores each transcript in a text file of its own, so that it reads like a chat."""

    file_extension = "txt"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def stored(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """The stored transcript."""
    return snapshot.use_extension(TextFile)


@pytest.fixture(params=["id", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def customer(harness: BotHarness, language: str) -> TranscribedUser:
    """A customer who has 100,000 rupiah."""
    return TranscribedUser(harness, CUSTOMERS[language], harness.services.languages[language])


@pytest.fixture
async def admin(harness: BotHarness, language: str) -> TranscribedUser:
    """An admin; one reads Indonesian, the other English."""
    await register_second_admin(harness)
    who = {"id": INDONESIAN_ADMIN, "en": ENGLISH_ADMIN}[language]
    return TranscribedUser(harness, who, harness.services.languages[language])


async def test_commands_of_a_newcomer(customer: TranscribedUser, stored: SnapshotAssertion) -> None:
    """Every command of a newcomer, once."""
    for text in ("/start", "/help", "/terms", "/paysupport", "/language", "/history", "/status"):
        await customer.say(text)
    for text in ("/numbers", "/receipt", "/search", "/cancel", "/xyz", "halo min", "makasih kak"):
        await customer.say(text)
    assert customer.transcript == stored


async def test_the_catalogue(customer: TranscribedUser, stored: SnapshotAssertion) -> None:
    """From the list of types down to products, and products that cannot be bought."""
    harness, words = customer.harness, customer.words
    harness.shop.clock.advance(12 * 3600)
    await customer.say("/order")
    for label in ("Pulsa", "Telkomsel", "Night"):
        await customer.press(label)
    await customer.press("🔔 Tell me when it is back")
    await customer.press("🔕 Turn the reminder off")
    await customer.say("/order")
    await customer.press("Game vouchers")
    await customer.press("86 Diamonds")
    await customer.say("12345678")
    await customer.say("12345678 2001")
    await customer.say("/order")
    await customer.press("Electricity tokens")
    await customer.press(words.number(20_000))
    await customer.say("1234567890")
    await customer.say("12345678901")
    assert customer.transcript == stored


async def test_typed_text(customer: TranscribedUser, stored: SnapshotAssertion) -> None:
    """Products, numbers, questions, and unsupported content."""
    for text in (
        "tsel 10",
        "telkomsel unlimited",
        "xyzzy",
        NUMBER,
        f"{NUMBER} 10",
        "0812",
        "0812 345 678 9O",
        "+852 9123 4567",
        "081234567890 081234567891",
        "12345678901",
        "mana pulsa saya?",
        "udah transfer ya min",
        "menu",
        "cs",
        "refund",
        "tagihan listrik",
    ):
        await customer.say(text)
    await customer.send("voice", {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 2}})
    assert customer.transcript == stored


async def bought(customer: TranscribedUser, number: str = NUMBER) -> Order:
    """Buy Telkomsel 10.000 and return the order."""
    await customer.say("/order")
    for label in ("Pulsa", "Telkomsel", customer.words.number(10_000)):
        await customer.press(label)
    await customer.say(number)
    await customer.press("✅ Pay {price}", price=customer.words.money(11_200))
    return (await customer.harness.orders(customer.who))[0]


async def test_a_purchase(customer: TranscribedUser, stored: SnapshotAssertion) -> None:
    harness, shop = customer.harness, customer.harness.shop
    await bought(customer)
    started = await shop.start()
    shop.supplier.shows(shop.row(started))
    shop.supplier.will(shop.reply(started))
    await shop.send.carry_out(started)
    await harness.deliver.deliver()
    customer.look("the supplier has taken it")
    await customer.say("/status")
    await customer.say("udah masuk belum?")
    shop.supplier.says("r1", "success", voucher="SN-0041234")
    shop.clock.advance(10)
    await shop.reconcile.poll()
    await harness.deliver.deliver()
    customer.look("it is delivered")
    await customer.press("💬 Ask the shop")
    await customer.press("🧾 Receipt")
    await customer.say("/history")
    await customer.press("✅ Telkomsel")
    await customer.say("/balance")
    await customer.say("/numbers")
    await customer.say("081312345678 10")
    await bought(customer)
    assert customer.transcript == stored


async def test_an_order_that_fails(customer: TranscribedUser, stored: SnapshotAssertion) -> None:
    harness, shop = customer.harness, customer.harness.shop
    await bought(customer)
    started = await shop.start()
    shop.supplier.will(SupplierRefusedError(RefusalClass.PRODUCT, "Produk gangguan"))
    await shop.send.carry_out(started)
    await harness.deliver.deliver()
    customer.look("the supplier refuses it")
    await bought(customer, "081212345678")
    await customer.press("✕ Cancel the order")
    assert customer.transcript == stored


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


async def test_topups(topup_harness: BotHarness, language: str, stored: SnapshotAssertion) -> None:
    """A top-up is requested, proved and approved; another is cancelled."""
    customer = TranscribedUser(
        topup_harness, CUSTOMERS[language], topup_harness.services.languages[language]
    )
    await register_second_admin(topup_harness)
    boss = TranscribedUser(
        topup_harness,
        {"id": INDONESIAN_ADMIN, "en": ENGLISH_ADMIN}[language],
        topup_harness.services.languages[language],
    )
    await customer.say("/balance")
    await customer.press("💵 Top up")
    await customer.say("banyak")
    await customer.say("5000")
    await customer.say("50rb")
    await customer.send("photo", photo(topup_harness))
    boss.look("a customer pays in")
    await boss.press("✅ Approve")
    customer.look("an admin approves it")
    await customer.say("/balance")
    await customer.press("💵 Top up")
    await customer.say("20rb")
    await customer.press("✕ Cancel it")
    boss.look("another is cancelled")
    assert f"{boss.transcript}\n=== customer\n\n{customer.transcript}" == stored


async def test_commands_of_an_admin(admin: TranscribedUser, stored: SnapshotAssertion) -> None:
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
        "/pause",
    ):
        await admin.say(text)
    customer = TranscribedUser(admin.harness, ANNI, admin.harness.services.languages["id"])
    await customer.say("/start")
    await customer.say("/beli")
    await admin.say("/resume")
    assert f"{admin.transcript}\n=== customer\n\n{customer.transcript}" == stored


def test_every_notice(language: str, stored: SnapshotAssertion) -> None:
    told = [
        f"# order: {order.state.value}{_reason(order)}\n\n"
        f"{said(NoticeKind.ORDER, language, order=order).partition(BREAK)[2]}"
        for order in orders()
    ]
    told += [
        f"# outcome: {order.state.value}{_reason(order)}\n\n"
        f"{said(NoticeKind.OUTCOME, language, order=order).partition(BREAK)[2]}"
        for order in orders()
        if order.state.is_final
    ]
    for alert in Alert:
        data = {"condition": alert.value, "detail": "detail"}
        text = said(NoticeKind.ALERT, language, data=data, order=an_order())
        told.append(f"# alert: {alert.value}\n\n{text}")
    assert "\n\n".join(told) == stored


def _reason(order: Order) -> str:
    """Return the reason of a state, or an empty string."""
    why = order.wait_reason or order.cancel_reason or order.refusal or order.park_reason
    return "" if why is None else f", {why.value}"
