"""A customer buys by the menu, and the voucher arrives."""

from __future__ import annotations

import re

from bot.domain.order import OrderState
from bot.sandbox.supplier.catalogue import DOCUMENTED
from tests.sandbox.chat_user import PAY, SHOP, TELKOMSEL_10
from tests.sandbox.shop_environment import FUNDS, PRICE, ShopEnvironment, rupiah

NUMBER = "081212345678"
TOKEN_20 = ("Token", "20")


async def test_a_purchase_takes_six_taps_and_the_number(shop: ShopEnvironment) -> None:
    budi = shop.budi
    screen = await budi.say("/start")
    for step in (SHOP, "Pulsa", "Telkomsel", r"^10\.000"):
        await budi.tap(step, on=screen)
    await budi.say(NUMBER)
    await budi.tap(PAY)
    voucher = await budi.sees("SN[0-9]+")
    assert budi.taps <= 6
    assert voucher.message_id != screen.message_id
    assert shop.bought(NUMBER)[0].voucher in voucher.text


async def test_the_example_of_the_suppliers_documentation_is_delivered(
    shop: ShopEnvironment,
) -> None:
    """TPT755 costs 74,175 rupiah in the documentation; the markup is added."""
    shop.supplier.catalogue.extend(DOCUMENTED)
    assert shop.konter is not None
    await shop.konter.sync.fetch()
    number = await shop.budi.buy("089612345678", ("Pulsa [Tt]ransfer", "75"))
    order = await shop.reaches(number, OrderState.SUCCEEDED)
    assert (order.service_code, order.cost, order.price) == ("TPT755", 74_175, 75_200)
    await shop.budi.sees(shop.bought("089612345678")[0].voucher)


async def test_the_orders_message_is_edited_at_each_state(shop: ShopEnvironment) -> None:
    """Each text shows the order as it is then, so a very short state may have no text."""
    shop.supplier.delay_seconds = 2
    screen = await shop.budi.quote(NUMBER)
    await shop.budi.confirm(screen)
    await shop.budi.sees_in(screen.message_id, "Selesai|Beres")
    shown = [text for message_id, text in shop.budi.shown if message_id == screen.message_id]
    signs = [sign for text in shown for sign in ("🕐", "⏳", "✅") if f"\n{sign} " in text]
    moves = list(dict.fromkeys(signs))
    assert moves in (["🕐", "⏳", "✅"], ["⏳", "✅"])


async def test_the_price_is_held_and_then_posted_once(shop: ShopEnvironment) -> None:
    shop.supplier.delay_seconds = 60
    number = await shop.budi.buy(NUMBER)
    await shop.reaches(number, OrderState.ACCEPTED)
    wallet = await shop.wallet()
    assert (wallet.posted, wallet.held) == (FUNDS, PRICE)
    shop.supplier.finish(shop.bought(NUMBER)[0].ref_id)
    await shop.reaches(number, OrderState.SUCCEEDED)
    wallet = await shop.wallet()
    assert (wallet.posted, wallet.held) == (FUNDS - PRICE, 0)
    await shop.budi.say("/balance", shows=rupiah(FUNDS - PRICE))


async def test_a_pln_token_is_shown_in_groups_of_four(shop: ShopEnvironment) -> None:
    """The digits are typed into a meter by hand, and copied without the spaces."""
    number = await shop.budi.buy("12345678901", TOKEN_20)
    await shop.reaches(number, OrderState.SUCCEEDED)
    token = shop.bought("12345678901")[0].voucher.split("/")[0]
    shown = " ".join(token[i : i + 4] for i in range(0, 20, 4))
    message = await shop.budi.sees(re.escape(shown))
    assert "BUDI SANTOSO" in message.text
    copied = [b["copy_text"]["text"] for row in message.buttons for b in row if "copy_text" in b]
    assert copied == [token]


async def test_english_customers_read_english(shop: ShopEnvironment) -> None:
    number = await shop.sarah.buy(NUMBER)
    await shop.reaches(number, OrderState.SUCCEEDED)
    outcome = await shop.sarah.sees("SN / code:")
    assert number in outcome.text
    indonesian = re.compile(r"\b(kamu|pesanan|nomor|harga|selesai|saldo)\b", re.IGNORECASE)
    assert not indonesian.search(shop.sarah.texts)


async def test_a_chosen_language_overrides_telegrams(shop: ShopEnvironment) -> None:
    await shop.budi.say("/bahasa")
    await shop.budi.tap("English")
    number = await shop.budi.buy(NUMBER, TELKOMSEL_10)
    await shop.reaches(number, OrderState.SUCCEEDED)
    await shop.budi.sees("SN / code:")


async def test_an_order_is_found_again_with_its_code(shop: ShopEnvironment) -> None:
    number = await shop.budi.buy(NUMBER)
    await shop.reaches(number, OrderState.SUCCEEDED)
    await shop.budi.sees("SN[0-9]+")
    screen = await shop.budi.say("/riwayat")
    # The label shows the day; where that is short, the name may be the shorter one.
    await shop.budi.tap("^✅ (Telkomsel|Tsel)", on=screen)
    assert shop.bought(NUMBER)[0].voucher in shop.budi.message(screen.message_id).text
    await shop.budi.tap("lagi", on=screen)
    again = await shop.budi.confirm(shop.budi.last)
    await shop.reaches(again, OrderState.SUCCEEDED)
    assert len(shop.bought(NUMBER)) == 2


async def test_a_shared_contact_is_used_as_the_number(shop: ShopEnvironment) -> None:
    """Telegram adds a + in front of the number."""
    await shop.budi.choose()
    shop.telegram.share_contact(shop.budi.user_id, None, "+62 812-1234-5678")
    number = await shop.budi.confirm(await shop.budi.sees("0812 1234 5678"))
    assert (await shop.reaches(number, OrderState.SUCCEEDED)).destination == NUMBER
