"""/recon: differences between the supplier's rows and our orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.errors import SupplierReadError
from bot.domain.money import Rupiah
from bot.domain.order import IDS_PER_EPOCH, OrderId
from bot.domain.supplier_comparison import Finding, FindingKind
from bot.domain.supplier_row import SupplierRow
from bot.services.orders.supplier_comparison import ComparisonReport
from handlers.admin.supplier_comparison_texts import KINDS, recon_text, settled_text
from handlers.ui.html import plain
from handlers.ui.i18n import load_languages
from tests.handlers.admins import AIDE, BOSS, acts, with_aide
from tests.handlers.builders import HOSTILE, NOW
from tests.handlers.counter import Counter
from tests.services.shop import NOON

LIMIT = 4096
LANGUAGES = load_languages()
ROW = SupplierRow("hand<1>", "SM10", "081299999999", Rupiah(10_200), "success", "", "", NOON)
FINDING = Finding(FindingKind.UNCLAIMED, "r1", "SM10", NOW)
EMPTY = ComparisonReport(NOW, rows=0, skipped=0, in_doubt=0, findings=())


async def test_a_report_without_differences_says_so(counter: Counter) -> None:
    await counter.say("/recon", BOSS)
    text = counter.text(BOSS)
    assert "0 baris dicocokkan, 0 tanpa pesanan." in text
    assert "✅ Semuanya cocok." in text


async def test_an_unclaimed_row_is_listed_until_it_is_settled(counter: Counter) -> None:
    await with_aide(counter)
    counter.shop.supplier.shows(ROW)
    counter.shop.clock.advance(3_600)
    await counter.say("/recon", AIDE)
    assert len(counter.said(AIDE)) == 1  # The admin who asked gets no alert as well.
    text = counter.text(AIDE)
    assert "hand<1>" in counter.text(BOSS)
    assert "1 row compared, 1 unclaimed." in text
    assert "hand<1> · belongs to no order · SM10 081299999999 10200 success" in text
    await counter.say("/recon hand<1>", AIDE)
    assert "hand<1> is settled" in counter.text(AIDE)
    assert [act.subject for act in await acts(counter)] == ["hand<1>"]
    await counter.say("/recon hand<1>", AIDE)
    assert "No open difference has the reference hand<1>" in counter.text(AIDE)
    await counter.say("/recon", AIDE)
    assert "Everything agrees." in counter.text(AIDE)


async def test_the_alert_lists_the_rows_and_names_the_command(counter: Counter) -> None:
    counter.shop.supplier.shows(ROW)
    counter.shop.clock.advance(3_600)
    await counter.shop.recon.step()
    await counter.deliver.deliver()
    assert "hand<1>: SM10 081299999999 10200 success" in counter.text(BOSS)
    assert "/recon" in counter.text(BOSS)


async def test_an_unreachable_supplier_is_reported(counter: Counter) -> None:
    counter.shop.supplier.read_error = SupplierReadError("502")
    await counter.say("/recon", BOSS)
    assert "belum ada yang dicocokkan" in counter.text(BOSS)


async def test_customers_have_no_such_command(counter: Counter) -> None:
    await counter.say("/recon")
    assert "dicocokkan" not in counter.text()


@pytest.mark.parametrize("kind", FindingKind)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_kind_of_finding_has_a_text(kind: FindingKind, language: str) -> None:
    words = LANGUAGES[language]
    finding = replace(FINDING, kind=kind, order_id=OrderId(IDS_PER_EPOCH + 7))
    text = plain(recon_text(words, replace(EMPTY, findings=(finding,))))
    assert words.gettext(KINDS[kind]) in text
    assert "K2-7" in text


@pytest.mark.parametrize("language", ["id", "en"])
def test_any_report_fits_into_a_message(language: str) -> None:
    words = LANGUAGES[language]
    findings = [replace(FINDING, ref_id=HOSTILE * 20, detail=HOSTILE * 20) for _ in range(60)]
    report = ComparisonReport(NOW, rows=15, skipped=3, in_doubt=2, findings=findings)
    text = recon_text(words, report)
    assert len(plain(text)) <= LIMIT
    assert len(plain(settled_text(words, HOSTILE * 200, 0))) <= LIMIT
    assert "45" in plain(text)


def test_doubtful_and_unreadable_rows_are_counted() -> None:
    report = replace(EMPTY, rows=15, skipped=1, in_doubt=2)
    text = plain(recon_text(LANGUAGES["en"], report))
    assert "1 row could not be read." in text
    assert "2 more may belong to open orders, or are too new to tell." in text


@pytest.mark.parametrize("seconds", [1, 9_999_999_999, 99_999_999_999, 253_402_214_400])
async def test_a_row_with_an_impossible_time_is_shown(counter: Counter, seconds: int) -> None:
    instant = datetime.fromtimestamp(seconds, UTC)
    counter.shop.supplier.shows(replace(ROW, created_at=instant))
    counter.shop.clock.advance(3_600)
    await counter.say("/recon", BOSS)
    assert "waktunya meleset lebih dari 15 jam" in counter.text(BOSS)
    assert f"{instant:%Y-%m-%d %H:%M} UTC" in counter.text(BOSS)
    await counter.say("/status", BOSS)
    assert "hand<1>" in counter.text(BOSS)
    counter.shop.supplier.shows(replace(ROW, ref_id="hand2", created_at=instant))
    counter.shop.clock.advance(3_600)
    await counter.shop.recon.step()
    await counter.deliver.deliver()
    assert "meleset lebih dari 15 jam" in counter.text(BOSS)
