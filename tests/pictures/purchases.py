"""Screens of orders in every state, with different kinds of goods."""

from __future__ import annotations

from bot.sandbox.environment import SandboxEnvironment
from tests.pictures.customer import (
    CHECK,
    FIVE,
    METER,
    PHONE,
    PRICED,
    PULSA,
    TELKOMSEL,
    TEN,
    TWENTY,
    choose,
    choose_wallet,
    data,
    pay,
    tokens,
)
from tests.pictures.sandbox import date_orders_back, until_fetched
from tests.pictures.translated_tab import TranslatedTab

BACK = "Your money is back: {price}. Your balance is {balance}."
CODE = "SN / code:"
QUESTION = {"id": "mana pulsa saya?", "en": "where is my order?"}
INDOSAT, XL, AXIS = "^Indosat$", "^XL$", "^A(XIS|xis)$"


async def buy(tab: TranslatedTab, number: str, *labels: str) -> None:
    """Buy something for a number, whose last digits choose the sandbox's scenario."""
    await choose(tab, *(labels or (PULSA, TELKOMSEL, FIVE)))
    await tab.ask(number, CHECK)
    await tab.tap(pay(tab))


async def buy_data_pack(tab: TranslatedTab, number: str, brand: str, kind: str) -> None:
    """Buy the cheapest data pack of a kind."""
    await buy(tab, number, data(tab), brand, kind, PRICED)


async def cancel_waiting_order(tab: TranslatedTab, environment: SandboxEnvironment) -> None:
    """An order that cannot be sent yet, and is cancelled."""
    await environment.set_supplier_listening(is_listening=False)
    await buy_data_pack(tab, "085712341001", INDOSAT, "^Freedom Internet$")
    await tab.expect_text("🕐 Waiting: the operator cannot be reached just now. We keep trying.")
    await tab.shoot("order-waiting")
    await tab.press("✕ Cancel the order")
    await tab.expect_text(BACK)
    await tab.shoot("order-cancelled", 2)
    await environment.set_supplier_listening(is_listening=True)
    await until_fetched(environment)


async def show_outcomes(tab: TranslatedTab, environment: SandboxEnvironment) -> None:
    """Every outcome of an order, and the messages before it."""
    await buy_data_pack(tab, "081712340003", XL, "^Xtra Combo Flex$")
    await tab.expect_text("⏳ Being processed. Most orders take less than five minutes,")
    await tab.shoot_window("order-processing")
    await tab.ask(QUESTION[tab.words.language], "⏳ Being processed. Most orders take less")
    await tab.shoot("question-answered", 2)
    await buy(tab, PHONE, PULSA, TELKOMSEL, TEN)
    await tab.expect_text(CODE)
    await tab.shoot("order-done", 2)
    await buy(tab, METER, tokens(tab), "^Token$", TWENTY)
    await tab.expect_text("Your token:")
    await tab.shoot("order-token", 2)
    environment.supplier.fault_settings.status_down = True
    await choose_wallet(tab)
    await tab.ask("081234560011", CHECK)
    await tab.tap(pay(tab))
    await tab.expect_text("🔎 Being checked: the answer is late.")
    await tab.shoot("order-checked")
    environment.supplier.fault_settings.status_down = False
    await tab.expect_text(CODE)
    await buy_data_pack(tab, "083812340002", AXIS, "^Mini$")
    await tab.expect_text(BACK)
    await tab.shoot("order-failed", 2)
    await buy(tab, "081234560004")
    await tab.expect_text("We are checking by hand whether this order went through.")
    await tab.shoot("order-parked", 2)


async def show_history(tab: TranslatedTab) -> None:
    """Past and open orders."""
    await tab.ask("/history", "Your orders")
    await tab.shoot("history")
    await tab.tap("^✅ ")
    await tab.expect_text("✅ Done.")
    await tab.shoot("history-order")
    await tab.ask("/status", "🔎 Being checked by hand.")
    await tab.shoot("open-orders")


async def buy_again(tab: TranslatedTab, environment: SandboxEnvironment) -> None:
    """The same product for the same number: just now, and again on the same day."""
    await choose(tab, PULSA, TELKOMSEL, TEN)
    await tab.ask(PHONE, "You bought exactly this for this number at {time} ({number}).")
    await tab.shoot("confirm-again", 2)
    date_orders_back(environment)
    await choose(tab, PULSA, TELKOMSEL, TEN)
    await tab.ask(PHONE, "This product usually goes to a number once a day")
    await tab.shoot("confirm-once-a-day", 2)
    await tab.ask("/cancel", "Your purchase is cancelled.")
