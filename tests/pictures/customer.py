"""Screens of a customer before paying: from the empty chat to the confirm screen."""

from __future__ import annotations

from bot.sandbox.environment import SandboxEnvironment
from tests.pictures.sandbox import raise_price, until_fetched
from tests.pictures.translated_tab import TranslatedTab

PHONE = "081234567890"
OTHER_BRAND = "083812345678"
METER = "12345678901"
FIVE, TEN, TWENTY = r"^5[.,]000 ", r"^10[.,]000 ", r"^(PLN )?20[.,]000 "
CLOSED = r"^15[.,]000 "
EMPTY = "(yang kosong|out of stock)$"
PRICED = r" · Rp"
MISMATCH = "This number seems to be {other}, but the product is {brand}. Go on?"
CHECK = "Please check once more"
PULSA, TELKOMSEL = "Pulsa$", "^Telkomsel$"
COMBO, WALLET = "Combo Sakti", "DN10"


async def browse_catalogue(tab: TranslatedTab) -> None:
    """From the empty chat to products: one on sale, one closed, and one out of stock."""
    await tab.shoot_window("empty")
    await tab.start()
    await tab.expect_text("Hello {name}! Welcome to {shop}.")
    await tab.shoot("welcome")
    await tab.press("🛒 Shop")
    await tab.expect_text("What do you need?")
    await tab.shoot("types")
    await tab.tap(PULSA)
    await tab.expect_text("Choose an operator.")
    await tab.shoot("brands")
    await tab.tap(TELKOMSEL)
    await tab.expect_text("Choose a product. No extra fees.")
    await tab.shoot("products")
    await tab.tap(tab.pattern("Other options ({count})"))
    await tab.expect_text("The same products in another way:")
    await tab.shoot("products-sources")
    await tab.turn(tab.pattern("Hide the other options"))
    await tab.reach(CLOSED)
    await tab.shoot("products-closed")
    await tab.tap(CLOSED)
    await tab.expect_text("Shall we tell you when it is back?")
    await tab.shoot("closed")
    await tab.turn(f"^{tab.pattern('‹ Back')}$")
    await tab.turn(EMPTY)
    await tab.expect_text("Hide what is out of stock")
    await tab.shoot("out-of-stock")


async def show_empty_lists(tab: TranslatedTab) -> None:
    """Answers of the commands before the first purchase."""
    await tab.ask("/history", "You have not ordered anything yet.")
    await tab.ask("/status", "You have no order under way.")
    await tab.ask("/numbers", "There are no saved numbers yet.")
    await tab.shoot("nothing-yet", 6)


async def choose_data_pack(tab: TranslatedTab) -> None:
    """Data packs: operators, kinds, packs, and a long name on the confirm screen."""
    await tab.ask("/order", "What do you need?")
    await tab.tap(data(tab))
    await tab.tap(TELKOMSEL)
    await tab.expect_text("Choose a kind.")
    await tab.shoot("kinds")
    await tab.tap(COMBO)
    await tab.expect_text("Choose a product. No extra fees.")
    await tab.shoot("products-data")
    await tab.tap_first(PRICED)
    await tab.expect_pattern("Kirim |Send ")
    await tab.ask(PHONE, CHECK)
    await tab.shoot("confirm-data", 2)


async def give_numbers(tab: TranslatedTab) -> None:
    """The three questions for a number, an invalid number, and the confirm screen's warnings."""
    await choose(tab, PULSA, TELKOMSEL, FIVE)
    await tab.shoot("number-phone")
    await tab.ask("0812", "A phone number has 10 to 13 digits. Please count again.")
    await tab.shoot("number-wrong", 2)
    await tab.ask(PHONE, CHECK)
    await tab.shoot("confirm", 2)
    await choose(tab, PULSA, TELKOMSEL, FIVE)
    await tab.ask(OTHER_BRAND, MISMATCH)
    await tab.shoot("confirm-other-brand", 2)
    await choose(tab, tokens(tab), "^Token$", r"^(PLN )?750[.,]000 ")
    await tab.ask(METER, "Your balance is not enough: you need {missing} more.")
    await tab.shoot("confirm-no-money", 2)
    await choose(tab, name(tab, "Game vouchers"), "^Mobile Legends$", " DM ")
    await tab.shoot("number-game")
    await choose(tab, tokens(tab), "^Token$", TWENTY)
    await tab.shoot("number-meter")
    await tab.ask(METER, CHECK)
    await tab.shoot("confirm-meter", 2)


async def share_own_number(tab: TranslatedTab) -> None:
    """Telegram's button that sends the customer's own number."""
    await choose(tab, PULSA, TELKOMSEL, FIVE)
    await tab.tap(tab.pattern("My number"))
    await tab.expect_text("Press the button at the bottom to send your own number.")
    await tab.page.locator("#reply-keyboard button").wait_for()
    await tab.shoot_window("number-mine")


async def confirm_changed_price(tab: TranslatedTab, environment: SandboxEnvironment) -> None:
    """The price changes while the confirm screen is open."""
    await choose_wallet(tab)
    await tab.ask(PHONE, CHECK)
    raise_price(environment, WALLET)
    await until_fetched(environment)
    await tab.tap(pay(tab))
    await tab.expect_text("The price has just changed; it was {price}. Is the new price fine?")
    await tab.shoot("confirm-changed")


# --- ways to a product ---


async def choose(tab: TranslatedTab, *labels: str) -> None:
    """Go from /order to the question for a product's destination."""
    *levels, product = labels
    await tab.ask("/order", "What do you need?")
    for label in levels:
        await tab.turn(label)
    await tab.reach(product)
    await tab.tap_first(product)
    await tab.expect_pattern("Kirim |Send ")


async def choose_wallet(tab: TranslatedTab) -> None:
    """Go to the question for the number of an e-wallet."""
    await choose(tab, name(tab, "E-money"), "^DANA$", TEN)


def name(tab: TranslatedTab, msgid: str) -> str:
    """Return the pattern of a product type's button."""
    return f"{tab.pattern(msgid)}$"


def data(tab: TranslatedTab) -> str:
    """Return the pattern of the button for data packs."""
    return name(tab, "Data packs")


def tokens(tab: TranslatedTab) -> str:
    """Return the pattern of the button for electricity tokens."""
    return name(tab, "Electricity tokens")


def pay(tab: TranslatedTab) -> str:
    """Return the pattern of the confirm button."""
    return f"^{tab.pattern('✅ Pay {price}')}"
