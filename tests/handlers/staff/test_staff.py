"""An owner takes on an employee in chat, changes their rights, and removes them."""

import pytest

from bot.domain.customer import Membership
from handlers.staff.buttons import ChooseRights, DecideStaff, SetRight, ShowEmployee
from tests.handlers.admins import ENGLISH_ADMIN, register_second_admin
from tests.handlers.harness import CLARE, INDONESIAN_ADMIN, BotHarness
from tests.services.shop import ANNI, BUDI, BUDI_CHAT


async def link_of(harness: BotHarness, template: str = "Kasir") -> str:
    """Make a link as the owner; return its payload."""
    await harness.say("/pegawai", INDONESIAN_ADMIN)
    for label in ("Tambah pegawai", template, "Buat link"):
        await harness.press(label, INDONESIAN_ADMIN)
    text = harness.text(INDONESIAN_ADMIN)
    assert "24 jam" in text
    return text.partition("?start=")[2].split()[0]


async def take_on(harness: BotHarness, template: str = "Kasir") -> None:
    """Make Budi an employee."""
    await harness.say(f"/start {await link_of(harness, template)}", BUDI)
    await harness.press("Minta diterima", BUDI)
    await harness.press("Terima", INDONESIAN_ADMIN)


def commands_of(harness: BotHarness, chat_id: int) -> set[str]:
    """Return the commands in somebody's menu."""
    menus = harness.telegram.calls_of("setMyCommands")
    mine = [one for one in menus if one.params["scope"].get("chat_id") == chat_id]
    return {command["command"] for command in mine[-1].params["commands"]}


async def test_an_employee_comes_by_a_link_and_the_owner_decides(harness: BotHarness) -> None:
    await register_second_admin(harness)
    payload = await link_of(harness)
    await harness.say(f"/start {payload}", BUDI)
    assert "Konter <Maju> mengajakmu jadi pegawai" in harness.text(BUDI)
    await harness.press("Minta diterima", BUDI)
    assert "sudah diberi tahu" in harness.text(BUDI)
    assert f"ID {BUDI_CHAT}" in harness.text(INDONESIAN_ADMIN)
    assert "Somebody asks to work for you" in harness.text(ENGLISH_ADMIN)
    # Nothing is allowed before.
    await harness.say("/credit 1001 50rb", BUDI)
    assert "Perintah itu tidak ada" in harness.text(BUDI)
    await harness.press("Terima", INDONESIAN_ADMIN)
    assert "Diterima oleh" in harness.text(INDONESIAN_ADMIN)
    assert "Kamu sekarang pegawai" in harness.text(BUDI)
    await harness.press("Refuse", ENGLISH_ADMIN)
    assert "Taken on by" in harness.text(ENGLISH_ADMIN)
    await harness.say("/credit 1001 50rb", BUDI)
    assert "50.000" in harness.text(BUDI)


async def test_a_link_works_for_one_person(harness: BotHarness) -> None:
    payload = await link_of(harness, "Operator")
    await harness.say(f"/start {payload}", BUDI)
    await harness.say(f"/start {payload}", CLARE)
    await harness.press("Minta diterima", BUDI)
    await harness.press("Ask to be taken on", CLARE)
    assert "used already" in harness.text(CLARE)
    await harness.say(f"/start {payload}", CLARE)
    assert "used already" in harness.text(CLARE)
    await harness.say(f"/start {payload}", INDONESIAN_ADMIN)
    assert "sudah jadi pegawai" in harness.text(INDONESIAN_ADMIN)


async def test_a_link_opens_a_closed_shop(harness: BotHarness) -> None:
    await harness.shop.store.write(lambda tx: tx.customers.set_membership(BUDI, Membership.REFUSED))
    await harness.set_settings(signup="invitation")
    payload = await link_of(harness)
    await harness.say("/start sunknown123", BUDI)
    assert "sudah dipakai" in harness.text(BUDI)
    assert "belum bisa" in harness.text(BUDI) or "undang" in harness.text(BUDI).lower()
    await harness.say(f"/start {payload}", BUDI)
    await harness.press("Minta diterima", BUDI)
    await harness.press("Terima", INDONESIAN_ADMIN)
    await harness.say("/saldo", BUDI)
    assert "Saldo" in harness.text(BUDI)


