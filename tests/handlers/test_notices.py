"""What notices say: every state in both languages, and nothing foreign as markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import RefusalClass
from bot.domain.ledger import Purpose
from bot.domain.notice import Alert, NoticeKind
from bot.domain.order import CancelReason, Order, OrderState, ParkReason, WaitReason
from bot.domain.topup import TopUpState
from bot.ports.notifier import Delivery
from handlers.i18n import Words, load_languages
from handlers.texts.markup import plain
from handlers.texts.notices import Letter, letter_of
from tests.handlers.builders import (
    HOSTILE,
    NOW,
    a_customer,
    a_delivery,
    a_row,
    a_topup,
    a_transfer,
    an_order,
    profile,
)

LANGUAGES = load_languages()
EACH_LANGUAGE = pytest.mark.parametrize("language", ["id", "en"])
CONTACT = "@shop"


class Tags(HTMLParser):
    """Collects the tags of a text, and fails on what Telegram would refuse."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"a", "b", "code"}
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def letter(delivery: Delivery, language: str = "id") -> Letter:
    """Return a letter that Telegram would take."""
    made = letter_of(words(language), delivery, profile(), CONTACT)
    assert made is not None
    Tags(made.text)
    assert "{" not in made.text
    assert "None" not in made.text
    return made


def words(language: str) -> Words:
    return LANGUAGES[language]


def said(kind: NoticeKind, language: str = "id", **parts: Any) -> str:
    """Return a letter as a person reads it."""
    return plain(letter(a_delivery(kind, language, **parts), language).text)


def labels(made: Letter) -> list[str]:
    """Return what stands on a letter's buttons."""
    rows = () if made.keyboard is None else made.keyboard.inline_keyboard
    return [button.text for row in rows for button in row]


def orders() -> list[Order]:
    """Return an order for every state and every reason that a customer may read."""
    found = [an_order(state) for state in OrderState]
    found += [an_order(wait_reason=reason) for reason in WaitReason]
    found += [an_order(OrderState.CANCELLED, cancel_reason=reason) for reason in CancelReason]
    found += [an_order(OrderState.FAILED, refusal=refusal) for refusal in RefusalClass]
    found += [
        an_order(OrderState.FAILED, ref_id="r1", status_word=word, note="Nomor salah")
        for word in ("error", "partial")
    ]
    found += [an_order(OrderState.PARKED, parked_at=NOW, park_reason=why) for why in ParkReason]
    return found


@EACH_LANGUAGE
@pytest.mark.parametrize("order", orders(), ids=lambda order: f"{order.state}")
def test_every_order_can_be_told(order: Order, language: str) -> None:
    """The one message names the order, the product, the destination and the price, always."""
    text = said(NoticeKind.ORDER, language, order=order)
    assert "K12" in text
    assert words(language).numbers_in("Telkomsel 10.000") in text
    assert "0812 3456 7890" in text
    assert words(language).money(11_200) in text
    assert "WIB" in text


@EACH_LANGUAGE
@pytest.mark.parametrize("order", [o for o in orders() if o.state.is_final], ids=lambda o: o.state)
def test_every_end_can_be_told(order: Order, language: str) -> None:
    """Everybody reads what the balance is; whoever got nothing also that the money is back."""
    text = said(NoticeKind.OUTCOME, language, order=order)
    assert "K12" in text
    assert words(language).money(88_800) in text
    is_told_back = {"id": "sudah kembali", "en": "money is back"}[language] in text
    assert is_told_back == (order.state is not OrderState.SUCCEEDED)


def test_the_two_languages_differ() -> None:
    """No sentence of an order was forgotten in translation."""
    for order in orders():
        indonesian = said(NoticeKind.ORDER, "id", order=order).splitlines()[-1]
        assert indonesian != said(NoticeKind.ORDER, "en", order=order).splitlines()[-1]


