"""The page itself: people, chat and side panel, in light and dark colours."""

from __future__ import annotations

from tests.pictures.purchases import buy
from tests.pictures.translated_tab import TranslatedTab

TABS = ("Supplier", "Telegram", "Bot", "Log")


async def show_by_day(phone: TranslatedTab, desk: TranslatedTab) -> None:
    """Take a chat, the panel over it, the list of people, and each tab of the panel."""
    await desk.start()
    await desk.expect_text("Your balance: {balance}")
    await buy(desk, "081311112222")
    await desk.expect_text("SN / code:")
    await desk.camera.whole("page-desk")
    await phone.camera.whole("page-chat")
    await phone.open_panel("Supplier")
    await phone.camera.whole("page-panel")
    await phone.page.get_by_role("button", name="Close").click()
    await phone.page.get_by_label("Back to the list of people").click()
    await phone.camera.whole("page-people")
    for tab in TABS:
        await desk.open_panel(tab)
        await desk.camera.part(f"page-{tab.lower()}", "#side-panel")


async def show_by_night(phone: TranslatedTab, desk: TranslatedTab) -> None:
    """Take the same in dark colours."""
    await phone.camera.whole("page-chat-dark")
    await desk.camera.whole("page-desk-dark")
