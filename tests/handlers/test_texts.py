"""Snapshots of what customers read: a changed sentence shows in the diff of a change.

Every screen is in one of the transcripts of this module, of `test_topup_texts` or of
`test_admin_texts`, in both languages. `python -m pytest tests/handlers --snapshot-update`
rewrites them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from syrupy.assertion import SnapshotAssertion
from telegram import BotCommand

from bot.domain.errors import RefusalClass, SupplierRefusedError
from bot.domain.money import Rupiah
from bot.domain.notice import Alert, NoticeKind
from bot.domain.order import Order
from bot.domain.shop_settings import ShopSettings
from bot.ports.supplier import ServiceList
from handlers.transport.command_menu import admin_commands, customer_commands
from handlers.transport.descriptions import description_text, short_description_text
from handlers.ui.html import plain
from handlers.ui.i18n import load_languages
from handlers.ui.limit_texts import too_many_orders, too_many_updates
from tests.handlers.builders import a_delivery, alert_data, an_order
from tests.handlers.harness import CHATS
from tests.handlers.notices.test_rendering import orders, rendered
from tests.handlers.transcript import TranscribedUser, rows_of
from tests.services.shop import ADMIN, LISTINGS

NUMBER = "081234567890"
SETTINGS = ShopSettings(shop_contact="@konter_help")
BREAK = "\n\n"
"""Splits off the heading that names the order, which is the same in every message."""


def test_around_the_chat(language: str, stored: SnapshotAssertion) -> None:
    """The empty chat, the profile and the menus of commands, and the answers to haste."""
    words = load_languages()[language]
    parts = [
        f"# empty chat\n\n{description_text(words, SETTINGS)}",
        f"# profile\n\n{short_description_text(words, SETTINGS)}",
        f"# menu of customers\n\n{_menu(customer_commands(words))}",
        f"# menu of admins\n\n{_menu(admin_commands(words))}",
        f"# too many messages\n\n{too_many_updates(words, 20)}",
        f"# too many orders\n\n{too_many_orders(words, 20)}",
    ]
    assert "\n\n".join(parts) == stored


def _menu(commands: list[BotCommand]) -> str:
    return "\n".join(f"/{one.command}: {one.description}" for one in commands)


async def test_commands_of_a_newcomer(customer: TranscribedUser, stored: SnapshotAssertion) -> None:
    """Every command of a newcomer, once."""
    for text in ("/start", "/help", "/terms", "/paysupport", "/language", "/history", "/status"):
        await customer.say(text)
    for text in ("/numbers", "/receipt", "/search", "/cancel", "/xyz", "halo min", "makasih kak"):
        await customer.say(text)
    assert customer.transcript == stored


async def test_a_persons_own_data(customer: TranscribedUser, stored: SnapshotAssertion) -> None:
    """What is kept, the files, an erasure that is refused, and one that is made."""
    shop = customer.harness.shop
    await customer.say("/privacy")
    await customer.press("📄 Ask for my data")
    await customer.press("🗑 Erase my data")
    await shop.credit(customer.who, -(await shop.wallet(customer.who)).balance)
    await customer.say("/privacy")
    await customer.press("🗑 Erase my data")
    await customer.press("🗑 Erase for good")
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


async def test_choosing(customer: TranscribedUser, stored: SnapshotAssertion) -> None:
    """Other sources, kinds of data packs, and a product that is out of stock and comes back."""
    harness = customer.harness
    pack = replace(LISTINGS[0], type="paket-internet", cost=Rupiah(25_000))
    more = (
        replace(LISTINGS[0], code="SM10_2", cost=Rupiah(10_500)),
        replace(pack, code="FLASH", name="Telkomsel Data Flash 2.5 GB 30 Hari", sub="Flash"),
        replace(pack, code="COMBO", name="Telkomsel Combo Sakti 16 GB 28 Hari", sub="Combo Sakti"),
    )
    harness.shop.supplier.listings = ServiceList((*LISTINGS, *more), 0)
    await harness.shop.refresh.refresh()
    await customer.say("/order")
    for label in ("Data packs", "Combo Sakti", "16 GB"):
        await customer.press(label)
    await customer.say(NUMBER)
    await customer.say("/order")
    for label in ("Pulsa", "Telkomsel"):
        await customer.press(label)
    await customer.press("Other options ({count})", count=1)
    await customer.press("Hide the other options")
    await customer.press("Show {count} that is out of stock", count=1)
    await customer.press("Sold out")
    await customer.press("🔔 Tell me when it is back")
    await harness.shop.relist("GONE", is_ready=True)
    await harness.shop.restock.step()
    await harness.deliver.deliver()
    customer.look("it is back in stock")
    assert customer.transcript == stored


async def test_before_paying(customer: TranscribedUser, stored: SnapshotAssertion) -> None:
    """Wrong numbers, the own number, and every reason to ask before an order is made."""
    harness, words = customer.harness, customer.words
    await to_number(customer, words.number(10_000))
    await customer.say("0812")
    await customer.press("My number")
    own = {"phone_number": "6281234567890", "first_name": "A", "user_id": CHATS[customer.who]}
    await customer.send("own number", {"contact": own})
    await customer.press("✏️ Change number")
    await customer.say("083812345678")
    await customer.say("/cancel")
    await to_number(customer, words.number(10_000))
    await customer.say(NUMBER)
    await harness.shop.relist("SM10", cost=Rupiah(10_900))
    await customer.press("✅ Pay {price}", price=words.money(11_200))
    await harness.shop.relist("SM20", cost=Rupiah(200_000))
    await to_number(customer, words.number(20_000))
    await customer.say(NUMBER)
    await to_number(customer, "once a day")
    await customer.say(NUMBER)
    await customer.press("✅ Pay {price}", price=words.money(11_200))
    harness.shop.clock.advance(3600)
    await to_number(customer, "once a day")
    await customer.say(NUMBER)
    await harness.shop.admin.pause(ADMIN, "")
    await customer.press("✅ Pay {price}", price=words.money(11_200))
    await to_number(customer, words.number(10_000))
    await customer.say(NUMBER)
    assert customer.transcript == stored


async def test_a_regular_customer(customer: TranscribedUser, stored: SnapshotAssertion) -> None:
    """A token arrives; then its receipts, the first screen, and the saved meter."""
    harness, shop, words = customer.harness, customer.harness.shop, customer.words
    await customer.say("/order")
    for label in ("Electricity tokens", words.number(20_000)):
        await customer.press(label)
    await customer.say("12345678901")
    await customer.press("✅ Pay {price}", price=words.money(11_200))
    (order,) = await harness.orders(customer.who)
    voucher = "1234-5678-9012-3456-7890/BUDI SANTOSO/R1/1300VA/13,5KWH"
    await shop.send_next(shop.reply(order, status_word="success", voucher=voucher))
    await harness.deliver.deliver()
    customer.look("the token arrives")
    await customer.press("🧾 Receipt")
    await customer.press(words.money(12_000))
    await customer.press("✏️ Another price")
    await customer.say("murah")
    await customer.say("15rb")
    await customer.say("/start")
    await customer.press("🔁 ")
    await customer.say("/history 1234567")
    await customer.say("/numbers")
    await customer.press("1234 5678 901")
    await customer.press("✏️ Name it")
    await customer.say("Rumah <Mama>")
    await customer.press("‹ Back")
    await customer.press("Rumah")
    await customer.press("🗑 Delete it")
    await customer.say("/language")
    await customer.press({"id": "English", "en": "Bahasa Indonesia"}[words.language])
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


async def to_number(customer: TranscribedUser, product: str) -> None:
    """Go to the question for the number of a Telkomsel product."""
    await customer.say("/order")
    for label in ("Pulsa", "Telkomsel", product):
        await customer.press(label)


async def bought(customer: TranscribedUser, number: str = NUMBER) -> Order:
    """Buy Telkomsel 10.000 and return the order."""
    await to_number(customer, customer.words.number(10_000))
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


def test_every_notice(language: str, stored: SnapshotAssertion) -> None:
    told = [
        f"# order: {order.state.value}{_reason(order)}\n\n"
        f"{_notice(NoticeKind.ORDER, language, order=order).partition(BREAK)[2]}"
        for order in orders()
    ]
    told += [
        f"# outcome: {order.state.value}{_reason(order)}\n\n"
        f"{_notice(NoticeKind.OUTCOME, language, order=order).partition(BREAK)[2]}"
        for order in orders()
        if order.state.is_final
    ]
    for alert in Alert:
        for data in alert_data(alert, "detail"):
            text = _notice(NoticeKind.ALERT, language, data=data, order=an_order())
            told.append(f"# alert: {alert.value}\n\n{text}")
    assert "\n\n".join(told) == stored


def _notice(kind: NoticeKind, language: str, **parts: Any) -> str:
    """Return the text of a notice without its markup, and its buttons."""
    message = rendered(a_delivery(kind, language, **parts), language)
    keyboard = {} if message.keyboard is None else message.keyboard.to_dict()
    return "\n".join((plain(message.text), *rows_of(keyboard.get("inline_keyboard", []))))


def _reason(order: Order) -> str:
    """Return the reason of a state, or an empty string."""
    why = order.wait_reason or order.cancel_reason or order.refusal or order.park_reason
    return "" if why is None else f", {why.value}"