def test_a_doubtful_order_is_never_called_failed() -> None:
    """While the goods may have been bought the customer reads that it is being checked."""
    for state in (OrderState.SENDING, OrderState.AMBIGUOUS, OrderState.PARKED):
        text = said(NoticeKind.ORDER, "en", order=an_order(state)).lower()
        assert "failed" not in text
        assert "money is back" not in text
    assert "Uang kamu aman" in said(NoticeKind.ORDER, order=an_order(OrderState.AMBIGUOUS))


def test_a_parked_order_says_until_when_its_customer_hears() -> None:
    """A promise with a time; no hour of the night, but the morning."""
    for kind in (NoticeKind.ORDER, NoticeKind.ORDER_PARKED):
        parked = an_order(OrderState.PARKED, parked_at=NOW)
        assert "Kami kabari paling lambat 18.41 WIB." in said(kind, order=parked)
        late = replace(parked, parked_at=NOW + timedelta(hours=7))
        assert "Kami kabari besok pagi sebelum 09.00 WIB." in said(kind, order=late)


@pytest.mark.parametrize(
    ("hours", "promise"),
    [
        (0, "You will hear from us tomorrow morning before 09:00 WIB."),
        (2, "You will hear from us this morning before 09:00 WIB."),
        (10, "You will hear from us this morning before 09:00 WIB."),
        (11, "It takes longer than we said. We are still on it."),
        (-30, "You will hear from us by 25 Nov 2026, 09:00 WIB."),
    ],
)
def test_the_promise_is_told_as_of_the_moment_at_which_it_is_read(hours: int, promise: str) -> None:
    """Tomorrow is no tomorrow after midnight, and what was not kept is not promised again."""
    parked_at = NOW + timedelta(hours=7)  # 22:41 in Jakarta.
    order = an_order(OrderState.PARKED, parked_at=parked_at)
    read_at = parked_at + timedelta(hours=hours)
    for kind in (NoticeKind.ORDER, NoticeKind.ORDER_PARKED):
        assert said(kind, "en", order=order, at=read_at).endswith(promise)


def test_a_games_id_is_told_in_one_piece() -> None:
    """In every message of an order; in groups it looks like a phone number."""
    game = {"category_type": "voucher-game", "main": "FREE FIRE", "destination": "1234567890"}
    for kind in (NoticeKind.ORDER, NoticeKind.ORDER_PARKED, NoticeKind.PARKED):
        order = an_order(OrderState.PARKED, parked_at=NOW, **game)
        assert "1234567890" in said(kind, order=order)
    assert "1234567890" in said(NoticeKind.OUTCOME, order=an_order(OrderState.SUCCEEDED, **game))


def test_a_parked_order_is_told_in_a_message_of_its_own() -> None:
    """What was bought for whom, that the money is safe, and whom to ask."""
    order = an_order(OrderState.PARKED, parked_at=NOW)
    made = letter(a_delivery(NoticeKind.ORDER_PARKED, "id", order=order), "id")
    text = plain(made.text)
    for part in ("K12 · Telkomsel 10.000", "0812 3456 7890", "cek manual", "Uang kamu aman"):
        assert part in text
    assert labels(made) == ["💬 Tanya admin"]
    assert letter_of(words("id"), a_delivery(NoticeKind.ORDER_PARKED), profile(), "") is None


@pytest.mark.parametrize("state", [OrderState.SENDING, OrderState.ACCEPTED])
def test_an_order_that_takes_long_is_not_said_to_take_five_minutes(state: OrderState) -> None:
    """From ten minutes after it was sent."""
    order = an_order(state, sent_at=NOW, accepted_at=NOW)
    for language, usual, slow in (
        ("id", "kurang dari lima menit", "lebih lama dari biasanya"),
        ("en", "less than five minutes", "longer than usual"),
    ):
        soon = said(NoticeKind.ORDER, language, order=order, at=NOW + timedelta(seconds=599))
        late = said(NoticeKind.ORDER, language, order=order, at=NOW + timedelta(seconds=600))
        assert usual in soon
        assert slow not in soon
        assert slow in late
        assert usual not in late


