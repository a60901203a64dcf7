"""/status for admins: the overview of the shop, and the search for an order or a customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from bot.domain.catalogue import CategoryId, Product, ProductId
from bot.domain.condition import Condition
from bot.domain.machine import Certificate, Room
from bot.domain.money import Rupiah
from bot.domain.notice import OF_MACHINE, Alert
from bot.domain.order import OrderId, OrderState, ParkReason
from bot.domain.shop_rules import PAUSED
from bot.domain.supplier_comparison import Finding, FindingKind
from bot.domain.supplier_row import SupplierRow
from bot.domain.withheld_products import Withheld, WithheldId, WithheldProduct
from bot.ports.backups import KeptBackup
from bot.services.admin.reports import Overview
from bot.services.machine_alerts import MachineReport
from bot.services.machine_health import ClockComparison, MachineHealth, TimeSource
from bot.services.notices import enqueue
from bot.services.orders.circuit_breaker import BREAKER
from bot.services.restore_tests import RestoreTest
from handlers.admin.alerts import order_evidence_text
from handlers.admin.status_texts import NAMES, overview_text
from handlers.ui.durations import age
from handlers.ui.html import plain
from handlers.ui.i18n import load_languages
from tests.handlers.admins import (
    ENGLISH_ADMIN,
    INDONESIAN_ADMIN,
    register_second_admin,
)
from tests.handlers.builders import HOSTILE, NOW, a_customer, a_row, an_order
from tests.handlers.harness import BotHarness
from tests.services.fakes import SettableClock
from tests.services.shop import ANNI, BUDI, BUDI_CHAT, LISTINGS, SECOND_ADMIN

LIMIT = 4096
LANGUAGES = load_languages()
EACH_LANGUAGE = pytest.mark.parametrize("language", ["id", "en"])


async def test_the_overview_lists_states_decisions_alerts_and_unclaimed_rows(
    harness: BotHarness,
) -> None:
    shop = harness.shop
    await register_second_admin(harness)
    order = await shop.parked()
    shop.supplier.shows(shop.row(order, "hand1", destination="081299999999"))
    shop.supplier.skipped = 1
    shop.clock.advance(60)
    await shop.reconcile.look_up()
    await shop.queue(BUDI, number="081255555555")
    await shop.store.write(
        lambda tx: enqueue.alert(
            tx, shop.rules, Alert.MAINTENANCE, "Tutup <dulu>", shop.clock.now()
        )
    )
    await harness.deliver.deliver()
    await harness.say("/status", ENGLISH_ADMIN)
    text = harness.text(ENGLISH_ADMIN)
    for part in (
        "in the queue: 1",
        "being checked by hand: 1",
        "The oldest open one is K1, 11 min old.",
        "🅿️ 1 order waits for your decision",
        "supplier under maintenance, since 14 Mar 2026, 12:11 WIB: Tutup <dulu>",
        "hand1",
    ):
        assert part in text, text
    await harness.press("K1", ENGLISH_ADMIN)
    assert "K1 needs your decision" in harness.text(ENGLISH_ADMIN)
    await harness.press("Back", ENGLISH_ADMIN)
    assert "Shop status" in harness.text(ENGLISH_ADMIN)


def test_parked_and_ambiguous_orders_are_listed_separately() -> None:
    """A parked order waits for the admin; an ambiguous one is still reconciled by the bot."""
    parked = an_order(OrderState.PARKED, order_id=OrderId(1))
    sought = an_order(OrderState.AMBIGUOUS, order_id=OrderId(2))
    text = overview_text(LANGUAGES["id"], an_overview(unsettled=(parked, sought)), NOW)
    waits, looks = text.index("🅿️"), text.index("🔎")
    assert waits < text.index("K1 ·") < looks < text.index("K2 ·")
    assert "🅿️" not in overview_text(LANGUAGES["id"], an_overview(unsettled=(sought,)), NOW)


async def test_refresh_updates_the_same_message(harness: BotHarness) -> None:
    await harness.say("/status", INDONESIAN_ADMIN)
    for _ in range(2):
        await harness.press("Lihat lagi", INDONESIAN_ADMIN)
    await harness.shop.queue()
    harness.shop.clock.advance(26 * 3600)
    await harness.press("Lihat lagi", INDONESIAN_ADMIN)
    assert "(1 hari 2 jam)" in harness.last(INDONESIAN_ADMIN).text
    assert len(harness.said(INDONESIAN_ADMIN)) == 1


def an_overview(**changes: object) -> Overview:
    """Return the overview of a shop with nothing open."""
    seen = Overview(
        counts={},
        oldest_open=None,
        unsettled=(),
        catalogue_size=0,
        catalogue_fetched_at=None,
        conditions=(),
        unclaimed=(),
    )
    return replace(seen, **changes)  # type: ignore[arg-type]


def a_machine(shop_clock: SettableClock) -> MachineHealth:
    """Return a machine that is well."""
    return MachineHealth(
        ClockComparison(shop_clock),
        room=Room(41_300_000_000, 120_000_000),
        newest_backup=KeptBackup("konter.db", NOW - timedelta(hours=5)),
        backups_seen_at=NOW,
        certificate=Certificate("shop.id", NOW, NOW + timedelta(days=60)),
    )


def a_bad_machine() -> MachineReport:
    """Return a machine of which nothing is well, with texts from outside."""
    clock = SettableClock(NOW - timedelta(minutes=5))
    health = a_machine(clock)
    for _ in range(2):
        date = format_datetime(clock.now() - timedelta(seconds=95), usegmt=True)
        health.clock.heard(TimeSource.TELEGRAM, date)
        clock.advance(300)
    health.room = Room(412_000_000, 700_000_000)
    health.newest_backup = None
    health.test_prevented = HOSTILE * 50
    health.certificate = Certificate(HOSTILE * 9, NOW - timedelta(days=90), NOW)
    test = RestoreTest(NOW, NOW - timedelta(days=1), HOSTILE * 50)
    return MachineReport(health, test, (NOW - timedelta(days=2), NOW - timedelta(days=1)))


@EACH_LANGUAGE
def test_of_a_machine_that_is_well_two_or_three_lines_are_shown(language: str) -> None:
    test = RestoreTest(NOW, NOW - timedelta(days=3), "")
    absence = (NOW - timedelta(days=9), NOW - timedelta(days=8))
    seen = MachineReport(a_machine(SettableClock(NOW)), test, absence)
    text = plain(overview_text(LANGUAGES[language], an_overview(machine=seen), NOW))
    assert (
        text.split("🖥 ")[1].splitlines()
        == {
            "en": [
                "Server",
                "Newest backup: 5 h 0 min ago",
                "Backup of 21 Nov 2026 tested: can be restored",
                "Free disk space: 41 GB",
            ],
            "id": [
                "Server",
                "Cadangan terakhir: 5 jam 0 menit lalu",
                "Cadangan 21 Nov 2026 sudah dicoba: bisa dipulihkan",
                "Sisa disk: 41 GB",
            ],
        }[language]
    )
    fresh = MachineReport(MachineHealth(seen.health.clock), None, None)
    assert "🖥" not in overview_text(LANGUAGES[language], an_overview(machine=fresh), NOW)


def test_of_a_machine_all_that_needs_the_owner_is_shown() -> None:
    text = plain(overview_text(LANGUAGES["en"], an_overview(machine=a_bad_machine()), NOW))
    shown = text.split("🖥 ")[1].splitlines()
    begins = (
        "Server",
        "There is no backup yet.",
        "⚠️ The backup of 23 Nov 2026 could NOT be restored: ",
        "⚠️ Free disk space: 412 MB, 2,100 MB are needed",
        "⚠️ The server's clock is 94 seconds fast.",
        "⚠️ The certificate of ",
        "Away from 22 Nov 2026, 15:41 WIB to 23 Nov 2026, 15:41 WIB",
    )
    assert len(shown) == len(begins)
    assert all(line.startswith(begin) for line, begin in zip(shown, begins, strict=True)), shown
    untested = replace(a_bad_machine(), test=None)
    text = plain(overview_text(LANGUAGES["en"], an_overview(machine=untested), NOW))
    assert "The newest backup could not be tested: " in text
    well = MachineReport(a_machine(SettableClock(NOW)), RestoreTest(NOW, NOW, ""), None)
    well.health.newest_backup = None
    assert "tested" not in overview_text(LANGUAGES["en"], an_overview(machine=well), NOW)


def a_withheld(**changes: object) -> WithheldProduct:
    """Return a withheld product with costs at the upper limit."""
    listing = replace(LISTINGS[0], **changes)  # type: ignore[arg-type]
    product = Product(ProductId(1), CategoryId(1), listing)
    costs = Rupiah(19_999_000), Rupiah(20_000_000), Rupiah(19_999_999)
    return WithheldProduct(Withheld(WithheldId(1), ProductId(1), OrderId(1), *costs, NOW), product)


@EACH_LANGUAGE
def test_the_longest_overview_fits_one_message(language: str) -> None:
    order = an_order(
        OrderState.PARKED,
        order_id=OrderId(999_000_000_123),
        product_name=HOSTILE * 30,
        destination="9" * 64,
    )
    row = a_row(ref_id="r" * 300, service_code="s" * 99, destination="9" * 300)
    hostile = Condition(PAUSED, HOSTILE * 50, NOW, None)
    alerts = [Condition(f"alert:{alert}", HOSTILE * 50, NOW, NOW) for alert in Alert]
    finding = Finding(FindingKind.PRICE, "r1", "", NOW)
    seen = an_overview(
        counts=dict.fromkeys(OrderState, 123_456),
        oldest_open=order,
        unsettled=[order] * 40,
        catalogue_size=20_000,
        catalogue_fetched_at=NOW - timedelta(days=400),
        conditions=[hostile, Condition(f"{BREAKER}U1", "", NOW, None), *alerts],
        unclaimed=[row] * 10,
        findings=[finding] * 50,
        withheld=[a_withheld(name=HOSTILE * 30, code="c" * 64)] * 40,
        machine=a_bad_machine(),
    )
    text = overview_text(LANGUAGES[language], seen, NOW)
    assert HOSTILE not in text
    assert len(plain(text).encode("utf-16-le")) // 2 <= LIMIT
    assert {"id": "/cocokkan", "en": "/recon"}[language] in text


def test_the_overview_needs_no_catalogue_and_skips_unknown_conditions() -> None:
    seen = an_overview(conditions=[Condition("odd", "odd", NOW, None)])
    assert "odd" not in overview_text(LANGUAGES["en"], seen, NOW)


def test_every_alert_has_a_short_name() -> None:
    assert set(NAMES) | OF_MACHINE == set(Alert)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "less than a minute"),
        (59, "less than a minute"),
        (3_599, "59 min"),
        (3_600, "1 h 0 min"),
        (90_061, "1 d 1 h"),
        (100_000_000, "1,157 d 9 h"),
    ],
)
def test_ages_have_at_most_two_units(seconds: int, said: str) -> None:
    """A negative age comes from a clock that was set back."""
    assert age(LANGUAGES["en"], timedelta(seconds=seconds)) == said


# --- searching for orders ---


async def test_an_order_is_found_by_number_reference_or_destination(harness: BotHarness) -> None:
    """The admin reads the supplier's note raw; the customer never sees the shop's balance in it."""
    shop = harness.shop
    await shop.accepted()
    note = "SN 0041. Sisa saldo Rp 1.234.567"
    shop.supplier.says("r1", "success", voucher="V-1", note=note)
    shop.clock.advance(5)
    await shop.reconcile.poll()
    await harness.deliver.deliver()
    assert "1.234.567" not in harness.shown(ANNI)
    facts = ("K1", "selesai", note, "V-1", "r1", "SM10", "1001", "Yang dibaca pelanggan: ✅")
    for term in ("k1", "r1", "+62 812-3456-7890"):
        await harness.say(f"/status {term}", INDONESIAN_ADMIN)
        text = harness.text(INDONESIAN_ADMIN)
        for fact in facts:
            assert fact in text, text
        assert harness.labels(INDONESIAN_ADMIN) == ["‹ Kembali"]


async def test_a_customers_id_shows_the_customer_and_the_orders(harness: BotHarness) -> None:
    shop = harness.shop
    for number in ("081200000001", "081200000002"):
        await shop.queue(number=number)
    await harness.say("/status 1001", INDONESIAN_ADMIN)
    text = harness.text(INDONESIAN_ADMIN)
    for fact in ("User 1001", "Saldo: Rp100.000", "Rp22.400", "2 pesanan", "K1", "081200000001"):
        assert fact in text, text
    await harness.press("K2", INDONESIAN_ADMIN)
    assert "dalam antrean" in harness.text(INDONESIAN_ADMIN)
    await shop.store.write(lambda tx: tx.customers.mark_unreachable(BUDI_CHAT))
    await harness.say("/status 1002", INDONESIAN_ADMIN)
    assert "Tidak ada pesanan." in harness.text(INDONESIAN_ADMIN)
    assert "memblokir" in harness.text(INDONESIAN_ADMIN)


async def test_only_the_ten_newest_orders_are_listed(harness: BotHarness) -> None:
    await harness.shop.credit(ANNI, 1_000_000)
    for _ in range(12):
        await harness.shop.queue()
        harness.shop.clock.advance(700)
    await harness.say("/status 081234567890", INDONESIAN_ADMIN)
    text = harness.text(INDONESIAN_ADMIN)
    assert len(text) < LIMIT
    assert "10 pesanan" in text
    assert "K12" in text
    assert "K2 " not in text


async def test_an_unknown_search_term_is_answered_with_the_usage(harness: BotHarness) -> None:
    for count, term in enumerate(("K99", "٣", "<b>", "9" * 60, "x" * 3_000, "9" * 18), 1):
        await harness.say(f"/status {term}", INDONESIAN_ADMIN)
        assert len(harness.said(INDONESIAN_ADMIN)) == count
        assert "Tidak ada yang cocok dengan" in harness.text(INDONESIAN_ADMIN)
        assert "K12" in harness.text(INDONESIAN_ADMIN)


@EACH_LANGUAGE
@pytest.mark.parametrize("state", list(OrderState))
def test_an_order_in_any_state_is_shown_to_an_admin(state: OrderState, language: str) -> None:
    order = an_order(
        state,
        product_name=HOSTILE * 200,
        service_code=HOSTILE,
        destination=HOSTILE,
        sent_at=NOW,
        ended_at=NOW,
        park_reason=ParkReason.SEVERAL,
        voucher=HOSTILE * 200,
        note=HOSTILE * 200,
        refusal_message=HOSTILE * 200,
        suspect_ref_id=HOSTILE,
    )
    rows: list[SupplierRow] = [a_row(ref_id=HOSTILE * 20, note=HOSTILE * 200)] * 10
    words = LANGUAGES[language]
    text = order_evidence_text(words, order, a_customer(name=HOSTILE), rows, "reads")
    assert HOSTILE not in text
    assert len(plain(text)) < LIMIT
    if state is not OrderState.PARKED:
        assert "reads" in text


@EACH_LANGUAGE
def test_ended_alerts_are_shown_with_their_end(language: str) -> None:
    """A lasting condition has a start; a single event has the time of its alert."""
    words = LANGUAGES[language]
    names = (Alert.BREAKER_OPEN, Alert.MAINTENANCE, Alert.LATE_SUCCESS)
    told_at = NOW - timedelta(hours=1)
    alerts = [Condition(f"alert:{name}", "", NOW - timedelta(hours=2), told_at) for name in names]
    seen = an_overview(conditions=alerts, ended={"alert:breaker_open": NOW})
    over, current, happened = plain(overview_text(words, seen, NOW)).splitlines()[-3:]
    assert over.endswith(words.datetime(NOW))
    assert words.gettext("{alert}, since {time}").partition("}, ")[2].partition(" ")[0] in current
    assert happened.endswith(words.datetime(told_at))


def test_the_overview_shows_when_the_supplier_last_answered() -> None:
    words = LANGUAGES["en"]
    last = NOW - timedelta(minutes=3)
    assert "not asked yet" in overview_text(words, an_overview(), NOW)
    seen = an_overview(supplier_answered_at=last)
    assert "Supplier: last answer 3 min ago" in overview_text(words, seen, NOW)
    seen = an_overview(supplier_answered_at=last, supplier_failing_since=NOW)
    assert f"not reachable since {words.datetime(NOW)}" in overview_text(words, seen, NOW)


async def test_the_announcement_says_whether_the_list_was_read_since(harness: BotHarness) -> None:
    shop = harness.shop
    await register_second_admin(harness)
    order = await shop.queue()
    await shop.send_next(shop.reply(order, "odd1", service_code="SM20"))
    await harness.deliver.deliver()
    assert "list has not been looked at yet" in harness.text(ENGLISH_ADMIN)
    shop.clock.advance(60)
    await shop.recon.compare(SECOND_ADMIN)
    await harness.say("/status K1", ENGLISH_ADMIN)
    assert "has shown no row that may be it" in harness.text(ENGLISH_ADMIN)


@EACH_LANGUAGE
def test_unreadable_rows_are_reported(language: str) -> None:
    def text(skipped: int) -> str:
        seen = an_overview(catalogue_fetched_at=NOW, rows_skipped=skipped, services_skipped=skipped)
        return overview_text(LANGUAGES[language], seen, NOW)

    said = {
        "id": ("⚠️ 3 pesanan terbaru di supplier tidak terbaca", "3 baris di daftarnya"),
        "en": ("⚠️ 3 of the supplier's latest orders cannot be read", "3 rows of its list"),
    }[language]
    for part in said:
        assert part in text(3)
        assert part.replace("3 rows", "1 row").replace("3", "1") in text(1)
        assert part.split(" ", 2)[-1] not in text(0)
