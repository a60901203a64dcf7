"""Texts of notices: every state in both languages, with texts from outside escaped."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import RefusalClass, UndeliverableError
from bot.domain.ledger import Purpose
from bot.domain.notice import Alert, NoticeKind
from bot.domain.order import CancelReason, Order, OrderState, ParkReason, WaitReason
from bot.domain.topup import LOST_PROOF, TopUpState
from bot.ports.notifier import Delivery
from handlers.ui.html import plain
from handlers.ui.i18n import Translator, load_languages
from handlers.ui.rendered_message import RenderedMessage, RenderInput
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
from tests.handlers.rendering import RENDERERS, render
from tests.samples import ANNI_CHAT

LANGUAGES = load_languages()
EACH_LANGUAGE = pytest.mark.parametrize("language", ["id", "en"])
CONTACT = "@shop"


class Tags(HTMLParser):
    """Collects the tags of a text, and fails on markup that Telegram refuses."""

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


def rendered(delivery: Delivery, language: str = "id") -> RenderedMessage:
    """Render a notice, check its markup, and return the message."""
    made = render(words(language), delivery, profile(), CONTACT)
    Tags(made.text)
    assert "{" not in made.text
    assert "None" not in made.text
    return made


def words(language: str) -> Translator:
    return LANGUAGES[language]


def said(kind: NoticeKind, language: str = "id", **parts: Any) -> str:
    """Return the text of a notice without its markup."""
    return plain(rendered(a_delivery(kind, language, **parts), language).text)


def labels(made: RenderedMessage) -> list[str]:
    """Return the button labels of a message."""
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


@pytest.mark.parametrize(
    ("data", "command"),
    [
        ({"condition": "credentials_refused"}, "doctor"),
        ({"condition": "backup_old", "made_at": ""}, "backup"),
        (
            {"condition": "restore_test_failed", "made_at": NOW.isoformat(), "cause": "x"},
            "try-backup",
        ),
    ],
)
def test_an_alert_names_the_command_of_the_installation(data: dict[str, str], command: str) -> None:
    """In a container there is no "sudo konter"."""
    delivery, typed = a_delivery(NoticeKind.ALERT, data=data), "docker compose run --rm konter"
    made = RENDERERS[NoticeKind.ALERT](
        RenderInput(words("id"), delivery, profile(), CONTACT, typed)
    )
    assert f"<code>{typed} {command}</code>" in made.text


@EACH_LANGUAGE
def test_every_order_message_names_order_product_number_and_price(language: str) -> None:
    name, price = words(language).numbers_in("Telkomsel 10.000"), words(language).money(11_200)
    for order in orders():
        text = said(NoticeKind.ORDER, language, order=order)
        for fact in ("K12", name, "0812 3456 7890", price, "WIB"):
            assert fact in text


@EACH_LANGUAGE
def test_every_outcome_names_the_balance_and_a_refund(language: str) -> None:
    refunded = {"id": "sudah kembali", "en": "money is back"}[language]
    for order in orders():
        if order.state.is_final:
            text = said(NoticeKind.OUTCOME, language, order=order)
            assert words(language).money(88_800) in text
            assert (refunded in text) == (order.state is not OrderState.SUCCEEDED)


def test_a_doubtful_order_is_never_called_failed() -> None:
    """The goods may have been bought, so the customer reads that the order is being checked."""
    for state in (OrderState.SENDING, OrderState.AMBIGUOUS, OrderState.PARKED):
        text = said(NoticeKind.ORDER, "en", order=an_order(state)).lower()
        assert "failed" not in text
        assert "money is back" not in text
    assert "Uang kamu aman" in said(NoticeKind.ORDER, order=an_order(OrderState.AMBIGUOUS))


def test_a_parked_order_promises_news_by_a_stated_time() -> None:
    """A time at night is replaced by the next morning."""
    parked = an_order(OrderState.PARKED, parked_at=NOW)
    late = replace(parked, parked_at=NOW + timedelta(hours=7))
    for kind in (NoticeKind.ORDER, NoticeKind.ORDER_PARKED):
        assert "Kami kabari paling lambat 18.41 WIB." in said(kind, order=parked)
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
def test_the_promise_is_worded_for_the_time_of_delivery(hours: int, promise: str) -> None:
    """After midnight "tomorrow" would be wrong, and a missed promise is not repeated."""
    parked_at = NOW + timedelta(hours=7)  # 22:41 in Jakarta.
    order = an_order(OrderState.PARKED, parked_at=parked_at)
    read_at = parked_at + timedelta(hours=hours)
    for kind in (NoticeKind.ORDER, NoticeKind.ORDER_PARKED):
        assert said(kind, "en", order=order, at=read_at).endswith(promise)


@pytest.mark.parametrize("state", [OrderState.SENDING, OrderState.ACCEPTED])
def test_after_ten_minutes_an_order_is_said_to_take_longer(state: OrderState) -> None:
    order = an_order(state, sent_at=NOW, accepted_at=NOW)
    for seconds, is_slow in ((599, False), (600, True)):
        text = said(NoticeKind.ORDER, order=order, at=NOW + timedelta(seconds=seconds))
        assert ("kurang dari lima menit" in text) == (not is_slow)
        assert ("lebih lama dari biasanya" in text) == is_slow


@pytest.mark.parametrize(
    "refusal", [RefusalClass.CREDENTIALS, RefusalClass.OWN_DEPOSIT, RefusalClass.MAINTENANCE]
)
def test_refusals_caused_by_the_shop_are_not_disclosed(refusal: RefusalClass) -> None:
    """The customer must not read that the shop's deposit is empty."""
    order = an_order(OrderState.FAILED, refusal=refusal, refusal_message="Saldo tidak cukup")
    text = said(NoticeKind.OUTCOME, "en", order=order)
    assert "temporarily unavailable" in text
    assert "Saldo" not in text