@pytest.mark.parametrize(
    "refusal", [RefusalClass.CREDENTIALS, RefusalClass.OWN_DEPOSIT, RefusalClass.MAINTENANCE]
)
def test_the_shops_own_trouble_stays_its_own(refusal: RefusalClass) -> None:
    """The customer reads "temporarily unavailable", not that the reseller is out of money."""
    order = an_order(OrderState.FAILED, refusal=refusal, refusal_message="Saldo tidak cukup")
    text = said(NoticeKind.OUTCOME, "en", order=order)
    assert "temporarily unavailable" in text
    assert "Saldo" not in text


def test_a_failed_row_gives_its_reason_without_the_resellers_balance() -> None:
    """The note of a failed row is the reason; what it says of the deposit is cut out."""
    for reason in ("Nomor diblokir", "Lakukan unreg paket dahulu", "Kesalahan tak terduga"):
        note = f"{reason}. Sisa saldo Rp 1.234.567"
        order = an_order(OrderState.FAILED, ref_id="r1", status_word="error", note=note)
        text = said(NoticeKind.OUTCOME, order=order)
        assert reason in text
        assert "1.234.567" not in text


@pytest.mark.parametrize("word", ["partial", "pending", "", "strange"])
def test_what_an_admin_gave_back_has_no_reason_of_the_operator(word: str) -> None:
    """The note of a row that has not failed is no reason for the refund."""
    order = an_order(OrderState.FAILED, ref_id="r1", status_word=word, note="Sebagian terkirim")
    text = said(NoticeKind.OUTCOME, order=order)
    assert "Sebagian" not in text
    assert "Pesanannya gagal." in text


def test_a_code_can_be_copied_with_one_tap() -> None:
    """The voucher stands in a fixed-width font, and on a button that copies it."""
    order = an_order(OrderState.SUCCEEDED, voucher="ABCD-1234")
    made = letter(a_delivery(NoticeKind.OUTCOME, order=order))
    assert "<code>ABCD-1234</code>" in made.text
    assert made.keyboard is not None
    copied = made.keyboard.inline_keyboard[0][0].copy_text
    assert copied is not None
    assert copied.text == "ABCD-1234"


def test_a_code_too_long_to_copy_has_no_button() -> None:
    """Telegram copies at most 256 characters."""
    order = an_order(OrderState.SUCCEEDED, voucher="x" * 257)
    assert labels(letter(a_delivery(NoticeKind.OUTCOME, order=order))) == [
        "🧾 Struk",
        "🔁 Beli lagi",
        "💬 Tanya admin",
    ]


@pytest.mark.parametrize("state", [OrderState.FAILED, OrderState.CANCELLED])
def test_what_was_not_delivered_has_no_receipt(state: OrderState) -> None:
    """Below a failed order stand the ways on, and nothing of goods."""
    order = an_order(state, voucher="SN-1")
    assert labels(letter(a_delivery(NoticeKind.OUTCOME, order=order))) == [
        "🔁 Beli lagi",
        "💬 Tanya admin",
    ]


@pytest.mark.parametrize("state", list(OrderState))
def test_an_orders_message_has_the_buttons_of_its_state(state: OrderState) -> None:
    """Cancelling while it waits, help while it is under way; a final one's stand at its end."""
    found = labels(letter(a_delivery(NoticeKind.ORDER, order=an_order(state))))
    if state is OrderState.QUEUED:
        assert found == ["✕ Batalkan pesanan"]
    else:
        assert found == ([] if state.is_final else ["💬 Tanya admin"])


