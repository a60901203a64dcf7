"""A shop that is not open to all, as those who stand outside and its owner see it."""

from __future__ import annotations

import pytest

from bot.domain.customer import Membership
from bot.domain.order import CustomerId
from bot.ports.store import Transaction
from handlers.joining.buttons import DecideJoin
from handlers.ui.buttons import (
    AskToJoin,
    ChooseLanguage,
    Confirm,
    Open,
    PickInNewMessage,
    ShowWallet,
    pack,
)
from handlers.ui.staff_buttons import ShowApplicant
from tests.handlers.admins import ENGLISH_ADMIN, INDONESIAN_ADMIN, register_second_admin
from tests.handlers.harness import BotHarness
from tests.services.shop import ADMIN, ANNI

BY_INVITATION = "Toko ini hanya melayani pelanggan yang diundang."
BY_APPROVAL = "Toko ini hanya melayani pelanggan yang sudah dikenal."
WAITS = "Permintaanmu untuk bergabung sudah kami terima."


@pytest.fixture
async def outside(harness: BotHarness) -> CustomerId:
    """Somebody new in front of a shop with approval."""
    await harness.set_settings(signup="approval")
    return harness.add_newcomer(1_050, "Dewi")


@pytest.fixture
async def uninvited(harness: BotHarness) -> CustomerId:
    """Somebody new in front of a shop by invitation."""
    await harness.set_settings(signup="invitation")
    return harness.add_newcomer(1_050, "Dewi")


async def membership(harness: BotHarness, who: CustomerId) -> Membership:
    customer = await harness.shop.store.read(lambda tx: tx.customers.get(who))
    assert customer is not None
    return customer.membership


async def test_whatever_is_typed_outside_is_answered_by_one_sentence(
    harness: BotHarness, uninvited: CustomerId
) -> None:
    for text in ("/start", "/saldo", "081234567890", "halo", "/start p1", "/undang", "K12"):
        await harness.say(text, uninvited)
        assert harness.text(uninvited).startswith(BY_INVITATION), text
        assert "@konter_help" in harness.text(uninvited)
    await harness.contact("081234567890", uninvited)
    assert harness.text(uninvited).startswith(BY_INVITATION)
    await harness.send({"sticker": {}}, uninvited)
    assert harness.text(uninvited).startswith(BY_INVITATION)
    assert harness.labels(uninvited) == ["🌐 English"]


async def test_no_button_opens_a_closed_shop(harness: BotHarness, uninvited: CustomerId) -> None:
    await harness.say("/start", uninvited)
    before = len(harness.said(uninvited))
    for meaning in (ShowWallet(), Open(), PickInNewMessage(1), Confirm("token"), AskToJoin(0, 0)):
        await harness.forge(meaning, uninvited)
        assert harness.text(uninvited).startswith(BY_INVITATION)
    await harness.forge("garbage", uninvited)
    assert len(harness.said(uninvited)) == before
    assert await membership(harness, uninvited) is Membership.NEW


async def test_everybody_may_read_the_terms(harness: BotHarness, uninvited: CustomerId) -> None:
    for command in ("/terms", "/syarat"):
        await harness.say(command, uninvited)
        assert BY_INVITATION not in harness.text(uninvited)


async def test_the_language_can_be_chosen_outside(
    harness: BotHarness, uninvited: CustomerId
) -> None:
    await harness.say("/start", uninvited)
    await harness.press("English", uninvited)
    assert harness.text(uninvited).startswith("This shop serves only customers who were invited.")
    await harness.forge(ChooseLanguage("xx"), uninvited)
    assert "This button is from an older version" in str(
        (await harness.forge(ChooseLanguage("xx"), uninvited)).text
    )


async def test_members_notice_nothing(harness: BotHarness, uninvited: CustomerId) -> None:
    await harness.to_confirm()
    assert "Telkomsel" in harness.text(ANNI)


async def test_an_invitation_opens_the_shop_and_its_product(
    harness: BotHarness, uninvited: CustomerId
) -> None:
    await harness.say("/undang 1 7", INDONESIAN_ADMIN)
    (invitation,) = (await harness.shop.joining.overview(ADMIN)).invitations
    product_id = harness.shop.product("SM10")
    await harness.say(f"/start i{invitation.code}-p{product_id}", uninvited)
    assert "Telkomsel 10.000" in harness.text(uninvited)
    await harness.say("/saldo", uninvited)
    assert "Saldo kamu" in harness.text(uninvited)
    assert (await harness.shop.joining.overview(ADMIN)).invitations == []


async def test_an_invitation_that_has_ended_is_said_so(
    harness: BotHarness, uninvited: CustomerId
) -> None:
    await harness.say("/start iunknown", uninvited)
    assert harness.text(uninvited).startswith("Undangan ini sudah tidak berlaku.")
    assert BY_INVITATION in harness.text(uninvited)


async def test_a_code_of_the_shops_own_that_is_of_no_use_opens_nothing(
    harness: BotHarness, uninvited: CustomerId
) -> None:
    """Those by which strangers become staff, or a person whom the shop knows."""
    for payload in ("sabcdefghijkl", "kabcdefghijkl", "oabcdefghijkl"):
        await harness.say(f"/start {payload}", uninvited)
        assert BY_INVITATION in harness.text(uninvited)
        assert "Selamat datang" not in harness.text(uninvited)
    assert await membership(harness, uninvited) is Membership.NEW