async def test_rights_are_switched_on_the_card_and_the_menu_follows(harness: BotHarness) -> None:
    await take_on(harness)
    assert "tugas" in commands_of(harness, BUDI_CHAT)
    await harness.say("/staff", INDONESIAN_ADMIN)
    await harness.press("Budi", INDONESIAN_ADMIN)
    for label in ("✅ Setujui isi saldo", "✅ Lihat pelanggan", "✅ Jual di konter"):
        said = len(harness.said(BUDI))
        await harness.press(label, INDONESIAN_ADMIN)
        assert len(harness.said(BUDI)) == said
    assert "tugas" not in commands_of(harness, BUDI_CHAT)
    await harness.press("▫️ Urus pesanan", INDONESIAN_ADMIN)
    assert "tugas" in commands_of(harness, BUDI_CHAT)


async def test_a_removed_employee_is_told_and_has_a_customers_menu(harness: BotHarness) -> None:
    await take_on(harness)
    await harness.say("/pegawai", INDONESIAN_ADMIN)
    await harness.press("Budi", INDONESIAN_ADMIN)
    await harness.press("Keluarkan", INDONESIAN_ADMIN)
    assert "Keluarkan pegawai ini?" in harness.text(INDONESIAN_ADMIN)
    await harness.press("Ya, keluarkan", INDONESIAN_ADMIN)
    assert "belum punya pegawai" in harness.text(INDONESIAN_ADMIN)
    assert "bukan pegawai" in harness.text(BUDI)
    assert "tugas" not in commands_of(harness, BUDI_CHAT)
    answer = await harness.forge(ShowEmployee(BUDI), INDONESIAN_ADMIN)
    assert "bukan pegawai lagi" in answer.text


async def test_an_application_can_be_refused_from_the_list(harness: BotHarness) -> None:
    await harness.say(f"/start {await link_of(harness)}", BUDI)
    await harness.press("Minta diterima", BUDI)
    await harness.say("/tugas", INDONESIAN_ADMIN)
    assert "1 mau jadi pegawai" in harness.text(INDONESIAN_ADMIN)
    await harness.press("Budi · ", INDONESIAN_ADMIN)
    assert "Terima" in str(harness.labels(INDONESIAN_ADMIN))
    await harness.say("/atur", INDONESIAN_ADMIN)
    await harness.press("📒 Catatan", INDONESIAN_ADMIN)
    await harness.say("/atur", INDONESIAN_ADMIN)
    await harness.press("🧑‍💼 Pegawai", INDONESIAN_ADMIN)
    await harness.press("✋ Budi", INDONESIAN_ADMIN)
    await harness.press("Tolak", INDONESIAN_ADMIN)
    assert "Ditolak oleh" in harness.text(INDONESIAN_ADMIN)
    assert "tidak menerimamu" in harness.text(BUDI)


async def test_without_a_right_there_is_no_link(harness: BotHarness) -> None:
    await harness.say("/pegawai", INDONESIAN_ADMIN)
    await harness.press("Tambah pegawai", INDONESIAN_ADMIN)
    await harness.press("satu per satu", INDONESIAN_ADMIN)
    assert not any("Buat link" in label for label in harness.labels(INDONESIAN_ADMIN))
    await harness.press("▫️ Lihat kode", INDONESIAN_ADMIN)
    assert any("Buat link" in label for label in harness.labels(INDONESIAN_ADMIN))
    assert "perlu “Urus pesanan” atau “Lihat pelanggan” juga" in harness.text(INDONESIAN_ADMIN)
    await harness.press("▫️ Urus pesanan", INDONESIAN_ADMIN)
    assert "juga" not in harness.text(INDONESIAN_ADMIN)


@pytest.mark.parametrize(
    "button",
    [SetRight(ANNI, True, "owner"), SetRight(ANNI, True, "sell"), DecideStaff(9, True)],
)
async def test_forged_buttons_grant_nothing(
    harness: BotHarness, button: SetRight | DecideStaff
) -> None:
    await harness.say("/pegawai", INDONESIAN_ADMIN)
    assert (await harness.forge(button, INDONESIAN_ADMIN)).text
    assert await harness.shop.store.read(lambda tx: tx.staff.all()) == []


async def test_a_forged_choice_leaves_out_what_is_no_right(harness: BotHarness) -> None:
    await harness.say("/pegawai", INDONESIAN_ADMIN)
    await harness.forge(ChooseRights("owner nonsense sell"), INDONESIAN_ADMIN)
    assert "Jual di konter" in harness.text(INDONESIAN_ADMIN)
    assert "Pemilik" not in harness.text(INDONESIAN_ADMIN)