@EACH_LANGUAGE
@pytest.mark.parametrize("state", list(OrderState))
def test_a_call_for_help_shows_the_admin_who_and_what(state: OrderState, language: str) -> None:
    """With a way to settle it, where there is something to settle."""
    made = letter(a_delivery(NoticeKind.HELP, language, order=an_order(state)), language)
    text = plain(made.text)
    assert "1001" not in text
    name = words(language).numbers_in("Telkomsel 10.000")
    for fact in ("K12", "@anni", name, "081234567890", "/status K12"):
        assert fact in text
    assert bool(labels(made)) == (state is OrderState.PARKED)


@pytest.mark.parametrize(
    ("language", "said_of_money"),
    [
        ("id", "Harga Rp11.200 · sisa saldo Rp88.800"),
        ("en", "Price Rp11,200 · balance left Rp88,800"),
    ],
)
@pytest.mark.parametrize("voucher", ["", "SN-123"])
def test_a_delivery_says_what_it_cost_and_what_is_left(
    language: str, said_of_money: str, voucher: str
) -> None:
    """With a code or without one; the balance at the moment at which it is told."""
    order = an_order(OrderState.SUCCEEDED, voucher=voucher)
    text = said(NoticeKind.OUTCOME, language, order=order)
    assert plain(text).endswith(said_of_money)


def test_a_token_is_grouped_with_its_owner_and_energy() -> None:
    """Twenty digits are typed into a meter in groups of four; the clipboard gets them whole."""
    order = an_order(
        OrderState.SUCCEEDED,
        category_type="token-pln",
        voucher="12345678901234567890/BUDI SANTOSO/R1/900VA/32,1",
    )
    made = letter(a_delivery(NoticeKind.OUTCOME, order=order))
    assert "1234 5678 9012 3456 7890" in made.text
    assert "BUDI SANTOSO · 32,1 kWh" in made.text
    assert made.keyboard is not None
    copied = made.keyboard.inline_keyboard[0][0].copy_text
    assert copied is not None
    assert copied.text == "12345678901234567890"


@pytest.mark.parametrize(
    ("voucher", "shown"),
    [
        ("1234-5678-9012-3456-7890", "1234 5678 9012 3456 7890"),
        ("Token: 1234 5678 9012 3456 7890", "1234 5678 9012 3456 7890"),
        ("12345678901234567890/BUDI", "BUDI"),
        ("1234567890123456789012", "1234567890123456789012"),
        ("sudah dikirim", "sudah dikirim"),
    ],
)
def test_a_token_written_another_way_is_shown_all_the_same(voucher: str, shown: str) -> None:
    """What cannot be read as a token is shown as it came."""
    order = an_order(OrderState.SUCCEEDED, category_type="token-pln", voucher=voucher)
    assert shown in said(NoticeKind.OUTCOME, order=order)


def test_an_empty_voucher_falls_back_to_the_public_note() -> None:
    """Some panels deliver in the note, and tell the reseller's balance there too."""
    order = an_order(OrderState.SUCCEEDED, note="SN: 0041234. Sisa saldo Rp 1.234.567")
    text = said(NoticeKind.OUTCOME, order=order)
    assert "SN: 0041234" in text
    assert "1.234.567" not in text
    assert "Terima kasih" in said(NoticeKind.OUTCOME, order=an_order(OrderState.SUCCEEDED))


@EACH_LANGUAGE
@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_movement_in_a_wallet_can_be_told(purpose: Purpose, language: str) -> None:
    """Amount, note and the balance after it."""
    text = said(NoticeKind.WALLET, language, transfer=a_transfer(purpose, note="bonus"))
    assert words(language).money(25_000) in text
    assert words(language).money(88_800) in text
    assert "bonus" in text


@EACH_LANGUAGE
@pytest.mark.parametrize("state", list(TopUpState))
def test_a_top_up_is_shown_to_the_admin_with_its_person(state: TopUpState, language: str) -> None:
    """Who asks, for how much, and whether somebody has decided already."""
    text = said(NoticeKind.TOPUP_REQUESTED, language, topup=a_topup(state=state))
    assert words(language).money(50_000) in text
    assert "@anni" in text
    assert "1001" not in text


