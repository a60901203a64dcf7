"""The confirm screen: its contents, its one button, and changes between quote and press."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.dialog import Step
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, OrderState
from handlers.ui.buttons import BuyAgain, Confirm, QuoteAgain
from tests.handlers.harness import BotHarness
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, BUDI


async def test_one_press_makes_one_order_and_its_message(harness: BotHarness) -> None:
    await harness.to_confirm()
    answer = await harness.press("Bayar")
    assert answer.text == "Terima kasih! Pesanan kamu K1."
    (order,) = await harness.orders()
    assert order.state is OrderState.QUEUED
    assert order.message_id == harness.last().message_id
    assert len(harness.said()) == 2
    assert harness.text().startswith("K1 · Telkomsel 10.000")
    assert (await harness.shop.wallet()).held == 11_200
    assert await harness.dialog() is None


async def test_two_taps_make_one_order(harness: BotHarness) -> None:
    await harness.to_confirm()
    message, data = harness.find("Bayar")
    queries = [harness.telegram.press_forged(ANNI_CHAT, message.message_id, data) for _ in range(3)]
    answers = [await harness.telegram.wait_answer(query) for query in queries]
    assert answers[0].text == "Terima kasih! Pesanan kamu K1."
    assert {one.text for one in answers[1:]} == {
        "Ini sudah dipesan: K1. Saldo kamu tidak terpotong dua kali."
    }
    await harness.say("/status")
    assert len(await harness.orders()) == 1
    assert (await harness.shop.wallet()).held == 11_200


async def test_the_same_update_twice_makes_one_order(harness: BotHarness) -> None:
    """Telegram delivers an update again when its confirmation was lost."""
    await harness.to_confirm()
    await harness.press("Bayar")
    harness.telegram.redeliver(harness.telegram.updates.next_id - 1)
    await harness.say("/status")
    assert len(await harness.orders()) == 1


async def test_a_used_confirm_button_under_another_message_shows_its_order(
    harness: BotHarness,
) -> None:
    await harness.to_confirm()
    _, data = harness.find("Bayar")
    await harness.press("Bayar")
    await harness.say("/beli")
    await harness.press_data(data, harness.last().message_id)
    assert harness.text().startswith("K1 · Telkomsel 10.000")
    assert "Batalkan pesanan" in harness.labels()[0]


async def test_another_customers_confirm_button_buys_nothing(harness: BotHarness) -> None:
    await harness.to_confirm()
    _, data = harness.find("Bayar")
    await harness.say("/start", BUDI)
    answer = await harness.forge(data, BUDI)
    assert answer.show_alert
    assert "tidak berlaku" in answer.text
    assert await harness.orders(BUDI) == []
    assert await harness.orders() == []


@pytest.mark.parametrize("kind", [Confirm, QuoteAgain])
async def test_a_forged_token_buys_nothing(
    harness: BotHarness, kind: type[Confirm | QuoteAgain]
) -> None:
    await harness.say("/start")
    answer = await harness.forge(kind("x" * 12))
    assert "tidak berlaku lagi, jadi barusan tidak ada yang dipesan" in answer.text


async def test_another_number_gets_a_new_quote(harness: BotHarness) -> None:
    await harness.to_confirm()
    old = harness.last().message_id
    await harness.say("081311112222")
    assert "Untuk: 0813 1111 2222" in harness.text()
    assert [one.buttons for one in harness.said() if one.message_id == old] == [[]]
    assert harness.find("Bayar")[0].message_id == harness.last().message_id


async def test_other_text_on_the_confirm_screen_keeps_the_quote(harness: BotHarness) -> None:
    await harness.to_confirm()
    await harness.say("ya")
    assert "Itu bukan nomor HP." in harness.text()
    assert "untuk membayar Telkomsel 10.000 ke 0812 3456 7890" in harness.text()
    await harness.press("Bayar")
    (order,) = await harness.orders()
    assert order.destination == "081234567890"


@pytest.mark.parametrize(
    "typed", ["081311112222 20", "081711112222 20", "0813 1111 2222 20rb", "20 081311112222"]
)
async def test_a_new_order_typed_on_the_confirm_screen_replaces_the_quote(
    harness: BotHarness, typed: str
) -> None:
    """No button below the new offer may pay for the first number."""
    await harness.to_confirm()
    await harness.say(typed)
    assert harness.labels()[0].startswith(("20.000 ·", "10.000 ·")), harness.shown()
    assert not any("Bayar" in label for label in harness.labels())
    assert await harness.dialog() is None


@pytest.mark.parametrize("typed", ["081311112222 7", "0813 1111 222 10 7", "081311"])
async def test_unclear_digits_on_the_confirm_screen_remove_the_pay_button(
    harness: BotHarness, typed: str
) -> None:
    """The digits may have been meant as another order."""
    await harness.to_confirm()
    await harness.say(typed)
    assert "Layar di atas masih Telkomsel 10.000 ke 0812 3456 7890" in harness.text()
    assert harness.labels() == ["✕ Batal"]
    assert await harness.orders() == []


async def test_back_and_cancel_leave_the_confirm_screen(harness: BotHarness) -> None:
    await harness.to_confirm()
    await harness.press("Kembali")
    assert "Pulsa › Telkomsel" in harness.text()
    await harness.to_confirm()
    await harness.press("Batal")
    assert "Tidak ada yang dipesan dan saldo kamu tidak terpotong" in harness.text()
    assert await harness.orders() == []
    assert await harness.dialog() is None


# --- warnings ---


@pytest.mark.parametrize("text", ["hello?", "udah masuk belum?", "🙏"])
async def test_typed_words_keep_the_operator_warning(harness: BotHarness, text: str) -> None:
    await harness.to_confirm("083112345678")
    await harness.say(text)
    assert "Layar di atas masih Telkomsel 10.000 ke 0831 1234 5678" in harness.text()
    assert not any("Bayar" in label for label in harness.labels())
    await harness.press("Tetap bayar")
    assert len(await harness.orders()) == 1


async def test_the_operator_warning_comes_before_the_missing_balance(harness: BotHarness) -> None:
    await harness.shop.relist("SM10", cost=Rupiah(150_000))
    await harness.to_confirm("083112345678")
    assert harness.labels()[:3] == ["Lihat produk Axis", "💵 Isi saldo", "🔄 Cek saldo lagi"]
    assert not any("bayar" in label.lower() for label in harness.labels())


async def test_a_number_of_two_brands_names_both(harness: BotHarness) -> None:
    """The prefix 0851 belongs to Telkomsel and to by.U."""
    await harness.say("/beli")
    await harness.press("Pulsa")
    await harness.press("XL")
    await harness.press("10.000")
    await harness.say("085112345678")
    assert "Nomor ini sepertinya Telkomsel atau by.U, tapi produknya XL. Lanjut?" in harness.text()
    assert harness.labels()[0] == "Lihat yang cocok"


async def test_a_second_screen_of_the_same_purchase_needs_confirmation(harness: BotHarness) -> None:
    await harness.to_confirm()
    await harness.to_confirm()
    first, second = (one for one in harness.said() if "Cek dulu" in one.text)
    data = [one.buttons[0][0]["callback_data"] for one in (first, second)]
    await harness.press_data(data[0], first.message_id)
    await harness.press_data(data[1], second.message_id)
    assert len(await harness.orders()) == 1
    assert "Beli lagi?" in harness.text()
    await harness.press("Bayar")
    assert len(await harness.orders()) == 2


# --- changes between quote and press ---


async def test_a_changed_price_needs_confirmation(harness: BotHarness) -> None:
    """The price charged is the price shown."""
    await harness.to_confirm()
    await harness.shop.relist("SM10", cost=Rupiah(10_900))
    await harness.press("Bayar")
    assert await harness.orders() == []
    assert "Harganya baru saja berubah, tadinya Rp11.200." in harness.text()
    await harness.press("Bayar Rp11.900")
    (order,) = await harness.orders()
    assert order.price == 11_900


async def test_what_another_process_changed_is_shown_before_it_is_bought(
    harness: BotHarness,
) -> None:
    """The screens of the catalogue show what this process read, the confirm card what is stored."""
    other = await harness.shop.other_process()
    await harness.to_confirm()
    await other.relist("SM10", cost=Rupiah(10_900))
    await harness.press("Bayar")
    assert await harness.orders() == []
    assert "Harganya baru saja berubah, tadinya Rp11.200." in harness.text()
    await other.relist("SM10", is_ready=False)
    await harness.press("Bayar Rp11.900")
    assert await harness.orders() == []
    assert "Produk ini sedang kosong" in harness.text()
    await other.relist("SM10", is_ready=True)
    await harness.to_confirm()
    assert "Harga: Rp11.900" in harness.text()
    await harness.press("Bayar")
    (order,) = await harness.orders()
    assert order.price == 11_900


async def test_a_product_that_sold_out_is_not_bought(harness: BotHarness) -> None:
    await harness.to_confirm()
    await harness.shop.relist("SM10", is_ready=False)
    await harness.press("Bayar")
    assert "Produk ini sedang kosong" in harness.text()
    assert harness.labels() == ["🔔 Kabari kalau ada lagi", "🛒 Belanja", "✕ Batal"]
    assert await harness.step() == Step.PRODUCT
    assert (await harness.shop.wallet()).held == 0


async def test_a_paused_shop_takes_no_orders(harness: BotHarness) -> None:
    await harness.to_confirm()
    await harness.shop.admin.pause(ADMIN, "")
    answer = await harness.press("Bayar")
    assert answer.show_alert
    assert answer.text == "Toko sedang istirahat. Coba lagi begitu toko buka, ya."
    await harness.shop.admin.resume(ADMIN)
    await harness.press("Bayar")
    assert len(await harness.orders()) == 1


@pytest.mark.parametrize("is_accessible", [True, False])
async def test_an_expired_quote_is_shown_again(harness: BotHarness, is_accessible: bool) -> None:
    """Telegram neither returns the text of a very old message nor lets it be edited."""
    await harness.to_confirm()
    message, data = harness.find("Bayar")
    harness.shop.clock.advance(3600)
    await harness.press_data(data, message.message_id if is_accessible else 777)
    assert await harness.orders() == []
    assert "Yang tadi sudah terlalu lama" in harness.text()
    await harness.press("Bayar")
    assert len(await harness.orders()) == 1


async def test_a_quote_of_a_product_that_changed_its_type_buys_nothing(harness: BotHarness) -> None:
    """The supplier moved the product to a type that needs another kind of destination."""
    await harness.to_confirm("0812345678")
    await harness.shop.relist("SM10", type="token-pln")
    answer = await harness.press("Bayar")
    assert "tidak berlaku lagi, jadi barusan tidak ada yang dipesan" in answer.text
    assert await harness.orders() == []


# --- insufficient balance ---


async def reduce_balance(harness: BotHarness, left: int = 5_000) -> None:
    """Reduce Anni's balance to this amount, and deliver the notice of it."""
    await harness.shop.credit(ANNI, left - 100_000)
    await harness.deliver.deliver()


