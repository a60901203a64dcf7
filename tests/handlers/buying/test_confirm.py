"""The confirm screen: its contents, its one button, and changes between quote and press."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.dialog import Step
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, OrderState
from handlers.ui.buttons import BuyAgain, Confirm, QuoteAgain, pack
from tests.handlers.counter import CLARE, Counter
from tests.services.shop import ADMIN, ANNI, BUDI


async def test_the_quote_shows_product_number_price_and_balance(counter: Counter) -> None:
    await counter.to_confirm()
    assert counter.text() == (
        "Cek dulu, ya\n\n"
        "Telkomsel 10.000\n"
        "Untuk: 0812 3456 7890\n"
        "Harga: Rp11.200\n"
        "Saldo kamu: Rp100.000, sisa Rp88.800"
    )
    assert counter.labels() == ["✅ Bayar Rp11.200", "✏️ Ganti nomor", "‹ Kembali", "✕ Batal"]
    assert counter.last().buttons[0][0]["style"] == "success"
    assert (await counter.shop.wallet()).held == 0


async def test_english_clients_get_the_quote_in_english(counter: Counter) -> None:
    await counter.say("/order", CLARE)
    await counter.press("Pulsa", CLARE)
    await counter.press("Telkomsel", CLARE)
    await counter.press("10,000 · Rp11", CLARE)
    await counter.say("083112345678", CLARE)
    assert "This number seems to be Axis, but the product is Telkomsel. Go on?" in counter.text(
        CLARE
    )
    assert "Your balance: Rp100,000, afterwards Rp88,800" in counter.text(CLARE)


async def test_one_press_makes_one_order_and_its_message(counter: Counter) -> None:
    await counter.to_confirm()
    answer = await counter.press("Bayar")
    assert answer.text == "Terima kasih! Pesanan kamu K1."
    (order,) = await counter.orders()
    assert order.state is OrderState.QUEUED
    assert order.message_id == counter.last().message_id
    assert len(counter.said()) == 2
    assert counter.text().startswith("K1 · Telkomsel 10.000")
    assert (await counter.shop.wallet()).held == 11_200
    assert await counter.dialog() is None


async def test_a_purchase_takes_six_taps_and_the_number(counter: Counter) -> None:
    await counter.shop.relist("SM20", sub="Promo")
    await counter.say("/start")
    for label in ("Belanja", "Pulsa", "Telkomsel", "Umum", "10.000 · Rp11"):
        await counter.press(label)
    await counter.say("081234567890")
    await counter.press("Bayar")
    assert len(await counter.orders()) == 1


async def test_two_taps_make_one_order(counter: Counter) -> None:
    await counter.to_confirm()
    message, data = counter.find("Bayar")
    queries = [counter.telegram.press_forged(ANNI, message.message_id, data) for _ in range(3)]
    answers = [await counter.telegram.wait_answer(query) for query in queries]
    assert answers[0].text == "Terima kasih! Pesanan kamu K1."
    assert {one.text for one in answers[1:]} == {
        "Ini sudah dipesan: K1. Saldo kamu tidak terpotong dua kali."
    }
    await counter.say("/status")
    assert len(await counter.orders()) == 1
    assert (await counter.shop.wallet()).held == 11_200


async def test_the_same_update_twice_makes_one_order(counter: Counter) -> None:
    """Telegram delivers an update again when its confirmation was lost."""
    await counter.to_confirm()
    await counter.press("Bayar")
    counter.telegram.redeliver(counter.telegram.updates.next_id - 1)
    await counter.say("/status")
    assert len(await counter.orders()) == 1


async def test_a_used_confirm_button_under_another_message_shows_its_order(
    counter: Counter,
) -> None:
    await counter.to_confirm()
    _, data = counter.find("Bayar")
    await counter.press("Bayar")
    await counter.say("/beli")
    await counter.press_data(data, counter.last().message_id)
    assert counter.text().startswith("K1 · Telkomsel 10.000")
    assert "Batalkan pesanan" in counter.labels()[0]


async def test_another_customers_confirm_button_buys_nothing(counter: Counter) -> None:
    await counter.to_confirm()
    _, data = counter.find("Bayar")
    await counter.say("/start", BUDI)
    answer = await counter.forge(data, BUDI)
    assert answer.show_alert
    assert "tidak berlaku" in answer.text
    assert await counter.orders(BUDI) == []
    assert await counter.orders() == []


@pytest.mark.parametrize("kind", [Confirm, QuoteAgain])
async def test_a_forged_token_buys_nothing(
    counter: Counter, kind: type[Confirm | QuoteAgain]
) -> None:
    await counter.say("/start")
    answer = await counter.forge(kind("x" * 12))
    assert "tidak berlaku lagi, jadi barusan tidak ada yang dipesan" in answer.text


async def test_another_number_gets_a_new_quote(counter: Counter) -> None:
    await counter.to_confirm()
    old = counter.last().message_id
    await counter.say("081311112222")
    assert "Untuk: 0813 1111 2222" in counter.text()
    assert [one.buttons for one in counter.said() if one.message_id == old] == [[]]
    assert counter.find("Bayar")[0].message_id == counter.last().message_id


async def test_other_text_on_the_confirm_screen_keeps_the_quote(counter: Counter) -> None:
    await counter.to_confirm()
    await counter.say("ya")
    assert "Itu bukan nomor HP." in counter.text()
    assert "untuk membayar Telkomsel 10.000 ke 0812 3456 7890" in counter.text()
    await counter.press("Bayar")
    (order,) = await counter.orders()
    assert order.destination == "081234567890"


@pytest.mark.parametrize(
    "typed", ["081311112222 20", "081711112222 20", "0813 1111 2222 20rb", "20 081311112222"]
)
async def test_a_new_order_typed_on_the_confirm_screen_replaces_the_quote(
    counter: Counter, typed: str
) -> None:
    """No button below the new offer may pay for the first number."""
    await counter.to_confirm()
    await counter.say(typed)
    assert counter.labels()[0].startswith(("20.000 ·", "10.000 ·")), counter.shown()
    assert not any("Bayar" in label for label in counter.labels())
    assert await counter.dialog() is None


@pytest.mark.parametrize("typed", ["081311112222 7", "0813 1111 222 10 7", "081311"])
async def test_unclear_digits_on_the_confirm_screen_remove_the_pay_button(
    counter: Counter, typed: str
) -> None:
    """The digits may have been meant as another order."""
    await counter.to_confirm()
    await counter.say(typed)
    assert "Layar di atas masih Telkomsel 10.000 ke 0812 3456 7890" in counter.text()
    assert counter.labels() == ["✕ Batal"]
    assert await counter.orders() == []


async def test_the_number_can_be_changed(counter: Counter) -> None:
    await counter.to_confirm()
    await counter.press("Ganti nomor")
    assert "Kirim nomor HP-nya" in counter.text()
    await counter.say("085711112222")
    assert "Untuk: 0857 1111 2222" in counter.text()


async def test_back_and_cancel_leave_the_confirm_screen(counter: Counter) -> None:
    await counter.to_confirm()
    await counter.press("Kembali")
    assert "Pulsa › Telkomsel" in counter.text()
    await counter.to_confirm()
    await counter.press("Batal")
    assert "Tidak ada yang dipesan dan saldo kamu tidak terpotong" in counter.text()
    assert await counter.orders() == []
    assert await counter.dialog() is None


# --- warnings ---


async def test_a_number_of_another_operator_is_warned_about(counter: Counter) -> None:
    """Numbers are ported between operators, so the customer may go on."""
    await counter.to_confirm("083112345678")
    assert "Nomor ini sepertinya Axis, tapi produknya Telkomsel. Lanjut?" in counter.text()
    first, *_, last = [row for row in counter.last().buttons if row]
    assert first[0]["text"] == "Lihat produk Axis"
    assert last == [last[0] | {"text": "Tetap bayar Rp11.200", "style": "danger"}]
    reds = [one for row in counter.last().buttons for one in row if one.get("style") == "danger"]
    assert reds == last
    await counter.press("Tetap bayar")
    assert len(await counter.orders()) == 1


@pytest.mark.parametrize("text", ["hello?", "udah masuk belum?", "🙏"])
async def test_typed_words_keep_the_operator_warning(counter: Counter, text: str) -> None:
    await counter.to_confirm("083112345678")
    await counter.say(text)
    assert "Layar di atas masih Telkomsel 10.000 ke 0831 1234 5678" in counter.text()
    assert not any("Bayar" in label for label in counter.labels())
    await counter.press("Tetap bayar")
    assert len(await counter.orders()) == 1


async def test_the_operator_warning_comes_before_the_missing_balance(counter: Counter) -> None:
    await counter.shop.relist("SM10", cost=Rupiah(150_000))
    await counter.to_confirm("083112345678")
    assert counter.labels()[:3] == ["Lihat produk Axis", "💵 Isi saldo", "🔄 Cek saldo lagi"]
    assert not any("bayar" in label.lower() for label in counter.labels())


async def test_a_number_of_two_brands_names_both(counter: Counter) -> None:
    """The prefix 0851 belongs to Telkomsel and to by.U."""
    await counter.say("/beli")
    await counter.press("Pulsa")
    await counter.press("XL")
    await counter.press("10.000")
    await counter.say("085112345678")
    assert "Nomor ini sepertinya Telkomsel atau by.U, tapi produknya XL. Lanjut?" in counter.text()
    assert counter.labels()[0] == "Lihat yang cocok"


async def test_a_repeated_purchase_within_ten_minutes_needs_confirmation(counter: Counter) -> None:
    """A mistake and an intended second purchase look the same."""
    await counter.to_confirm()
    await counter.press("Bayar")
    counter.shop.clock.advance(300)
    await counter.to_confirm()
    assert "Kamu baru beli produk ini" in counter.text()
    assert "12.00 WIB (K1). Beli lagi?" in counter.text()
    await counter.press("Bayar")
    assert len(await counter.orders()) == 2


async def test_a_second_screen_of_the_same_purchase_needs_confirmation(counter: Counter) -> None:
    await counter.to_confirm()
    await counter.to_confirm()
    first, second = (one for one in counter.said() if "Cek dulu" in one.text)
    data = [one.buttons[0][0]["callback_data"] for one in (first, second)]
    await counter.press_data(data[0], first.message_id)
    await counter.press_data(data[1], second.message_id)
    assert len(await counter.orders()) == 1
    assert "Beli lagi?" in counter.text()
    await counter.press("Bayar")
    assert len(await counter.orders()) == 2


async def test_a_second_purchase_of_a_once_a_day_product_is_warned_about(counter: Counter) -> None:
    await counter.to_destination("once a day")
    await counter.say("081234567890")
    await counter.press("Bayar")
    counter.shop.clock.advance(3600)
    await counter.to_destination("once a day")
    await counter.say("081234567890")
    assert "biasanya hanya bisa sekali sehari" in counter.text()


# --- changes between quote and press ---


async def test_a_changed_price_needs_confirmation(counter: Counter) -> None:
    """The price charged is the price shown."""
    await counter.to_confirm()
    await counter.shop.relist("SM10", cost=Rupiah(10_900))
    await counter.press("Bayar")
    assert await counter.orders() == []
    assert "Harganya baru saja berubah, tadinya Rp11.200." in counter.text()
    await counter.press("Bayar Rp11.900")
    (order,) = await counter.orders()
    assert order.price == 11_900


async def test_a_product_that_sold_out_is_not_bought(counter: Counter) -> None:
    await counter.to_confirm()
    await counter.shop.relist("SM10", is_ready=False)
    await counter.press("Bayar")
    assert "Produk ini sedang kosong" in counter.text()
    assert counter.labels() == ["🔔 Kabari kalau ada lagi", "🛒 Belanja", "✕ Batal"]
    dialog = await counter.dialog()
    assert dialog is not None
    assert dialog.step == Step.PRODUCT
    assert (await counter.shop.wallet()).held == 0


async def test_a_product_that_closed_meanwhile_says_when_it_opens(counter: Counter) -> None:
    counter.shop.clock.advance(11.4 * 3600)
    await counter.to_destination("Night")
    await counter.say("081234567890")
    counter.shop.clock.advance(600)
    await counter.press("Bayar")
    assert "tutup sampai 00.30 WIB" in counter.text()
    assert await counter.orders() == []


async def test_a_paused_shop_takes_no_orders(counter: Counter) -> None:
    await counter.to_confirm()
    await counter.shop.admin.pause(ADMIN, "")
    answer = await counter.press("Bayar")
    assert answer.show_alert
    assert answer.text == "Toko sedang istirahat. Coba lagi begitu toko buka, ya."
    await counter.shop.admin.resume(ADMIN)
    await counter.press("Bayar")
    assert len(await counter.orders()) == 1


async def test_a_pause_is_shown_on_the_confirm_screen(counter: Counter) -> None:
    await counter.shop.admin.pause(ADMIN, "")
    await counter.to_confirm()
    assert "Toko sedang istirahat." in counter.text()
    assert any("Bayar" in label for label in counter.labels())
    await counter.shop.admin.resume(ADMIN)
    await counter.to_confirm()
    assert "istirahat" not in counter.text()


async def test_an_expired_quote_is_shown_again(counter: Counter) -> None:
    await counter.to_confirm()
    counter.shop.clock.advance(3600)
    await counter.press("Bayar")
    assert await counter.orders() == []
    assert "Yang tadi sudah terlalu lama" in counter.text()
    await counter.press("Bayar")
    assert len(await counter.orders()) == 1


async def test_an_expired_quote_on_an_inaccessible_message_is_sent_below(counter: Counter) -> None:
    """Telegram neither returns the text of such an old message nor lets it be edited."""
    await counter.to_confirm()
    _, data = counter.find("Bayar")
    counter.shop.clock.advance(30 * 86_400)
    await counter.press_data(data, 777)
    assert "Yang tadi sudah terlalu lama" in counter.text()
    await counter.press("Bayar")
    assert len(await counter.orders()) == 1


async def test_a_quote_of_a_product_that_changed_its_type_buys_nothing(counter: Counter) -> None:
    """The supplier moved the product to a type that needs another kind of destination."""
    await counter.to_confirm("0812345678")
    await counter.shop.relist("SM10", type="token-pln")
    answer = await counter.press("Bayar")
    assert "tidak berlaku lagi, jadi barusan tidak ada yang dipesan" in answer.text
    assert await counter.orders() == []


# --- insufficient balance ---


async def reduce_balance(counter: Counter, left: int = 5_000) -> None:
    """Reduce Anni's balance to this amount, and deliver the notice of it."""
    await counter.shop.credit(ANNI, left - 100_000)
    await counter.deliver.deliver()


