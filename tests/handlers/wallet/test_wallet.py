"""The wallet: its balance, its transfers, and top-up requests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.ledger import BANK, Account, Phase, Purpose, Transfer, TransferId, wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import OrderId
from bot.domain.topup import TopUp
from handlers.ui.context import bot_id_of
from handlers.ui.i18n import load_languages
from handlers.wallet.buttons import RequestTopUp
from handlers.wallet.texts import balance_text, movement_line, shown_transfers, wallet_text
from tests.handlers.builders import NOW, a_topup
from tests.handlers.harness import INDONESIAN_ADMIN, BotHarness
from tests.handlers.topups import send_proof
from tests.services.shop import ADMIN, ANNI, CONTACT

LANGUAGES = load_languages()
EACH_LANGUAGE = pytest.mark.parametrize("language", ["id", "en"])


async def ask_amount(harness: BotHarness) -> None:
    """Open the question how much to top up."""
    await harness.say("/saldo")
    await harness.press("Isi saldo")


async def requests(harness: BotHarness) -> list[TopUp]:
    """Return Anni's pending top-up requests."""
    now = harness.shop.clock.now()
    return await harness.shop.store.read(lambda tx: tx.topups.payable_of(ANNI, now))


def a_transfer(number: int, phase: Phase, purpose: Purpose, hold: int | None = None) -> Transfer:
    """Return a transfer of 25,000 rupiah in Anni's wallet."""
    return Transfer(
        phase,
        purpose,
        wallet_of(ANNI),
        BANK,
        Rupiah(25_000),
        f"k{number}",
        NOW,
        order_id=OrderId(12) if purpose is Purpose.PURCHASE else None,
        hold_id=None if hold is None else TransferId(hold),
        transfer_id=TransferId(number),
    )


async def test_the_wallet_shows_balance_hold_and_transfers(harness: BotHarness) -> None:
    await harness.to_confirm()
    await harness.press("Bayar")
    await harness.say("/saldo")
    assert harness.text() == (
        "Saldo kamu: Rp88.800\n"
        "Ditahan untuk pesanan berjalan: Rp11.200\n\n"
        "Terakhir\n"
        "14 Mar 2026\n"
        "• K1 sedang berjalan, Rp11.200 ditahan\n"
        "• Isi saldo transfer, +Rp100.000"
    )
    await harness.press("Batalkan pesanan")
    await harness.say("/balance")
    assert "K1 tidak jadi, Rp11.200 kembali" in harness.text()
    assert "Ditahan" not in harness.text()
    assert "sedang berjalan" not in harness.text()
    dewi = harness.add_newcomer(1004, "Dewi")
    await harness.say("/saldo", dewi)
    assert harness.text(dewi) == "Saldo kamu: Rp0\n\nBelum ada mutasi."


async def test_a_wallet_with_a_credit_limit_shows_it(harness: BotHarness) -> None:
    wallet = Account(wallet_of(ANNI), -5_000, 0, 1_000_000)
    text = balance_text(LANGUAGES["id"], wallet, [])
    assert "-Rp5.000" in text
    assert "Batas utang kamu: Rp1.000.000" in text


@EACH_LANGUAGE
@pytest.mark.parametrize("phase", list(Phase))
def test_every_transfer_has_a_text(phase: Phase, language: str) -> None:
    hold = 1 if phase in (Phase.POST, Phase.VOID) else None
    words = LANGUAGES[language]
    for purpose in Purpose:
        line = movement_line(words, a_transfer(2, phase, purpose, hold))
        assert words.money(25_000) in line
        assert ("K12" in line) == (purpose is Purpose.PURCHASE)


def test_transfers_are_listed_by_day() -> None:
    later, earlier = (a_transfer(number, Phase.HOLD, Purpose.PURCHASE) for number in (2, 1))
    earlier = replace(earlier, created_at=NOW - timedelta(days=1))
    text = balance_text(LANGUAGES["id"], Account(wallet_of(ANNI), 0, 0, 0), [later, later, earlier])
    days = [LANGUAGES["id"].date(one.created_at) for one in (later, earlier)]
    assert [line for line in text.splitlines() if "2026" in line] == days
    assert text.count("• K12 sedang berjalan") == 3


def test_a_resolved_hold_is_listed_once() -> None:
    posted = a_transfer(3, Phase.POST, Purpose.PURCHASE, 1)
    held, other = (a_transfer(number, Phase.HOLD, Purpose.PURCHASE) for number in (1, 2))
    assert shown_transfers([posted, other, held]) == [posted, other]


@EACH_LANGUAGE
@pytest.mark.parametrize(("amount", "code"), [(25_000, 314), (30_000, 0), (24_000, 1_000)])
def test_a_credit_that_differs_from_its_request_says_so(
    amount: int, code: int, language: str
) -> None:
    words, transfer = LANGUAGES[language], a_transfer(1, Phase.SINGLE, Purpose.TOPUP)
    wallet, topup = Account(wallet_of(ANNI), 41_000, 0, 0), a_topup(amount=amount, code=code)
    text = wallet_text(words, transfer, wallet, CONTACT, topup)
    assert words.money(25_000) in text
    assert (CONTACT in text) == (amount + code != 25_000)
    assert (words.money(amount + code) in text.splitlines()[1]) == (amount + code != 25_000)