def test_a_failed_row_gives_its_reason_without_the_shops_balance() -> None:
    for reason in ("Nomor diblokir", "Lakukan unreg paket dahulu", "Kesalahan tak terduga"):
        note = f"{reason}. Sisa saldo Rp 1.234.567"
        order = an_order(OrderState.FAILED, ref_id="r1", status_word="error", note=note)
        text = said(NoticeKind.OUTCOME, order=order)
        assert reason in text
        assert "1.234.567" not in text


@pytest.mark.parametrize("word", ["partial", "pending", "", "strange"])
def test_a_refund_by_an_admin_shows_no_note_of_the_supplier(word: str) -> None:
    """The note of a row that has not failed is no reason for the refund."""
    order = an_order(OrderState.FAILED, ref_id="r1", status_word=word, note="Sebagian terkirim")
    text = said(NoticeKind.OUTCOME, order=order)
    assert "Sebagian" not in text
    assert "Pesanannya gagal." in text


def copied(made: RenderedMessage) -> str:
    """Return what a message's first button copies."""
    assert made.keyboard is not None
    found = made.keyboard.inline_keyboard[0][0].copy_text
    assert found is not None
    return found.text


def test_a_code_can_be_copied_with_one_tap() -> None:
    order = an_order(OrderState.SUCCEEDED, voucher="ABCD-1234")
    made = rendered(a_delivery(NoticeKind.OUTCOME, order=order))
    assert "<code>ABCD-1234</code>" in made.text
    assert copied(made) == "ABCD-1234"


@pytest.mark.parametrize(
    ("state", "voucher", "buttons"),
    [
        # A copy button holds at most 256 characters (Bot API).
        (OrderState.SUCCEEDED, "x" * 257, ["🧾 Struk", "🔁 Beli lagi", "💬 Tanya admin"]),
        # No receipt of an order that was not delivered.
        (OrderState.FAILED, "SN-1", ["🔁 Beli lagi", "💬 Tanya admin"]),
        (OrderState.CANCELLED, "SN-1", ["🔁 Beli lagi", "💬 Tanya admin"]),
    ],
)
def test_an_outcome_has_only_the_buttons_that_apply(
    state: OrderState, voucher: str, buttons: list[str]
) -> None:
    order = an_order(state, voucher=voucher)
    assert labels(rendered(a_delivery(NoticeKind.OUTCOME, order=order))) == buttons


@pytest.mark.parametrize("state", list(OrderState))
def test_an_orders_message_has_the_buttons_of_its_state(state: OrderState) -> None:
    found = labels(rendered(a_delivery(NoticeKind.ORDER, order=an_order(state))))
    if state is OrderState.QUEUED:
        assert found == ["✕ Batalkan pesanan"]
    else:
        assert found == ([] if state.is_final else ["💬 Tanya admin"])


@EACH_LANGUAGE
@pytest.mark.parametrize("state", list(OrderState))
def test_a_help_request_shows_the_customer_and_the_order(state: OrderState, language: str) -> None:
    made = rendered(a_delivery(NoticeKind.HELP, language, order=an_order(state)), language)
    text = plain(made.text)
    assert "1001" not in text
    name = words(language).numbers_in("Telkomsel 10.000")
    for fact in ("K12", "@anni", name, "081234567890", "/status K12"):
        assert fact in text
    assert bool(labels(made)) == (state is OrderState.PARKED)