def test_a_rejected_top_up_names_whom_to_ask() -> None:
    """The customer has paid, or thinks so: somebody must be there to talk to."""
    assert CONTACT in said(NoticeKind.TOPUP_REJECTED, topup=a_topup(state=TopUpState.REJECTED))


@EACH_LANGUAGE
def test_a_top_up_that_ran_out_says_what_to_do(language: str) -> None:
    """How much it was, and that a picture helps whoever has paid all the same."""
    made = letter(a_delivery(NoticeKind.TOPUP_EXPIRED, language, topup=a_topup(code=7)), language)
    assert words(language).money(50_007) in made.text
    assert CONTACT in made.text
    assert len(labels(made)) == 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"state": TopUpState.APPROVED}, "sudah masuk"),
        ({"state": TopUpState.REJECTED}, "tidak dikonfirmasi"),
        ({"proof": "f"}, "sedang mengecek"),
    ],
)
def test_what_became_of_a_top_up_meanwhile_is_told_instead(
    changes: dict[str, Any], says: str
) -> None:
    """The customer had blocked the bot, and reads it late."""
    text = said(NoticeKind.TOPUP_EXPIRED, topup=a_topup(**changes))
    assert says in text
    assert "habis" not in text


@pytest.mark.parametrize("changes", [{"cancelled_at": NOW}, {"expires_at": NOW, "expired_at": NOW}])
def test_the_admin_reads_that_no_money_is_expected(changes: dict[str, Any]) -> None:
    """And may approve all the same, once it is there."""
    made = letter(a_delivery(NoticeKind.TOPUP_PROOF, topup=a_topup(**changes)))
    assert ("Dibatalkan pelanggan" in made.text) == ("cancelled_at" in changes)
    assert ("Waktu bayarnya habis" in made.text) == ("expired_at" in changes)
    assert len(labels(made)) == 4


@pytest.mark.parametrize("kind", [NoticeKind.TOPUP_PROOF, NoticeKind.STRAY_PROOF])
@pytest.mark.parametrize("sent_as", ["photo", "document"])
def test_a_transfer_is_shown_as_it_was_sent(kind: NoticeKind, sent_as: str) -> None:
    """A file cannot be shown as a picture, nor the other way round."""
    made = letter(a_delivery(kind, topup=a_topup(), data={sent_as: "f"}))
    assert {"photo": made.photo, "document": made.document}[sent_as] == "f"
    assert made.photo + made.document == "f"


@EACH_LANGUAGE
@pytest.mark.parametrize("reason", [*ParkReason, None])
def test_a_parked_order_shows_the_admin_everything_raw(
    reason: ParkReason | None, language: str
) -> None:
    """Whoever decides about money sees what the supplier said, word for word."""
    order = an_order(
        OrderState.PARKED,
        park_reason=reason,
        sent_at=NOW,
        suspect_ref_id="r9",
        note="Sisa saldo Rp 5.000",
        refusal_message="Something went wrong",
    )
    text = said(NoticeKind.PARKED, language, order=order, candidates=(a_row(note="raw"),))
    for fact in ("K12", "r9", "Sisa saldo Rp 5.000", "Something went wrong", "r1", "raw", "@anni"):
        assert fact in text


def test_a_settled_order_asks_the_admin_nothing() -> None:
    """The announcement may arrive after another admin has decided."""
    made = letter(a_delivery(NoticeKind.PARKED, order=an_order(OrderState.FAILED)))
    assert made.keyboard is None
    assert "K12" in made.text
    assert "0812" not in made.text


@EACH_LANGUAGE
@pytest.mark.parametrize("alert", list(Alert))
def test_every_alert_says_what_to_do(alert: Alert, language: str) -> None:
    """A sentence for each condition, with its detail and its order."""
    data = {"condition": alert.value, "detail": "SM10: 1 -> 2"}
    text = said(NoticeKind.ALERT, language, data=data, order=an_order())
    assert "SM10: 1 -> 2" in text
    assert "K12" in text


