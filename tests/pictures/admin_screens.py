"""Screens of an admin: figures, parked orders, adjustments, top-ups, and alerts."""

from __future__ import annotations

from bot.sandbox.environment import SandboxEnvironment
from bot.sandbox.telegram.server import BUDI, SARAH
from tests.pictures.customer import CHECK, FIVE, PHONE, PULSA, TELKOMSEL, choose
from tests.pictures.purchases import CODE, buys
from tests.pictures.topups import asks_for_money, proves
from tests.pictures.translated_tab import TranslatedTab

ALERTS = {
    "id": ("081234560034", "Your deposit at the supplier is too low"),
    "en": ("081234560032", "The supplier is under maintenance."),
}


async def keeps_shop(
    tab: TranslatedTab, customer: TranslatedTab, environment: SandboxEnvironment
) -> None:
    """Take all screens of an admin."""
    await looks(tab)
    await settles(tab, environment)
    await looks_for_a_reference(tab, customer, environment)
    await moves_money(tab)
    await decides(tab, customer)
    await is_warned(tab, customer)
    await is_called(tab, customer)
    await pauses(tab, customer)


async def looks(tab: TranslatedTab) -> None:
    """The first screen, pending decisions, the shop's money, and its status."""
    await tab.types("/start", "Your balance: {balance}")
    await tab.shoot("admin-welcome")
    await tab.tap("^⚖️")
    await tab.reads("Waiting for your decision")
    await tab.shoot("admin-decisions")
    await tab.types("/balance", "The shop's money")
    await tab.shoot("admin-balance")
    await tab.types("/status K3", "State: {state}")
    await tab.shoot("admin-found")
    await tab.types("/status", "Shop status")
    await tab.shoot("admin-status")


async def settles(tab: TranslatedTab, environment: SandboxEnvironment) -> None:
    """A parked order: its evidence, and a refund in spite of a doubt."""
    await tab.tap("^🔎 K")
    await tab.reads("{number} needs your decision")
    await tab.shoot("admin-parked")
    environment.supplier.fault_settings.status_down = True
    await tab.press("↩️ Refund")
    await tab.reads("If the goods arrive after the money is given back, the shop bears the loss.")
    await tab.shoot("admin-refund-doubt")
    await tab.press("Refund all the same")
    await tab.reads("{number}: the money is given back, and the customer will be told.")
    await tab.shoot("admin-refunded")
    environment.supplier.fault_settings.status_down = False


async def looks_for_a_reference(
    tab: TranslatedTab, customer: TranslatedTab, environment: SandboxEnvironment
) -> None:
    """The supplier's answer named another number, so the admin has to attach a row."""
    await buys(customer, "081234560019")
    await tab.reads("{number} needs your decision")
    await tab.shoot("admin-parked-unknown")
    await tab.types("/recon", "Compared with the supplier")
    await tab.shoot("admin-recon", 2)
    await tab.types("/status", "Shop status")
    await tab.tap("^🔎 K")
    await tab.press("📎 Attach a reference")
    await tab.reads("Which reference belongs to {number}?")
    await tab.shoot("admin-reference")
    await tab.types(environment.supplier.orders[-1].ref_id, "The reference is attached.")
    await customer.reads(CODE)


async def moves_money(tab: TranslatedTab) -> None:
    """A credit to a customer, and a deposit at the supplier."""
    await tab.types("/credit", "Write it like this: {example}")
    await tab.shoot("admin-credit-usage", 2)
    customer = BUDI if tab.words.language == "id" else SARAH
    await tab.types(f"/credit {customer.user_id} 50rb bonus", "Nothing has moved yet. The button")
    await tab.shoot("admin-credit", 2)
    await tab.tap(f"^{tab.pattern('✅ Credit {amount}')}$")
    await tab.reads("Credited: {amount}")
    await tab.shoot("admin-credited")
    await tab.types("/deposit 500.000", "Nothing is noted yet. The button")
    await tab.shoot("admin-deposit", 2)
    await tab.tap(f"^{tab.pattern('✅ Note {amount}')}$")
    await tab.reads("At the supplier now, as tracked: {balance}")


async def decides(tab: TranslatedTab, customer: TranslatedTab) -> None:
    """A customer's request for a top-up."""
    await asks_for_money(customer, "100[.,]000")
    await tab.reads("Approve it only once the money is there.")
    await tab.shoot("admin-topup")
    await proves(customer)
    await customer.shoot("topup-proof", 2)
    await tab.page.locator("#messages .message.in .photo img").last.wait_for()
    await tab.reads("Approve it only once the money is there.")
    await tab.shoot("admin-proof")
    await tab.press("✏️ Other amount")
    await tab.reads("How much arrived instead of {amount}?")
    await tab.shoot("admin-topup-amount")
    await tab.types("/cancel", "Fine, the top-up is still to be decided.")
    await tab.types("/help", "For admins")
    await tab.shoot("admin-help")
    await is_refused(tab, customer)
    await asks_for_money(customer, "50[.,]000", "💰 Another amount")
    await tab.reads("Approve it only once the money is there.")
    await tab.press("✅ Approve")
    await tab.reads("✅ {amount} credited by {admin}, {time}")
    await tab.shoot("admin-topup-settled")
    await customer.reads("Your top-up of {amount} has arrived.")
    await customer.shoot("topup-arrived")


async def is_refused(tab: TranslatedTab, customer: TranslatedTab) -> None:
    """A top-up is rejected with a reason, which the customer reads."""
    await asks_for_money(customer, "200[.,]000", "💰 Another amount")
    await tab.reads("Approve it only once the money is there.")
    await tab.press("💬 Reject + reason")
    await tab.reads("Why is the top-up of {amount} rejected?")
    await tab.shoot("admin-topup-reason")
    await tab.say("Belum ada uang masuk" if tab.words.language == "id" else "No money has arrived")
    await customer.reads("The shop says: {reason}")
    await customer.shoot("topup-rejected")


async def is_warned(tab: TranslatedTab, customer: TranslatedTab) -> None:
    """The supplier refuses an order.

    An alert is rate-limited, so each language uses another one.
    """
    number, alert = ALERTS[tab.words.language]
    await buys(customer, number)
    await tab.reads(alert)
    await tab.shoot("admin-alert")


async def is_called(tab: TranslatedTab, customer: TranslatedTab) -> None:
    """A customer asks for help with an order."""
    await customer.types("/history", "Your orders")
    await customer.tap_first("^❌ ")
    await customer.press("💬 Ask the shop")
    await customer.page.locator("#alert").wait_for()
    await customer.shoot_window("help-asked")
    await customer.page.get_by_role("button", name="OK", exact=True).click()
    await tab.reads("A customer asks for help with {number}")
    await tab.shoot("admin-help-asked")


async def pauses(tab: TranslatedTab, customer: TranslatedTab) -> None:
    """The shop is paused, which customers read before they pay, and reopened."""
    await tab.types("/pause libur dulu", "The shop is paused.")
    await tab.shoot("admin-paused", 2)
    await customer.types("/start", "The shop is taking a break.")
    await customer.press("🔔 Tell me when it opens")
    await customer.shows(customer.pattern("🔕 Turn the reminder off"))
    await customer.shoot("welcome-paused")
    await choose(customer, PULSA, TELKOMSEL, FIVE)
    await customer.types(PHONE, CHECK)
    await customer.shoot("confirm-paused")
    await tab.types("/resume", "The shop sells again.")
    await tab.shoot("admin-resumed", 2)
    await customer.reads("The shop is open again.")
    await customer.shoot("shop-open")