async def test_an_insufficient_balance_offers_a_top_up_and_a_second_check(counter: Counter) -> None:
    await reduce_balance(counter)
    await counter.to_confirm()
    assert "Saldo kamu belum cukup: kurang Rp6.200." in counter.text()
    assert counter.labels()[:2] == ["💵 Isi saldo", "🔄 Cek saldo lagi"]
    screen = counter.last()
    await counter.press("Isi saldo")
    await counter.press("Rp50.000")
    await counter.shop.credit(ANNI, 50_000)
    message, data = counter.find("Cek saldo lagi")
    assert message.message_id == screen.message_id
    await counter.press_data(data, message.message_id)
    (again,) = [one for one in counter.said() if one.message_id == screen.message_id]
    assert "Saldo kamu: Rp55.000, sisa Rp43.800" in again.text
    await counter.press("Bayar")
    assert len(await counter.orders()) == 1


async def test_a_balance_spent_meanwhile_is_noticed_at_the_press(counter: Counter) -> None:
    await counter.to_confirm()
    screen = counter.last().message_id
    await reduce_balance(counter)
    answer = await counter.press("Bayar")
    assert answer.text == "Saldo kamu belum cukup: kurang Rp6.200."
    assert counter.find("Isi saldo")[0].message_id == screen
    assert await counter.orders() == []


