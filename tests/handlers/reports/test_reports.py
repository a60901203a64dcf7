"""/report: what was sold and earned, for those who may see costs."""

from __future__ import annotations

from bot.domain.sales import Profit, Sales
from bot.services.supplier_money import SupplierMoney
from handlers.ui.i18n import load_languages
from handlers.ui.shop_figures import supplier_line, today_line
from handlers.ui.staff_buttons import ShowReport
from tests.handlers.admins import INDONESIAN_ADMIN
from tests.handlers.harness import BotHarness
from tests.services.shop import ANNI

WORDS = load_languages()["id"]


async def test_an_owner_reads_the_days_figures(harness: BotHarness) -> None:
    shop = harness.shop
    await harness.say("/laporan", INDONESIAN_ADMIN)
    assert "Belum ada yang terjual" in harness.text(INDONESIAN_ADMIN)
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success"))
    await harness.say("/credit 1001 300", INDONESIAN_ADMIN)
    await harness.press("Bonus", INDONESIAN_ADMIN)
    await harness.press("Tambahkan", INDONESIAN_ADMIN)
    await harness.say("/report", INDONESIAN_ADMIN)
    assert harness.text(INDONESIAN_ADMIN) == (
        "📊 Hari ini\n14 Mar 2026\n\n"
        "Terjual: 1\nOmzet: Rp11.200\nModal: Rp10.200\nBonus: Rp300\nUntung: Rp700\n\n"
        "Paling laku\nTelkomsel: 1 pesanan, omzet Rp11.200, untung Rp1.000"
    )
    await harness.press("7 hari terakhir", INDONESIAN_ADMIN)
    assert "8 Mar 2026 s.d. 14 Mar 2026" in harness.text(INDONESIAN_ADMIN)
    await harness.press("Bulan lalu", INDONESIAN_ADMIN)
    assert "1 Feb 2026 s.d. 28 Feb 2026" in harness.text(INDONESIAN_ADMIN)
    await harness.set_settings(timezone="Asia/Jayapura")
    await harness.press("Kemarin", INDONESIAN_ADMIN)
    assert "Kemarin\n13 Mar 2026" in harness.text(INDONESIAN_ADMIN)


async def test_others_do_not_learn_that_there_are_reports(harness: BotHarness) -> None:
    await harness.say("/laporan", ANNI)
    assert "Terjual" not in harness.text(ANNI)
    assert "versi lama" in (await harness.forge(ShowReport(0), ANNI)).text
    await harness.say("/start", INDONESIAN_ADMIN)
    assert "versi lama" in (await harness.forge(ShowReport(9), INDONESIAN_ADMIN)).text


def test_the_lines_of_the_owners_first_screen() -> None:
    today = Profit(Sales(42, 1_284_000, 61_300))
    line = today_line(WORDS, today, shows_profit=True)
    assert line == "Hari ini: 42 terjual · omzet Rp1.284.000 · untung Rp61.300"
    assert "untung" not in today_line(WORDS, today, shows_profit=False)
    for hours, lasts in ((9, " (±9 jam)"), (48, " (±2 hari)"), (None, "")):
        shown = supplier_line(WORDS, SupplierMoney(812_000, None, hours))
        assert shown == f"Supplier: Rp812.000{lasts}"
