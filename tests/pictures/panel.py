"""The page itself: the list of people, the desk, and the side panel's tabs, by day and by night."""

from __future__ import annotations

from tests.pictures.visitor import Visitor

TABS = ("Supplier", "Telegram", "Bot", "Log")


async def on_the_phone(tab: Visitor, suffix: str) -> None:
    """The list of people, a chat, and the panel over it."""
    await tab.camera.whole(f"page-chat{suffix}")
    await tab.counter("Supplier")
    await tab.camera.whole(f"page-panel{suffix}")
    await tab.page.get_by_role("button", name="Close").click()
    await tab.page.get_by_label("Back to the list of people").click()
    await tab.camera.whole(f"page-people{suffix}")


async def on_the_desk(tab: Visitor, suffix: str) -> None:
    """The whole window, and each tab of the side panel."""
    await tab.camera.whole(f"page-desk{suffix}")
    for one in TABS:
        await tab.counter(one)
        await tab.camera.part(f"page-{one.lower()}{suffix}", "#counter")
