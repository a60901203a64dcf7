"""Links into the shop: what they open, and how they are shared."""

from __future__ import annotations

import pytest

from bot.domain.dialog import Step
from bot.domain.staff import Right, StaffMember, written
from bot.ports.store import Transaction
from handlers.ui.buttons import ShareLink
from handlers.ui.staff_buttons import MakePoster
from tests.handlers.admins import INDONESIAN_ADMIN
from tests.handlers.harness import BotHarness
from tests.services.shop import ADMIN, ANNI, BUDI, NOON

UNKNOWN = "Link ini tidak dikenal."
GONE = "Isi link ini sedang tidak dijual."


async def test_a_product_link_asks_for_the_number(harness: BotHarness) -> None:
    await harness.say(f"/start p{harness.shop.product('SM10')}")
    assert "Telkomsel 10.000" in harness.text()
    assert await harness.step() is Step.DESTINATION
    await harness.say("081234567890")
    assert await harness.step() is Step.CONFIRM


async def test_a_link_ends_what_was_open(harness: BotHarness) -> None:
    await harness.to_confirm()
    await harness.say(f"/start p{harness.shop.product('SM20')}")
    assert "Telkomsel 20.000" in harness.text()
    assert await harness.step() is Step.DESTINATION


async def test_a_product_that_is_out_of_stock_offers_the_reminder(harness: BotHarness) -> None:
    await harness.say(f"/start p{harness.shop.product('GONE')}")
    assert "Sold out" in harness.text()
    assert any("🔔" in label for label in harness.labels())


async def test_a_brand_link_opens_its_level(harness: BotHarness) -> None:
    await harness.say("/beli", INDONESIAN_ADMIN)
    await harness.press("Pulsa", INDONESIAN_ADMIN)
    await harness.press("Telkomsel", INDONESIAN_ADMIN)
    await harness.press("Bagikan", INDONESIAN_ADMIN)
    link = harness.text(INDONESIAN_ADMIN).splitlines()[-1]
    payload = link.partition("?start=")[2]
    assert payload.startswith("b")
    await harness.say(f"/start {payload}")
    assert "Telkomsel" in harness.text()
    assert "10.000" in " ".join(harness.labels())
    assert await harness.step() is Step.PRODUCT


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        ("p99999", GONE),
        ("b99999", GONE),
        ("x1", UNKNOWN),
        ("p0", UNKNOWN),
        ("p1 p2", UNKNOWN),
        ("a" * 200, UNKNOWN),
        ("<b>", UNKNOWN),
        ("inobody", "Undangan ini sudah tidak berlaku."),
    ],
)
async def test_a_link_that_leads_nowhere_opens_the_menu(
    harness: BotHarness, payload: str, says: str
) -> None:
    await harness.say(f"/start {payload}")
    assert harness.text().startswith(says)
    assert "Selamat datang" in harness.text()


async def test_a_product_that_left_the_list_leads_nowhere(harness: BotHarness) -> None:
    product_id = harness.shop.product("SM20")
    listed = harness.shop.supplier.listings
    kept = tuple(one for one in listed.listings if one.code != "SM20")
    harness.shop.supplier.listings = type(listed)(kept, 0)
    await harness.shop.refresh.refresh()
    await harness.say(f"/start p{product_id}")
    assert harness.text().startswith(GONE)


async def test_the_link_of_set_up_still_welcomes_the_owner(harness: BotHarness) -> None:
    """Also one that an earlier version wrote, which is any text."""
    for payload in ("o0123456789abcdef", "Zx3_kq-09AbQ1sTt"):
        await harness.say(f"/start {payload}", INDONESIAN_ADMIN)
        assert "Kamu pemilik toko ini" in harness.text(INDONESIAN_ADMIN)
    await harness.say("/start o0123456789abcdef")
    assert harness.text().startswith("Halo Anni! Selamat datang")


async def test_an_owner_who_opens_a_product_link_gets_there(harness: BotHarness) -> None:
    await harness.say(f"/start p{harness.shop.product('SM10')}", INDONESIAN_ADMIN)
    assert "Telkomsel 10.000" in harness.text(INDONESIAN_ADMIN)


# --- sharing ---


async def test_a_product_is_shared_by_a_link_to_copy(harness: BotHarness) -> None:
    await harness.to_destination(who=INDONESIAN_ADMIN)
    await harness.press("Bagikan", INDONESIAN_ADMIN)
    url = f"https://t.me/{harness.bot.username}?start=p{harness.shop.product('SM10')}"
    assert harness.text(INDONESIAN_ADMIN).endswith(url)
    ((copy,),) = harness.last(INDONESIAN_ADMIN).buttons
    assert copy["copy_text"] == {"text": url}
    assert "Telkomsel 10.000" in harness.text(INDONESIAN_ADMIN)


async def test_customers_share_nothing(harness: BotHarness) -> None:
    await harness.to_destination()
    assert not any("Bagikan" in label for label in harness.labels())
    answer = await harness.forge(ShareLink(1, 0))
    assert "tombol" in answer.text.lower()


async def test_what_is_not_sold_is_not_shared(harness: BotHarness) -> None:
    await harness.say("/start", INDONESIAN_ADMIN)
    for meaning in (ShareLink(99_999, 0), ShareLink(0, 99_999)):
        answer = await harness.forge(meaning, INDONESIAN_ADMIN)
        assert answer.text == "Ini sudah tidak dijual, jadi tidak ada link-nya."


async def test_the_shops_own_link_has_the_poster(harness: BotHarness) -> None:
    await harness.say("/start", INDONESIAN_ADMIN)
    await harness.forge(ShareLink(0, 0), INDONESIAN_ADMIN)
    assert harness.text(INDONESIAN_ADMIN).endswith(f"https://t.me/{harness.bot.username}")
    await harness.press("Poster", INDONESIAN_ADMIN)
    *_, picture, document = harness.said(INDONESIAN_ADMIN)
    assert picture.photo is not None
    assert "Cetak PDF-nya" in picture.text
    assert document.document is not None


async def test_an_employee_shares_but_makes_no_poster(harness: BotHarness) -> None:
    def employ(tx: Transaction) -> None:
        tx.staff.put(StaffMember(BUDI, written([Right.SELL]), ADMIN.customer_id, NOON))

    await harness.shop.store.write(employ)
    await harness.to_destination(who=BUDI)
    await harness.press("Bagikan", BUDI)
    assert "https://t.me/" in harness.text(BUDI)
    await harness.forge(ShareLink(0, 0), BUDI)
    assert not any("Poster" in label for label in harness.labels(BUDI))
    for who in (BUDI, ANNI):
        await harness.say("/start", who)
        answer = await harness.forge(MakePoster(), who)
        assert "tombol" in answer.text.lower()
