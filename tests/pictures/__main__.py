"""`python -m tests.pictures`: take a picture of every screen in a real sandbox, into `pictures/`.

The few in docs/pictures, which README and the docs show, are replaced by their new versions.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

from playwright.async_api import Browser, ViewportSize

from bot.sandbox.environment import SandboxEnvironment
from handlers.ui.i18n import JAKARTA, load_languages
from tests.browser.chromium import ROOT, a_browser, open_sandbox
from tests.pictures import (
    admin_screens,
    customer,
    owner_day,
    page,
    purchases,
    questions,
    regular_customer,
    topups,
)
from tests.pictures.camera import Camera
from tests.pictures.sandbox import LimitedSandbox, UnlimitedSandbox, open_arranged
from tests.pictures.translated_tab import TranslatedTab

FOLDER = ROOT / "pictures"
KEPT = ROOT / "docs" / "pictures"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 820}
SHARPNESS = 1.25
"""Device pixels per CSS pixel on a phone: sharp, since the picture is shown smaller."""
READERS = {"id": "Budi", "en": "Sarah"}
ADMIN = "Pak Admin"
TODAY = "Today: {count} sold · turnover {turnover} · profit {profit}"


async def take(folder: Path) -> None:
    """Take every picture."""
    async with a_browser() as browser:
        with tempfile.TemporaryDirectory(prefix="konter-") as data:
            async with open_arranged(LimitedSandbox(Path(data))) as address:
                await take_page_and_limits(TabFactory(browser, address, folder))
        with tempfile.TemporaryDirectory(prefix="konter-") as data:
            shop = UnlimitedSandbox(Path(data), has_first_start=True)
            async with open_sandbox(shop, is_new_shop=True) as address:
                await take_owners_day(TabFactory(browser, address, folder))
        with tempfile.TemporaryDirectory(prefix="konter-") as data:
            environment = UnlimitedSandbox(Path(data))
            async with open_arranged(environment) as address:
                await take_screens(environment, TabFactory(browser, address, folder))


class TabFactory:
    """Opens tabs, each for one person, with a camera."""

    def __init__(self, browser: Browser, address: str, folder: Path) -> None:
        """Save pictures in `folder`."""
        self._browser = browser
        self._address = address
        self._folder = folder

    async def open(self, language: str, person: str, *, is_dark: bool = False) -> TranslatedTab:
        """Open the page on a phone, as a person who reads a language."""
        return await self._open(language, person, PHONE, is_dark=is_dark)

    async def open_desk(
        self, language: str, person: str, *, is_dark: bool = False
    ) -> TranslatedTab:
        """Open the same in a desktop window."""
        return await self._open(language, person, DESK, is_dark=is_dark)

    async def _open(
        self, language: str, person: str, viewport: ViewportSize, *, is_dark: bool
    ) -> TranslatedTab:
        page = await self._browser.new_page(
            viewport=viewport,
            device_scale_factor=1 if viewport is DESK else SHARPNESS,
            reduced_motion="reduce",
            timezone_id=JAKARTA.key,
            color_scheme="dark" if is_dark else "light",
        )
        await page.goto(self._address)
        words = load_languages()[language]
        tab = TranslatedTab(page, self._address, words, Camera(page, self._folder))
        await tab.be(person)
        return tab


async def take_screens(environment: SandboxEnvironment, studio: TabFactory) -> None:
    """Take the pictures of all screens, in both languages."""
    admin = await studio.open("id", ADMIN)
    await admin.start()
    await admin.expect_text(TODAY)
    for language, person in READERS.items():
        tab = await studio.open(language, person)
        await customer.browse_catalogue(tab)
        await customer.show_empty_lists(tab)
        await customer.choose_data_pack(tab)
        await customer.give_numbers(tab)
        await customer.share_own_number(tab)
        await customer.confirm_changed_price(tab, environment)
        await purchases.cancel_waiting_order(tab, environment)
        await purchases.show_outcomes(tab, environment)
        await purchases.show_history(tab)
        await purchases.buy_again(tab, environment)
        await regular_customer.use_shortcuts(tab)
        await regular_customer.ask_for_restock_notice(tab, environment)
        await regular_customer.name_number(tab)
        await regular_customer.make_receipts(tab)
        await topups.top_up(tab)
        await questions.show_help_and_terms(tab)
        if language != admin.words.language:
            await admin.ask("/help", "For the shop's staff")
            await admin.tap("English")
            admin.words = tab.words
            await admin.expect_text(TODAY)
        await admin_screens.take_all(admin, tab, environment)


async def take_owners_day(studio: TabFactory) -> None:
    """Take the pictures of an owner's day in a new shop, in Indonesian."""
    admin = await studio.open("id", ADMIN)
    await owner_day.take_all(admin, await studio.open("id", READERS["id"]))


async def take_page_and_limits(studio: TabFactory) -> None:
    """Take the pictures of the page itself, after one sale, and of the limit on updates."""
    for show, is_dark in ((page.show_by_day, False), (page.show_by_night, True)):
        phone = await studio.open("en", READERS["en"], is_dark=is_dark)
        await show(phone, await studio.open_desk("en", READERS["en"], is_dark=is_dark))
    for language, person in READERS.items():
        await questions.write_too_fast(await studio.open(language, person))


def main() -> None:
    """Run the command."""
    with tempfile.TemporaryDirectory(prefix="konter-") as taken:
        asyncio.run(take(Path(taken)))
        shutil.rmtree(FOLDER, ignore_errors=True)
        shutil.copytree(taken, FOLDER)
    for picture in KEPT.iterdir():
        shutil.copy(FOLDER / picture.name, picture)


if __name__ == "__main__":
    main()