async def test_an_insufficient_balance_offers_a_top_up_and_a_second_check(
    harness: BotHarness,
) -> None:
    await reduce_balance(harness)
    await harness.to_confirm()
    assert "Saldo kamu belum cukup: kurang Rp6.200." in harness.text()
    assert harness.labels()[:2] == ["💵 Isi saldo", "🔄 Cek saldo lagi"]
    screen = harness.last()
    await harness.press("Isi saldo")
    await harness.press("Rp50.000")
    await harness.shop.credit(ANNI, 50_000)
    message, data = harness.find("Cek saldo lagi")
    assert message.message_id == screen.message_id
    await harness.press_data(data, message.message_id)
    (again,) = [one for one in harness.said() if one.message_id == screen.message_id]
    assert "Saldo kamu: Rp55.000, sisa Rp43.800" in again.text
    await harness.press("Bayar")
    assert len(await harness.orders()) == 1


async def test_a_balance_spent_meanwhile_is_noticed_at_the_press(harness: BotHarness) -> None:
    await harness.to_confirm()
    screen = harness.last().message_id
    await reduce_balance(harness)
    answer = await harness.press("Bayar")
    assert answer.text == "Saldo kamu belum cukup: kurang Rp6.200."
    assert harness.find("Isi saldo")[0].message_id == screen
    assert await harness.orders() == []


