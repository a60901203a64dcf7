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


async def buys(tab: TranslatedTab, number: str, *labels: str) -> None:
    """Buy something for a number, whose last digits choose the sandbox's scenario."""
    await choose(tab, *(labels or (PULSA, TELKOMSEL, FIVE)))
    await tab.types(number, CHECK)
    await tab.tap(pay(tab))


async def buys_data(tab: TranslatedTab, number: str, brand: str, kind: str) -> None:
    """Buy the cheapest data pack of a kind."""
    await buys(tab, number, data(tab), brand, kind, PRICED)


async def waits(tab: TranslatedTab, environment: SandboxEnvironment) -> None:
    """An order that cannot be sent yet, and is cancelled."""
    await environment.set_supplier_listening(is_listening=False)
    await buys_data(tab, "085712341001", INDOSAT, "^Freedom Internet$")
    await tab.reads("🕐 Waiting: the operator cannot be reached just now. We keep trying.")
    await tab.shoot("order-waiting")
    await tab.press("✕ Cancel the order")
    await tab.reads(BACK)
    await tab.shoot("order-cancelled", 2)
    await environment.set_supplier_listening(is_listening=True)
    await until_fetched(environment)


async def ends(tab: TranslatedTab, environment: SandboxEnvironment) -> None:
    """Every outcome of an order, and the messages before it."""
    await buys_data(tab, "081712340003", XL, "^Xtra Combo Flex$")
    await tab.reads("⏳ Being processed. Most orders take less than five minutes,")
    await tab.shoot_window("order-processing")
    await tab.types(QUESTION[tab.words.language], "⏳ Being processed. Most orders take less")
    await tab.shoot("question-answered", 2)
    await buys(tab, PHONE, PULSA, TELKOMSEL, TEN)
    await tab.reads(CODE)
    await tab.shoot("order-done", 2)
    await buys(tab, METER, tokens(tab), "^Token$", TWENTY)
    await tab.reads("Your token:")
    await tab.shoot("order-token", 2)
    environment.supplier.fault_settings.status_down = True
    await choose_wallet(tab)
    await tab.types("081234560011", CHECK)
    await tab.tap(pay(tab))
    await tab.reads("🔎 Being checked: the answer is late.")
    await tab.shoot("order-checked")
    environment.supplier.fault_settings.status_down = False
    await tab.reads(CODE)
    await buys_data(tab, "083812340002", AXIS, "^Mini$")
    await tab.reads(BACK)
    await tab.shoot("order-failed", 2)
    await buys(tab, "081234560004")
    await tab.reads("We are checking by hand whether this order went through.")
    await tab.shoot("order-parked", 2)


async def looks_back(tab: TranslatedTab) -> None:
    """Past and open orders."""
    await tab.types("/history", "Your orders")
    await tab.shoot("history")
    await tab.tap("^✅ ")
    await tab.reads("✅ Done.")
    await tab.shoot("history-order")
    await tab.types("/status", "🔎 Being checked by hand.")
    await tab.shoot("open-orders")


async def buys_the_same(tab: TranslatedTab, environment: SandboxEnvironment) -> None:
    """The same product for the same number: just now, and again on the same day."""
    await choose(tab, PULSA, TELKOMSEL, TEN)
    await tab.types(PHONE, "You bought exactly this for this number at {time} ({number}).")
    await tab.shoot("confirm-again", 2)
    date_orders_back(environment)
    await choose(tab, PULSA, TELKOMSEL, TEN)
    await tab.types(PHONE, "This product usually goes to a number once a day")
    await tab.shoot("confirm-once-a-day", 2)
    await tab.types("/cancel", "Your purchase is cancelled.")
