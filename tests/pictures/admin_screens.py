"""Screens of an admin: figures, parked orders, adjustments, top-ups, and alerts."""

from __future__ import annotations

from bot.sandbox.environment import SandboxEnvironment
from bot.sandbox.telegram.server import BUDI, SARAH
from tests.pictures.customer import CHECK, FIVE, PHONE, PULSA, TELKOMSEL, choose
from tests.pictures.purchases import CODE, buy
from tests.pictures.topups import request_topup, send_proof
from tests.pictures.translated_tab import TranslatedTab

ALERTS = {
    "id": ("081234560034", "The supplier refused an order because your deposit there is too low"),
    "en": ("081234560032", "The supplier is under maintenance."),
}


async def take_all(
    tab: TranslatedTab, customer: TranslatedTab, environment: SandboxEnvironment
) -> None:
    """Take all screens of an admin."""
    await show_overview(tab)
    await refund_parked_order(tab, environment)
    await attach_reference(tab, customer, environment)
    await move_money(tab)
    await decide_topups(tab, customer)
    await show_alert(tab, customer)
    await show_help_request(tab, customer)
    await pause_shop(tab, customer)


async def show_overview(tab: TranslatedTab) -> None:
    """The first screen, pending decisions, the shop's money, and its status."""
    await tab.ask("/start", "Needs you: {count} · oldest {age}")
    await tab.shoot("admin-welcome")
    await tab.tap("^🔔")
    await tab.expect_text("Waiting for you: {count}")
    await tab.shoot("admin-decisions")
    await tab.ask("/balance", "The shop's money")
    await tab.shoot("admin-balance")
    await tab.ask("/status K3", "State: {state}")
    await tab.shoot("admin-found")
    await tab.ask("/status", "Shop status")
    await tab.shoot("admin-status")


async def refund_parked_order(tab: TranslatedTab, environment: SandboxEnvironment) -> None:
    """A parked order: its evidence, and a refund in spite of a doubt."""
    await tab.tap("^🔎 K")
    await tab.expect_text("{number} needs your decision")
    await tab.shoot("admin-parked")
    environment.supplier.fault_settings.status_down = True
    await tab.press("↩️ Refund")
    await tab.expect_text(
        "If the goods arrive after the money is given back, the shop bears the loss."
    )
    await tab.shoot("admin-refund-doubt")
    await tab.press("Refund all the same")
    await tab.expect_text("{number}: the money is given back, and the customer will be told.")
    await tab.shoot("admin-refunded")
    environment.supplier.fault_settings.status_down = False


async def attach_reference(
    tab: TranslatedTab, customer: TranslatedTab, environment: SandboxEnvironment
) -> None:
    """The supplier's answer named another number, so the admin has to attach a row."""
    await buy(customer, "081234560019")
    await tab.expect_text("{number} needs your decision")
    await tab.shoot("admin-parked-unknown")
    await tab.ask("/recon", "Compared with the supplier")
    await tab.shoot("admin-recon", 2)
    await tab.ask("/status", "Shop status")
    await tab.tap("^🔎 K")
    await tab.press("📎 Attach a reference")
    await tab.expect_text("Which reference belongs to {number}?")
    await tab.shoot("admin-reference")
    await tab.ask(environment.supplier.orders[-1].ref_id, "The reference is attached.")
    await customer.expect_text(CODE)


async def move_money(tab: TranslatedTab) -> None:
    """A credit to a customer, and a deposit at the supplier."""
    await tab.ask("/credit", "Write it like this: {example}")
    await tab.shoot("admin-credit-usage", 2)
    customer = BUDI if tab.words.language == "id" else SARAH
    await tab.ask(f"/credit {customer.user_id} 50rb bonus", "Where does the money come from?")
    await tab.shoot("admin-credit-source", 2)
    await tab.tap(f"^{tab.pattern('🎁 Bonus')}$")
    await tab.expect_text("Nothing has moved yet. The button")
    await tab.shoot("admin-credit", 2)
    await tab.tap(f"^{tab.pattern('✅ Credit {amount}')}$")
    await tab.expect_text("Credited: {amount}")
    await tab.shoot("admin-credited")
    await tab.ask("/deposit 500.000", "Nothing is noted yet. The button")
    await tab.shoot("admin-deposit", 2)
    await tab.tap(f"^{tab.pattern('✅ Note {amount}')}$")
    await tab.expect_text("At the supplier now, as tracked: {balance}")