# --- top-up requests ---


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("50rb", 50_000), ("\u202a75.\u200b000\u202c", 75_000)],
)
async def test_an_amount_is_accepted_in_usual_spellings(
    harness: BotHarness, typed: str, amount: int
) -> None:
    await harness.say("/start", INDONESIAN_ADMIN)
    await ask_amount(harness)
    await harness.say(typed)
    (request,) = await requests(harness)
    assert (request.customer_id, request.amount) == (ANNI, amount)
    assert f"Permintaan isi saldo {harness.money(amount)}" in harness.text()
    assert CONTACT in harness.text()
    assert await harness.dialog() is None
    assert harness.money(amount) in harness.text(INDONESIAN_ADMIN)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("٥٠٠٠٠", "Itu bukan jumlah uang."),
        ("-50000", "lebih dari nol"),
        ("50.00", "dibaca dua cara"),
        ("9" * 4000, "Itu terlalu besar"),
        ("9.999", "minimal Rp10.000"),
    ],
)
async def test_an_invalid_amount_is_refused_with_a_reason(
    harness: BotHarness, typed: str, says: str
) -> None:
    await ask_amount(harness)
    await harness.say(typed)
    assert says in harness.text()
    assert harness.labels()[0] == "Rp50.000"
    assert harness.said()[-2].buttons == []
    assert await requests(harness) == []
    await harness.say("50rb")
    assert len(await requests(harness)) == 1


async def test_a_request_is_shown_again_and_cancelled(harness: BotHarness) -> None:
    await ask_amount(harness)
    await harness.press("Rp100.000")
    await harness.say("/saldo")
    assert "• Rp100.000, sedang dicek toko" in harness.text()
    await harness.press("Bayar Rp100.000")
    assert "Permintaan isi saldo Rp100.000" in harness.text()
    await harness.press("Batalkan")
    assert "Isi saldo Rp100.000 dibatalkan" in harness.text()
    assert await harness.shop.topups.open_of(ANNI) == []


@pytest.mark.parametrize(
    ("left", "price", "offered"),
    [
        (5_000, 11_200, ["Rp10.000", "Rp50.000", "Rp100.000", "Rp200.000"]),
        (300, 87_700, ["Rp88.000", "Rp100.000", "Rp200.000"]),
        (0, 50_000, ["Rp50.000", "Rp100.000", "Rp200.000"]),
        (0, 250_000, ["Rp250.000"]),
        (90_000, 87_700, ["Rp50.000", "Rp100.000", "Rp200.000"]),
    ],
)
async def test_the_amount_that_a_purchase_lacks_is_offered_first(
    harness: BotHarness, left: int, price: int, offered: list[str]
) -> None:
    """Rounded up to whole thousands, and at least the minimum of a top-up."""
    await harness.shop.credit(ANNI, left - 100_000)
    await harness.deliver.deliver()
    await harness.shop.relist("SM10", cost=price - 1_000)
    await harness.say("081234567890")
    await harness.press("10.000")
    await ask_amount(harness)
    assert [one for one in harness.labels() if one.startswith("Rp")] == offered


async def test_the_same_update_twice_makes_one_request(harness: BotHarness) -> None:
    await ask_amount(harness)
    await harness.press("Rp50.000")
    harness.telegram.redeliver(harness.telegram.updates.next_id - 1)
    await harness.say("/status")
    assert len(await requests(harness)) == 1


async def test_a_request_made_already_is_not_made_again(harness: BotHarness) -> None:
    """The bot was killed after it wrote the request and before it answered."""
    await ask_amount(harness)
    key = f"update:{bot_id_of(harness.bot)}:{harness.telegram.updates.next_id}"
    await harness.shop.topups.request(ANNI, Rupiah(50_000), key)
    await harness.shop.topups.ask_amount(ANNI, None)
    await harness.say("50rb")
    assert "Permintaan ini sudah sampai ke toko." in harness.text()
    assert len(await requests(harness)) == 1


async def test_a_forged_amount_is_kept_within_the_limits(harness: BotHarness) -> None:
    await harness.say("/saldo")
    for amount in (-50_000, 0, 9_999):
        await harness.forge(RequestTopUp(amount))
        assert "minimal Rp10.000" in harness.text()
        assert await requests(harness) == []
    await harness.forge(RequestTopUp(10**18 - 1))
    assert [one.amount for one in await requests(harness)] == [1_000_000_000]


async def test_a_photo_is_not_an_amount(harness: BotHarness) -> None:
    await ask_amount(harness)
    await send_proof(harness)
    assert "Itu bukan jumlah uang." in harness.text()


async def test_a_number_instead_of_an_amount_starts_a_purchase(harness: BotHarness) -> None:
    for give_number in (harness.say, harness.contact):
        await ask_amount(harness)
        await give_number("081234567890")
        assert "Mau beli apa" in harness.text()
        assert await harness.dialog() is None


async def test_back_and_cancel_leave_the_question(harness: BotHarness) -> None:
    await ask_amount(harness)
    await harness.press("Kembali")
    assert "Saldo kamu: Rp100.000" in harness.text()
    await harness.say("50rb")
    assert await requests(harness) == []
    await ask_amount(harness)
    await harness.say("/batal")
    assert "tidak jadi isi saldo" in harness.text()
    assert await harness.dialog() is None


@pytest.mark.parametrize(
    ("is_approved", "label", "leads_to"),
    [(True, "Belanja", "Mau beli apa?"), (False, "Isi saldo", "Mau isi saldo berapa?")],
)
async def test_a_decision_leads_on(
    harness: BotHarness, label: str, leads_to: str, *, is_approved: bool
) -> None:
    await ask_amount(harness)
    await harness.press("Rp50.000")
    (request,) = await requests(harness)
    await harness.shop.topups.decide(ADMIN, request.topup_id, approve=is_approved)
    await harness.deliver.deliver()
    news = harness.last()
    await harness.press(label)
    assert leads_to in harness.text()
    assert harness.said()[-2].text == news.text