async def test_checking_a_used_quote_again_shows_its_order(counter: Counter) -> None:
    await counter.to_confirm()
    token = counter.find("Bayar")[1].split(":")[2]
    await counter.press("Bayar")
    answer = await counter.forge(QuoteAgain(token))
    assert "Ini sudah dipesan: K1." in answer.text


# --- buying again ---


async def test_buying_again_asks_in_a_message_of_its_own(counter: Counter) -> None:
    """The receipt with its code must not be overwritten."""
    order = await cancelled_order(counter)
    await counter.shop.relist("SM10", cost=Rupiah(10_900))
    receipt = counter.last()
    await counter.press("Beli lagi")
    assert counter.said()[-2].text == receipt.text
    assert "Untuk: 0812 3456 7890" in counter.text()
    assert "Harga: Rp11.900" in counter.text()
    await counter.press("Bayar")
    newest, oldest = await counter.orders()
    assert (oldest.order_id, newest.destination) == (order, "081234567890")


async def test_buying_again_takes_another_number_too(counter: Counter) -> None:
    await cancelled_order(counter)
    await counter.press("Beli lagi")
    await counter.say("085711112222")
    assert "Untuk: 0857 1111 2222" in counter.text()
    assert counter.said()[-2].buttons == []


async def test_a_game_is_bought_again_with_user_id_and_zone(counter: Counter) -> None:
    """The supplier gets both joined; customers read them apart."""
    await counter.say("/beli")
    await counter.press("Voucher Game")
    await counter.press("86 Diamonds")
    await counter.say("12345678 1234")
    await counter.press("Bayar")
    await counter.press("Batalkan pesanan")
    await counter.press("Beli lagi")
    assert "Untuk: 12345678 (1234)" in counter.text()