def test_a_token_is_grouped_with_its_owner_and_energy() -> None:
    """A token is typed into the meter in groups of four; the clipboard gets the bare digits."""
    order = an_order(
        OrderState.SUCCEEDED,
        category_type="token-pln",
        voucher="12345678901234567890/BUDI SANTOSO/R1/900VA/32,1",
    )
    made = rendered(a_delivery(NoticeKind.OUTCOME, order=order))
    assert "1234 5678 9012 3456 7890" in made.text
    assert "BUDI SANTOSO · 32,1 kWh" in made.text
    assert copied(made) == "12345678901234567890"


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
def test_a_token_in_another_format_is_shown(voucher: str, shown: str) -> None:
    order = an_order(OrderState.SUCCEEDED, category_type="token-pln", voucher=voucher)
    assert shown in said(NoticeKind.OUTCOME, order=order)


def test_an_empty_voucher_falls_back_to_the_public_note() -> None:
    """Some panels deliver in the note, which may also contain the shop's balance."""
    order = an_order(OrderState.SUCCEEDED, note="SN: 0041234. Sisa saldo Rp 1.234.567")
    text = said(NoticeKind.OUTCOME, order=order)
    assert "SN: 0041234" in text
    assert "1.234.567" not in text
    assert "Terima kasih" in said(NoticeKind.OUTCOME, order=an_order(OrderState.SUCCEEDED))


@EACH_LANGUAGE
def test_every_wallet_transfer_has_a_text(language: str) -> None:
    for purpose in Purpose:
        text = said(NoticeKind.WALLET, language, transfer=a_transfer(purpose, note="bonus"))
        for fact in (words(language).money(25_000), words(language).money(88_800), "bonus"):
            assert fact in text


@pytest.mark.parametrize("state", list(TopUpState))
def test_a_top_up_is_shown_to_the_admin_with_its_customer(state: TopUpState) -> None:
    text = said(NoticeKind.TOPUP_REQUESTED, topup=a_topup(state=state))
    assert words("id").money(50_000) in text
    assert "@anni" in text
    assert "1001" not in text


def test_a_customer_whose_top_up_ends_unpaid_can_ask_somebody() -> None:
    """The customer may have paid all the same."""
    assert CONTACT in said(NoticeKind.TOPUP_REJECTED, topup=a_topup(state=TopUpState.REJECTED))
    made = rendered(a_delivery(NoticeKind.TOPUP_EXPIRED, topup=a_topup(code=7)))
    assert words("id").money(50_007) in made.text
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
def test_a_late_notice_of_expiry_shows_the_current_state(
    changes: dict[str, Any], says: str
) -> None:
    """It is delivered late when the customer had blocked the bot."""
    text = said(NoticeKind.TOPUP_EXPIRED, topup=a_topup(**changes))
    assert says in text
    assert "habis" not in text


def test_a_picture_of_the_former_bot_is_asked_for_again() -> None:
    asked, stray = a_topup(proof=LOST_PROOF), {"is_lost": 1}
    for text in (
        said(NoticeKind.TOPUP_REQUESTED, topup=asked),
        said(NoticeKind.STRAY_PROOF, data=stray),
    ):
        assert "bot lama" in text
    assert "bot lama" not in said(NoticeKind.STRAY_PROOF)
    for text in (said(NoticeKind.PROOF_LOST, topup=asked), said(NoticeKind.PROOF_LOST)):
        assert "tidak perlu bayar lagi" in text
    assert "Kirim lagi" in said(NoticeKind.TOPUP_EXPIRED, topup=asked)


@pytest.mark.parametrize("changes", [{"cancelled_at": NOW}, {"expires_at": NOW, "expired_at": NOW}])
def test_a_proof_of_a_cancelled_or_expired_top_up_says_so(changes: dict[str, Any]) -> None:
    made = rendered(a_delivery(NoticeKind.TOPUP_PROOF, topup=a_topup(**changes)))
    assert ("Dibatalkan pelanggan" in made.text) == ("cancelled_at" in changes)
    assert ("Waktu bayarnya habis" in made.text) == ("expired_at" in changes)
    assert len(labels(made)) == 5