OF_NOTHING_STORED = {NoticeKind.ALERT, NoticeKind.STRAY_PROOF, NoticeKind.ASKED}


@pytest.mark.parametrize("kind", [k for k in NoticeKind if k not in OF_NOTHING_STORED])
def test_what_is_gone_is_not_written_about(kind: NoticeKind) -> None:
    """A notice without its subject is no letter."""
    assert letter_of(words("id"), a_delivery(kind), profile(), CONTACT) is None


HOSTILE_ORDER = {
    "product_name": HOSTILE,
    "destination": HOSTILE,
    "note": HOSTILE,
    "voucher": HOSTILE,
    "status_word": HOSTILE,
    "refusal_message": HOSTILE,
    "service_code": HOSTILE,
    "ref_id": HOSTILE,
    "suspect_ref_id": HOSTILE,
}


@pytest.mark.parametrize("state", list(OrderState))
@pytest.mark.parametrize("kind", [NoticeKind.ORDER, NoticeKind.OUTCOME, NoticeKind.PARKED])
def test_foreign_texts_are_shown_letter_by_letter(kind: NoticeKind, state: OrderState) -> None:
    """Names, notes and vouchers come from outside, and may hold tags."""
    person = a_customer(first_name=HOSTILE, username=HOSTILE)
    row = a_row(ref_id=HOSTILE, status_word=HOSTILE, note=HOSTILE)
    delivery = a_delivery(
        kind, order=an_order(state, **HOSTILE_ORDER), customer=person, candidates=(row,)
    )
    made = letter(delivery)
    assert HOSTILE not in made.text
    if kind is not NoticeKind.PARKED:
        assert HOSTILE in plain(made.text)


@pytest.mark.parametrize("kind", [NoticeKind.HELP, NoticeKind.ASKED, NoticeKind.PARKED])
def test_the_name_of_whoever_has_no_user_name_leads_to_them(kind: NoticeKind) -> None:
    """The shop has promised to write to them, and a name alone is no way to."""
    person = a_customer(first_name="Siti <3", username="")
    made = letter(a_delivery(kind, order=an_order(OrderState.PARKED), customer=person))
    link = f'<a href="tg://user?id={person.customer_id}">Siti &lt;3</a>'
    assert link in made.text
    made = letter(a_delivery(kind, order=an_order(OrderState.PARKED), customer=a_customer()))
    assert "tg://" not in made.text


def test_foreign_texts_of_money_and_alerts_are_escaped_too() -> None:
    """Notes of admins and details of alerts are foreign as well."""
    person = a_customer(first_name=HOSTILE, username=HOSTILE)
    data = {"condition": Alert.UNKNOWN_STATUS.value, "detail": HOSTILE}
    for delivery in (
        a_delivery(NoticeKind.WALLET, transfer=a_transfer(note=HOSTILE)),
        a_delivery(NoticeKind.TOPUP_REQUESTED, topup=a_topup(), customer=person),
        a_delivery(NoticeKind.ALERT, data=data, order=an_order(product_name=HOSTILE)),
    ):
        made = letter(delivery)
        assert HOSTILE not in made.text
        assert HOSTILE in plain(made.text)


@given(text=st.text(max_size=60))
def test_any_note_makes_a_letter_that_telegram_takes(text: str) -> None:
    """Whatever the supplier writes, tags pair and nothing of it is a tag."""
    for state in (OrderState.SUCCEEDED, OrderState.FAILED):
        order = an_order(state, note=text, voucher=text, ref_id="r1", product_name=text)
        made = letter_of(words("id"), a_delivery(NoticeKind.OUTCOME, order=order), profile(), "")
        assert made is not None
        assert Tags(made.text).seen <= {"b", "code"}
