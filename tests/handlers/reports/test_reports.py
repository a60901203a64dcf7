"""/report: what was sold and earned, for those who may see costs."""

from __future__ import annotations

from bot.domain.notice import Notice, NoticeKind
from bot.domain.sales import Profit, Sales
from bot.services.supplier_money import SupplierMoney
from handlers.reports.summary_texts import summary_text
from handlers.ui.html import plain
from handlers.ui.i18n import load_languages
from handlers.ui.shop_figures import supplier_line, today_line
from handlers.ui.staff_buttons import ShowReport
from tests.handlers.admins import INDONESIAN_ADMIN
from tests.handlers.harness import BotHarness
from tests.services.shop import ADMIN_CHAT, ANNI, NOON

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


async def test_the_daily_summary_reaches_every_owner_in_their_language(
    harness: BotHarness,
) -> None:
    shop = harness.shop
    await harness.say("/start", INDONESIAN_ADMIN)
    await harness.set_settings(summary_hour=12)
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success"))
    await shop.parked()
    await shop.daily_summary.step()
    await harness.deliver.deliver()
    shown = harness.text(INDONESIAN_ADMIN)
    assert shown == (
        "📊 Ringkasan harian\n14 Mar 2026, sampai pukul 12.10 WIB\n\n"
        "Terjual: 1\nOmzet: Rp11.200\nModal: Rp10.200\nUntung: Rp1.000\n\n"
        "Isi saldo masuk: Rp300.000 (3 kali)\n"
        "Supplier: -Rp10.200 (±0 jam)\nPerlu kamu: 1 · tertua kurang dari semenit"
    )
    await harness.press("Perlu kamu", INDONESIAN_ADMIN)


def test_a_summary_of_a_day_without_sales_or_payments() -> None:
    data = dict.fromkeys(
        ("sold", "turnover", "margin", "bonuses", "payments", "paid_in", "waiting"), 0
    )
    notice = Notice(
        ADMIN_CHAT,
        NoticeKind.DAY_SUMMARY,
        "summary:2026-03-14",
        NOON,
        data={**data, "since": "2026-03-14T00:00:00+09:00", "supplier": 812_000, "hours_left": 9},
    )
    assert plain(summary_text(load_languages()["en"], notice)) == (
        "📊 Daily summary\n14 Mar 2026\n\nNothing was sold.\n\n"
        "No customer paid in.\nSupplier: Rp812,000 (±9 hours)\nNothing needs you."
    )