@pytest.mark.parametrize("kind", [NoticeKind.TOPUP_PROOF, NoticeKind.STRAY_PROOF])
@pytest.mark.parametrize("sent_as", ["photo", "document"])
def test_a_proof_stays_a_photo_or_a_file(kind: NoticeKind, sent_as: str) -> None:
    """A file cannot change its type when it is sent again by its id (Bot API)."""
    made = rendered(a_delivery(kind, topup=a_topup(), data={sent_as: "f"}))
    assert {"photo": made.photo, "document": made.document}[sent_as] == "f"
    assert made.photo + made.document == "f"


@EACH_LANGUAGE
@pytest.mark.parametrize("reason", [*ParkReason, None])
def test_a_parked_order_shows_the_admin_the_suppliers_texts_unchanged(
    reason: ParkReason | None, language: str
) -> None:
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


def test_the_announcement_of_a_settled_order_has_no_buttons() -> None:
    """The announcement may be delivered after another admin has decided."""
    made = rendered(a_delivery(NoticeKind.PARKED, order=an_order(OrderState.FAILED)))
    assert made.keyboard is None
    assert "K12" in made.text
    assert "0812" not in made.text


KINDS_WITHOUT_SUBJECT = {
    NoticeKind.ALERT,
    NoticeKind.STRAY_PROOF,
    NoticeKind.ASKED,
    NoticeKind.PROOF_LOST,
}


@pytest.mark.parametrize("kind", [k for k in NoticeKind if k not in KINDS_WITHOUT_SUBJECT])
def test_a_notice_without_its_subject_is_not_rendered(kind: NoticeKind) -> None:
    with pytest.raises(UndeliverableError, match="does not exist"):
        render(words("id"), a_delivery(kind), profile(), CONTACT)


HOSTILE_ORDER = dict.fromkeys(
    (
        *("product_name", "destination", "note", "voucher", "status_word"),
        *("refusal_message", "service_code", "ref_id", "suspect_ref_id"),
    ),
    HOSTILE,
)


@pytest.mark.parametrize("kind", [NoticeKind.ORDER, NoticeKind.OUTCOME, NoticeKind.PARKED])
def test_texts_from_outside_are_escaped(kind: NoticeKind) -> None:
    person = a_customer(name=HOSTILE, username=HOSTILE)
    row = a_row(ref_id=HOSTILE, status_word=HOSTILE, note=HOSTILE)
    for state in OrderState:
        order = an_order(state, **HOSTILE_ORDER)
        made = rendered(a_delivery(kind, order=order, customer=person, candidates=(row,)))
        assert HOSTILE not in made.text
        if kind is not NoticeKind.PARKED:
            assert HOSTILE in plain(made.text)


@pytest.mark.parametrize("kind", [NoticeKind.HELP, NoticeKind.ASKED, NoticeKind.PARKED])
def test_a_customer_is_linked_by_id_also_beside_a_username(kind: NoticeKind) -> None:
    """The shop promises to write to them, and a name alone cannot be written to."""
    person = a_customer(name="Siti <3", username="")
    made = rendered(a_delivery(kind, order=an_order(OrderState.PARKED), customer=person))
    link = f'<a href="tg://user?id={ANNI_CHAT}">Siti &lt;3</a>'
    assert link in made.text
    made = rendered(a_delivery(kind, order=an_order(OrderState.PARKED), customer=a_customer()))
    assert f'<a href="tg://user?id={ANNI_CHAT}">' in made.text
    assert "@anni" in made.text


def test_notes_and_alert_details_are_escaped_too() -> None:
    person = a_customer(name=HOSTILE, username=HOSTILE)
    data = {"condition": Alert.UNKNOWN_STATUS.value, "detail": HOSTILE}
    for delivery in (
        a_delivery(NoticeKind.WALLET, transfer=a_transfer(note=HOSTILE)),
        a_delivery(NoticeKind.TOPUP_REQUESTED, topup=a_topup(), customer=person),
        a_delivery(NoticeKind.ALERT, data=data, order=an_order(product_name=HOSTILE)),
    ):
        made = rendered(delivery)
        assert HOSTILE not in made.text
        assert HOSTILE in plain(made.text)


@given(text=st.text(max_size=60))
def test_any_note_of_the_supplier_gives_valid_markup(text: str) -> None:
    for state in (OrderState.SUCCEEDED, OrderState.FAILED):
        order = an_order(state, note=text, voucher=text, ref_id="r1", product_name=text)
        made = render(words("id"), a_delivery(NoticeKind.OUTCOME, order=order), profile(), "")
        assert made is not None
        assert Tags(made.text).seen <= {"b", "code"}