async def test_checking_a_used_quote_again_shows_its_order(harness: BotHarness) -> None:
    await harness.to_confirm()
    token = harness.find("Bayar")[1].split(":")[2]
    await harness.press("Bayar")
    answer = await harness.forge(QuoteAgain(token))
    assert "Ini sudah dipesan: K1." in answer.text


# --- buying again ---


async def test_buying_again_asks_in_a_message_of_its_own(harness: BotHarness) -> None:
    """The receipt with its code must not be overwritten."""
    order = await cancelled_order(harness)
    await harness.shop.relist("SM10", cost=Rupiah(10_900))
    receipt = harness.last()
    await harness.press("Beli lagi")
    assert harness.said()[-2].text == receipt.text
    assert "Untuk: 0812 3456 7890" in harness.text()
    assert "Harga: Rp11.900" in harness.text()
    await harness.press("Bayar")
    newest, oldest = await harness.orders()
    assert (oldest.order_id, newest.destination) == (order, "081234567890")


async def test_buying_again_takes_another_number_too(harness: BotHarness) -> None:
    await cancelled_order(harness)
    await harness.press("Beli lagi")
    await harness.say("085711112222")
    assert "Untuk: 0857 1111 2222" in harness.text()
    assert harness.said()[-2].buttons == []


@pytest.mark.parametrize(
    ("change", "says"),
    [({"is_ready": False}, "Produk ini sedang kosong"), ({"type": "token-pln"}, "tidak berlaku")],
)
async def test_a_product_that_changed_is_not_bought_again(
    harness: BotHarness, change: dict[str, Any], says: str
) -> None:
    await cancelled_order(harness, "0812345678")
    await harness.shop.relist("SM10", **change)
    await harness.press("Beli lagi")
    assert says in harness.text()
    assert await harness.dialog() is None


async def test_another_customers_order_cannot_be_bought_again(harness: BotHarness) -> None:
    await cancelled_order(harness)
    await harness.say("/start", BUDI)
    for number in (1, 999, -1, 10**18 - 1):
        answer = await harness.forge(BuyAgain(number), BUDI)
        assert answer.show_alert
        assert "tidak ada di riwayat kamu" in answer.text
    assert "0812" not in harness.shown(BUDI)


async def cancelled_order(harness: BotHarness, number: str = "081234567890") -> int:
    """Buy Telkomsel 10.000 and cancel it; return the order's id."""
    await harness.to_confirm(number)
    await harness.press("Bayar")
    await harness.press("Batalkan pesanan")
    (order,) = await harness.orders(CustomerId(ANNI))
    return order.order_id


async def test_confirming_while_telegram_fails_orders_once(harness: BotHarness) -> None:
    await harness.to_confirm()
    harness.telegram.fail_next("answerCallbackQuery", "500")
    message, data = harness.find("Bayar")
    harness.telegram.press_forged(ANNI_CHAT, message.message_id, data)
    await harness.settled(harness.telegram.updates.next_id - 1)
    await harness.say("/status")
    assert len(await harness.orders()) == 1
    assert harness.said()[1].text.startswith("K1")