async def test_a_product_out_of_stock_is_not_bought_again(counter: Counter) -> None:
    await cancelled_order(counter)
    await counter.shop.relist("SM10", is_ready=False)
    await counter.press("Beli lagi")
    assert "Produk ini sedang kosong" in counter.text()
    assert counter.labels() == ["🔔 Kabari kalau ada lagi", "🛒 Belanja"]
    assert await counter.dialog() is None


async def test_a_product_that_changed_its_type_is_not_bought_again(counter: Counter) -> None:
    await cancelled_order(counter, "0812345678")
    await counter.shop.relist("SM10", type="token-pln")
    await counter.press("Beli lagi")
    assert "tidak berlaku" in counter.text()


@pytest.mark.parametrize("number", [1, 999, -1, 10**18 - 1])
async def test_another_customers_order_cannot_be_bought_again(
    counter: Counter, number: int
) -> None:
    await cancelled_order(counter)
    await counter.say("/start", BUDI)
    answer = await counter.forge(BuyAgain(number), BUDI)
    assert answer.show_alert
    assert "tidak ada di riwayat kamu" in answer.text
    assert "0812" not in counter.shown(BUDI)


async def cancelled_order(counter: Counter, number: str = "081234567890") -> int:
    """Buy Telkomsel 10.000 and cancel it; return the order's id."""
    await counter.to_confirm(number)
    await counter.press("Bayar")
    await counter.press("Batalkan pesanan")
    (order,) = await counter.orders(CustomerId(ANNI))
    return order.order_id


async def test_confirming_while_telegram_fails_orders_once(counter: Counter) -> None:
    await counter.to_confirm()
    counter.telegram.fail_next("answerCallbackQuery", "500")
    message, data = counter.find("Bayar")
    counter.telegram.press_forged(ANNI, message.message_id, data)
    while not await counter.orders():  # noqa: ASYNC110 - the database has no event
        await asyncio.sleep(0.005)
    await counter.say("/status")
    assert len(await counter.orders()) == 1
    assert counter.said()[1].text.startswith("K1")


def test_a_confirm_button_fits() -> None:
    assert len(pack(Confirm("x" * 12))) < 64