async def decide_topups(tab: TranslatedTab, customer: TranslatedTab) -> None:
    """A customer's request for a top-up."""
    await request_topup(customer, "100[.,]000")
    await tab.expect_text("Approve it only once the money is there.")
    await tab.shoot("admin-topup")
    await send_proof(customer)
    await customer.shoot("topup-proof", 2)
    await tab.page.locator("#messages .message.in .photo img").last.wait_for()
    await tab.expect_text("Approve it only once the money is there.")
    await tab.shoot("admin-proof")
    await tab.press("✏️ Other amount")
    await tab.expect_text("How much arrived instead of {amount}?")
    await tab.shoot("admin-topup-amount")
    await tab.ask("/cancel", "Fine, the top-up is still to be decided.")
    await tab.ask("/help", "For the shop's staff")
    await tab.shoot("admin-help")
    await reject_topup(tab, customer)
    await request_topup(customer, "50[.,]000", "💰 Another amount")
    await tab.expect_text("Approve it only once the money is there.")
    await tab.press("✅ Approve")
    await tab.expect_text("✅ {amount} credited by {admin}, {time}")
    await tab.shoot("admin-topup-settled")
    await customer.expect_text("Your top-up of {amount} has arrived.")
    await customer.shoot("topup-arrived")


async def reject_topup(tab: TranslatedTab, customer: TranslatedTab) -> None:
    """A top-up is rejected with a reason, which the customer reads."""
    await request_topup(customer, "200[.,]000", "💰 Another amount")
    await tab.expect_text("Approve it only once the money is there.")
    await tab.press("💬 Reject + reason")
    await tab.expect_text("Why is the top-up of {amount} rejected?")
    await tab.shoot("admin-topup-reason")
    await tab.say("Belum ada uang masuk" if tab.words.language == "id" else "No money has arrived")
    await customer.expect_text("The shop says: {reason}")
    await customer.shoot("topup-rejected")


async def show_alert(tab: TranslatedTab, customer: TranslatedTab) -> None:
    """The supplier refuses an order.

    An alert is rate-limited, so each language uses another one.
    """
    number, alert = ALERTS[tab.words.language]
    await buy(customer, number)
    await tab.expect_text(alert)
    await tab.shoot("admin-alert")


async def show_help_request(tab: TranslatedTab, customer: TranslatedTab) -> None:
    """A customer asks for help with an order."""
    await customer.ask("/history", "Your orders")
    await customer.tap_first("^❌ ")
    await customer.press("💬 Ask the shop")
    await customer.page.locator("#alert").wait_for()
    await customer.shoot_window("help-asked")
    await customer.page.get_by_role("button", name="OK", exact=True).click()
    await tab.expect_text("A customer asks for help with {number}")
    await tab.shoot("admin-help-asked")


async def pause_shop(tab: TranslatedTab, customer: TranslatedTab) -> None:
    """The shop is paused, which customers read before they pay, and reopened."""
    await tab.ask("/pause libur dulu", "The shop is paused.")
    await tab.shoot("admin-paused", 2)
    await customer.ask("/start", "The shop is taking a break.")
    await customer.press("🔔 Tell me when it opens")
    await customer.expect_pattern(customer.pattern("🔕 Turn the reminder off"))
    await customer.shoot("welcome-paused")
    await choose(customer, PULSA, TELKOMSEL, FIVE)
    await customer.ask(PHONE, CHECK)
    await customer.shoot("confirm-paused")
    await tab.ask("/resume", "The shop sells again.")
    await tab.shoot("admin-resumed", 2)
    await customer.expect_text("The shop is open again.")
    await customer.shoot("shop-open")
