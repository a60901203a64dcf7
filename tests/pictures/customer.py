"""What a customer sees, scene by scene: from the empty chat to every way an order ends."""

from __future__ import annotations

from bot.sandbox.house import House
from tests.pictures.visitor import Visitor

PHONE = "081234567890"
OTHER_BRAND = "083812345678"
METER = "12345678901"
NEXT = " ›$"
FIVE, TWENTY = r"^5[.]000 ", r"^(PLN )?20[.]000 "
MISMATCH = "This number seems to be {other}, the product is {brand}. Go on?"
TELKOMSEL, AXIS = ("Pulsa$", "^Telkomsel$"), ("Pulsa$", "^AXIS$")


async def browses(tab: Visitor) -> None:
    """From nothing at all down to a product that can be bought, one that is shut, and one gone."""
    await tab.shoot_window("empty")
    await tab.start()
    await tab.reads("Hello {name}! Welcome to {shop}.")
    await tab.shoot("welcome")
    await tab.press("🛒 Shop")
    await tab.reads("What do you need?")
    await tab.shoot("types")
    await tab.tap(TELKOMSEL[0])
    await tab.reads("Choose an operator.")
    await tab.shoot("brands")
    await tab.tap(TELKOMSEL[1])
    await tab.reads("Choose a product. Prices are final.")
    await tab.shoot("products")
    for page in (2, 3, 4, 5):
        await tab.tap(f"^{page}{NEXT}")
    await tab.shows("(Halaman|Page) 5 ")
    await tab.shoot("products-closed")
    await tab.tap("^15.000 .*")
    await tab.reads("Shall we tell you when it is back?")
    await tab.shoot("closed")
    await tab.press("‹ Back")
    await tab.shows("(Halaman|Page) 5 ")
    await tab.tap(r"[0-9] (yang kosong|that are out of stock)$")
    await tab.reads("Hide what is out of stock")
    await tab.shoot("out-of-stock")


async def gives_a_number(tab: Visitor) -> None:
    """The three questions, what is no number, and the confirm screen with what it warns of."""
    await choose(tab, *TELKOMSEL, FIVE)
    await tab.shoot("number-phone")
    await tab.types("0812", "A phone number has 10 to 13 digits. Please count again.")
    await tab.shoot("number-wrong", 2)
    await tab.types(PHONE, "Please check once more")
    await tab.shoot("confirm", 2)
    await tab.types(OTHER_BRAND, MISMATCH)
    await tab.shoot("confirm-other-brand", 2)
    await choose(tab, name(tab, "Electricity tokens"), "^Token$", r"^(PLN )?750[.]000 ")
    await tab.types(METER, "Your balance is not enough: you need {missing} more.")
    await tab.shoot("confirm-no-money", 2)
    await choose(tab, name(tab, "Game vouchers"), "^Mobile Legends$", "Diamonds")
    await tab.shoot("number-game")
    await choose(tab, name(tab, "Electricity tokens"), "^Token$", TWENTY)
    await tab.shoot("number-meter")
    await tab.types(METER, "Please check once more")
    await tab.shoot("confirm-meter", 2)


async def choose(tab: Visitor, *labels: str) -> None:
    """Come from /order to the question for a product's destination."""
    *levels, product = labels
    await tab.types("/order", "What do you need?")
    for label in levels:
        await tab.tap(label)
    await tab.tap(product)
    await tab.shows("Kirim |Send ")


def name(tab: Visitor, msgid: str) -> str:
    """Return a pattern for the button of a type."""
    return f"{tab.pattern(msgid)}$"


# --- what becomes of orders ---


async def buys(tab: Visitor, number: str, *labels: str) -> None:
    """Order something for a number, whose last digits say what becomes of it."""
    await choose(tab, *(labels or (*TELKOMSEL, FIVE)))
    await tab.types(number, "Please check once more")
    await tab.tap(f"^{tab.pattern('✅ Pay {price}')}")


async def orders(tab: Visitor, house: House) -> None:
    """Every state of an order, and every way it ends."""
    await house.let_supplier_listen(is_listening=False)
    await buys(tab, "081234561001")
    await tab.reads("🕐 Waiting: the operator cannot be reached just now. We keep trying.")
    await tab.shoot("order-waiting")
    await tab.press("✕ Cancel the order")
    await tab.reads("Your money is back: {price}. Your balance is {balance}.")
    await tab.shoot("order-cancelled", 2)
    await house.let_supplier_listen(is_listening=True)
    await buys(tab, "081234560003")
    await tab.reads("⏳ Being processed. Most orders take less than five minutes.")
    await tab.shoot_window("order-processing")
    await buys(tab, PHONE)
    await tab.reads("Your code or reference number:")
    await tab.shoot("order-done", 2)
    await buys(tab, METER, name(tab, "Electricity tokens"), "^Token$", TWENTY)
    await tab.reads("Your token:")
    await tab.shoot("order-token", 2)
    house.supplier.troubles.status_down = True
    await buys(tab, "081234560011")
    await tab.reads("🔎 Being checked: the answer is late.")
    await tab.shoot("order-checked")
    house.supplier.troubles.status_down = False
    await tab.reads("Your code or reference number:")
    await buys(tab, "081234560002")
    await tab.reads("Your money is back: {price}. Your balance is {balance}.")
    await tab.shoot("order-failed", 2)
    await buys(tab, "081234560004")
    await tab.reads("🔎 Being checked by hand.")
    await tab.shoot("order-parked")


async def looks_back(tab: Visitor) -> None:
    """The orders that were, and those under way."""
    await tab.types("/history", "Your orders")
    await tab.shoot("history")
    await tab.tap("^✅ K")
    await tab.reads("✅ Done.")
    await tab.shoot("history-order")
    await tab.types("/status", "🔎 Being checked by hand.")
    await tab.shoot("open-orders")


async def tops_up(tab: Visitor) -> None:
    """The wallet, and asking for more."""
    await tab.types("/balance", "Latest")
    await tab.shoot("wallet")
    await tab.press("➕ Ask for a top-up")
    await tab.reads("The shop tells you how to pay, and credits it once the money is there.")
    await tab.shoot("topup")
    await tab.types("50.00", "That can be read in two ways.")
    await tab.shoot("topup-wrong", 2)
    await tab.types("75rb", "When you have paid, send the picture of the transfer here.")
    await tab.page.locator("#messages .photo img").last.wait_for()
    await tab.shoot("topup-pay", 2)
    await tab.types("/balance", "Latest")
    await tab.press("➕ Ask for a top-up")
    await tab.reads("You have asked for this already")
    await tab.shoot("topup-open")
    await tab.press("✕ Cancel it")
    await tab.reads("Your top-up of {amount} is cancelled.")
    await tab.shoot("topup-cancelled")


async def asks(tab: Visitor) -> None:
    """The language, the help, the way out, and what nobody understands."""
    await tab.types("/language", "Which language do you prefer?")
    await tab.shoot("language")
    await tab.types("/help", "/history: your orders, with their codes")
    await tab.shoot("help")
    await choose(tab, *TELKOMSEL, FIVE)
    await tab.types("/cancel", "Your purchase is cancelled.")
    await tab.shoot("cancelled", 2)
    await tab.types("/foo", "There is no such command.")
    await tab.shoot("unknown-command", 2)