async def test_approval_keeps_what_somebody_came_for(
    harness: BotHarness, outside: CustomerId
) -> None:
    product_id = harness.shop.product("SM10")
    await harness.say(f"/start p{product_id}", outside)
    assert harness.text(outside).startswith(BY_APPROVAL)
    await harness.press("Minta bergabung", outside)
    assert harness.text(outside).startswith(WAITS)
    assert "Dewi minta bergabung" in harness.text(INDONESIAN_ADMIN)
    await harness.say("halo", outside)
    assert harness.text(outside).startswith(WAITS)
    assert harness.labels(outside) == ["🌐 English"]
    await harness.press("Terima", INDONESIAN_ADMIN)
    assert "Diterima oleh Pak Admin" in harness.text(INDONESIAN_ADMIN)
    assert harness.labels(INDONESIAN_ADMIN) == ["‹ Kembali"]
    assert "Kamu sudah diterima" in harness.text(outside)
    await harness.press("Buka yang kamu cari", outside)
    assert "Telkomsel 10.000" in harness.text(outside)
    assert "Kamu sudah diterima" in harness.said(outside)[-2].text


async def test_a_brand_that_somebody_came_for_is_opened_too(
    harness: BotHarness, outside: CustomerId
) -> None:
    await harness.say("/start b2", outside)
    await harness.press("Minta bergabung", outside)
    await harness.press("Terima", INDONESIAN_ADMIN)
    assert harness.find("Buka yang kamu cari", outside)[1] == pack(Open(2))


async def test_who_is_refused_reads_so_and_can_be_accepted_later(
    harness: BotHarness, outside: CustomerId
) -> None:
    await harness.say("/start", outside)
    await harness.press("Minta bergabung", outside)
    await harness.press("Tolak", INDONESIAN_ADMIN)
    assert "Ditolak oleh Pak Admin" in harness.text(INDONESIAN_ADMIN)
    assert harness.text(outside).startswith("Maaf, toko ini belum bisa menerima kamu.")
    await harness.say("/start", outside)
    assert harness.text(outside).startswith("Maaf, toko ini belum bisa menerima kamu.")
    await harness.press("Terima", INDONESIAN_ADMIN)
    assert "Kamu sudah diterima" in harness.text(outside)
    await harness.say("/start", outside)
    assert "Selamat datang" in harness.text(outside)


async def test_the_second_owner_reads_what_the_first_decided(
    harness: BotHarness, outside: CustomerId
) -> None:
    await register_second_admin(harness)
    await harness.say("/start", outside)
    await harness.press("Minta bergabung", outside)
    await harness.press("Terima", INDONESIAN_ADMIN)
    answer = await harness.press("Refuse", ENGLISH_ADMIN)
    assert answer.text == "Somebody else decided first: see above."
    assert "Let in by Pak Admin" in harness.text(ENGLISH_ADMIN)
    assert await membership(harness, outside) is Membership.MEMBER


async def test_waiting_people_are_listed_with_the_invitations(
    harness: BotHarness, outside: CustomerId
) -> None:
    await harness.say("/start", outside)
    await harness.press("Minta bergabung", outside)
    await harness.say("/undang", INDONESIAN_ADMIN)
    await harness.press("🙋 Dewi", INDONESIAN_ADMIN)
    assert "Dewi minta bergabung" in harness.text(INDONESIAN_ADMIN)
    await harness.press("Terima", INDONESIAN_ADMIN)
    assert await membership(harness, outside) is Membership.MEMBER


async def test_forged_decisions_change_nothing(harness: BotHarness, outside: CustomerId) -> None:
    await harness.say("/start", outside)
    await harness.press("Minta bergabung", outside)
    await harness.say("/start")
    for meaning in (DecideJoin(True, outside), ShowApplicant(outside)):
        answer = await harness.forge(meaning, ANNI)
        assert "tombol" in answer.text.lower()
    assert await membership(harness, outside) is Membership.WAITING
    await harness.say("/undang", ANNI)
    assert harness.text(ANNI).startswith("Perintah itu tidak ada.")
    for meaning in (DecideJoin(True, ANNI), ShowApplicant(77)):
        answer = await harness.forge(meaning, INDONESIAN_ADMIN)
        assert answer.text == "Orang ini tidak minta bergabung."


async def test_forged_destinations_are_dropped(harness: BotHarness, outside: CustomerId) -> None:
    await harness.say("/start", outside)
    await harness.forge(AskToJoin(10**17, 0), outside)
    assert harness.text(outside).startswith(WAITS)
    request = await harness.shop.store.read(lambda tx: tx.joining.request_of(outside))
    assert request is not None
    assert request.destination == ""
    await harness.press("Terima", INDONESIAN_ADMIN)
    assert harness.labels(outside) == ["🛒 Belanja", "🏠 Menu"]


async def test_a_button_that_was_pressed_while_the_person_was_put_outside(
    harness: BotHarness,
) -> None:
    """The check in the transaction wins against what the arrival had read."""
    await harness.to_confirm()
    await harness.set_settings(signup="approval")

    def put_outside(tx: Transaction) -> None:
        tx.customers.set_membership(ANNI, Membership.NEW)

    original = harness.shop.customers.register

    async def register(*args: object, **kwargs: object) -> object:
        arrival = await original(*args, **kwargs)  # type: ignore[arg-type]
        await harness.shop.store.write(put_outside)
        return arrival

    harness.shop.customers.register = register  # type: ignore[method-assign, assignment]
    await harness.press("Bayar")
    assert harness.text().startswith(BY_APPROVAL)
    assert await harness.orders() == []
