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
from tests.handlers.admins import ENGLISH_ADMIN, INDONESIAN_ADMIN, acts, register_second_admin
from tests.handlers.builders import HOSTILE, NOW
from tests.handlers.harness import BotHarness
from tests.services.shop import NOON

LIMIT = 4096
LANGUAGES = load_languages()
ROW = SupplierRow("hand<1>", "SM10", "081299999999", Rupiah(10_200), "success", "", "", NOON)
FINDING = Finding(FindingKind.UNCLAIMED, "r1", "SM10", NOW)
EMPTY = ComparisonReport(NOW, rows=0, skipped=0, in_doubt=0, findings=())


async def test_an_unclaimed_row_is_listed_until_it_is_settled(harness: BotHarness) -> None:
    await register_second_admin(harness)
    harness.shop.supplier.shows(ROW)
    harness.shop.clock.advance(3_600)
    await harness.say("/recon", ENGLISH_ADMIN)
    assert len(harness.said(ENGLISH_ADMIN)) == 1  # The admin who asked gets no alert as well.
    text = harness.text(ENGLISH_ADMIN)
    assert "hand<1>" in harness.text(INDONESIAN_ADMIN)
    assert "1 row compared, 1 unclaimed." in text
    assert "hand<1> · belongs to no order · SM10 081299999999 10200 success" in text
    await harness.say("/recon hand<1>", ENGLISH_ADMIN)
    assert "hand<1> is settled" in harness.text(ENGLISH_ADMIN)
    assert [act.subject for act in await acts(harness)] == ["hand<1>"]
    await harness.say("/recon hand<1>", ENGLISH_ADMIN)
    assert "No open difference has the reference hand<1>" in harness.text(ENGLISH_ADMIN)
    await harness.say("/recon", ENGLISH_ADMIN)
    assert "Everything agrees." in harness.text(ENGLISH_ADMIN)


async def test_the_alert_lists_the_rows_and_names_the_command(harness: BotHarness) -> None:
    harness.shop.supplier.shows(ROW)
    harness.shop.clock.advance(3_600)
    await harness.shop.recon.step()
    await harness.deliver.deliver()
    assert "hand<1>: SM10 081299999999 10200 success" in harness.text(INDONESIAN_ADMIN)
    assert "/cocokkan" in harness.text(INDONESIAN_ADMIN)


async def test_an_unreachable_supplier_is_reported(harness: BotHarness) -> None:
    harness.shop.supplier.read_error = SupplierReadError("502")
    await harness.say("/recon", INDONESIAN_ADMIN)
    assert "belum ada yang dicocokkan" in harness.text(INDONESIAN_ADMIN)


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
async def test_a_row_with_an_impossible_time_is_shown(harness: BotHarness, seconds: int) -> None:
    instant = datetime.fromtimestamp(seconds, UTC)
    harness.shop.supplier.shows(replace(ROW, created_at=instant))
    harness.shop.clock.advance(3_600)
    await harness.say("/recon", INDONESIAN_ADMIN)
    assert "waktunya meleset lebih dari 15 jam" in harness.text(INDONESIAN_ADMIN)
    assert f"{instant:%Y-%m-%d %H:%M} UTC" in harness.text(INDONESIAN_ADMIN)
    await harness.say("/status", INDONESIAN_ADMIN)
    assert "hand<1>" in harness.text(INDONESIAN_ADMIN)
    harness.shop.supplier.shows(replace(ROW, ref_id="hand2", created_at=instant))
    harness.shop.clock.advance(3_600)
    await harness.shop.recon.step()
    await harness.deliver.deliver()
    assert "meleset lebih dari 15 jam" in harness.text(INDONESIAN_ADMIN)
