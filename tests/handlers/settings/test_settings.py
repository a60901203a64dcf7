"""An owner changes the shop's settings, in two languages."""

from bot.domain.shop_settings import MAX_NAME_LENGTH
from handlers.settings.buttons import ApplySetting, ChooseSetting, ClearSetting, ShowSetting
from handlers.ui.staff_buttons import ShowSettings
from tests.domain.test_qris import STATIC
from tests.handlers.harness import INDONESIAN_ADMIN, BotHarness
from tests.services.shop import ANNI


def texts(harness: BotHarness) -> list[str]:
    """Return what the owner was told, oldest first."""
    return [message.text for message in harness.said(INDONESIAN_ADMIN)]


async def ask(harness: BotHarness, title: str) -> None:
    """Open a setting and its question."""
    await harness.say("/atur", INDONESIAN_ADMIN)
    await harness.press(title, INDONESIAN_ADMIN)
    await harness.press("Ubah", INDONESIAN_ADMIN)


async def test_a_new_name_is_read_by_customers_at_once(harness: BotHarness) -> None:
    await ask(harness, "Nama toko")
    await harness.say("x" * (MAX_NAME_LENGTH + 1), INDONESIAN_ADMIN)
    assert "64" in harness.text(INDONESIAN_ADMIN)
    await harness.say("Berkah <Jaya>", INDONESIAN_ADMIN)
    assert "Tersimpan" in harness.text(INDONESIAN_ADMIN)
    await harness.say("/start")
    assert "Berkah <Jaya>" in harness.text()


async def test_hours_and_amounts_are_read_as_people_type_them(harness: BotHarness) -> None:
    await ask(harness, "Jam pegawai")
    await harness.say("siang malam", INDONESIAN_ADMIN)
    assert "08:00-21:00" in harness.text(INDONESIAN_ADMIN)
    await harness.say("8 - 20.30", INDONESIAN_ADMIN)
    assert "08.00-20.30" in harness.text(INDONESIAN_ADMIN)
    await ask(harness, "Isi saldo terkecil")
    await harness.say("sepuluh", INDONESIAN_ADMIN)
    await harness.say("25rb", INDONESIAN_ADMIN)
    assert "Rp25.000" in harness.text(INDONESIAN_ADMIN)
    await harness.press("Hapus", INDONESIAN_ADMIN)
    assert "Rp10.000" in harness.text(INDONESIAN_ADMIN)


async def test_a_choice_is_made_by_a_button(harness: BotHarness) -> None:
    await harness.say("/atur", INDONESIAN_ADMIN)
    await harness.press("Zona waktu", INDONESIAN_ADMIN)
    await harness.press("WITA", INDONESIAN_ADMIN)
    assert "✓ WITA (Makassar)" in harness.labels(INDONESIAN_ADMIN)
    assert harness.services.languages["id"].timezone.tzname(harness.shop.clock.now()) == "WITA"


async def test_how_customers_pay_is_shown_and_confirmed(harness: BotHarness) -> None:
    await ask(harness, "QRIS")
    await harness.say("bukan qris", INDONESIAN_ADMIN)
    assert "000201" in harness.text(INDONESIAN_ADMIN)
    await harness.say(STATIC, INDONESIAN_ADMIN)
    assert STATIC in harness.text(INDONESIAN_ADMIN)
    await harness.press("Ya, ubah", INDONESIAN_ADMIN)
    assert any("mengubah cara pelanggan membayar" in one for one in texts(harness))
    await harness.press("Hapus", INDONESIAN_ADMIN)
    await harness.press("Ya, ubah", INDONESIAN_ADMIN)
    assert harness.text(INDONESIAN_ADMIN)


async def test_old_and_forged_buttons_change_nothing(harness: BotHarness) -> None:
    await harness.say("/start", INDONESIAN_ADMIN)
    for forged in (
        ShowSetting("owner_ids"),
        ChooseSetting(9, "timezone"),
        ClearSetting("shop_name"),
        ClearSetting("timezone"),
    ):
        assert "versi lama" in (await harness.forge(forged, INDONESIAN_ADMIN)).text
    spent = await harness.forge(ApplySetting("token9999999"), INDONESIAN_ADMIN)
    assert "/atur" in spent.text


async def test_customers_do_not_learn_of_the_settings(harness: BotHarness) -> None:
    await harness.say("/atur")
    assert "Pengaturan" not in harness.text()
    assert "versi lama" in (await harness.forge(ShowSettings())).text
    await harness.say("/start", ANNI)
    assert not any("Atur" in label for label in harness.labels())


async def test_top_ups_stay_within_the_owners_limits(topup_harness: BotHarness) -> None:
    harness = topup_harness
    await harness.set_settings(topup_min=60_000, topup_max=200_000)
    await harness.say("/saldo")
    await harness.press("Isi saldo")
    assert {"Rp100.000", "Rp200.000"} <= set(harness.labels())
    assert not {"Rp50.000", "Rp500.000"} & set(harness.labels())
    await harness.say("50rb")
    assert "Rp60.000" in harness.text()
    await harness.say("1jt")
    assert "Rp200.000" in harness.text()
    await harness.say("100rb")
    assert await harness.shop.topups.open_of(ANNI)


async def test_a_shop_with_one_language_asks_nobody_for_theirs(harness: BotHarness) -> None:
    await harness.say("/language")
    assert "English" in harness.labels()
    english = harness.find("English")
    await harness.say("/atur", INDONESIAN_ADMIN)
    await harness.press("Pilihan bahasa", INDONESIAN_ADMIN)
    await harness.forge(ChooseSetting(1, "languages"), INDONESIAN_ADMIN)
    assert "✓ Bahasa Indonesia" in harness.labels(INDONESIAN_ADMIN)
    for command in ("/help", "/language"):
        await harness.say(command)
        assert not any("English" in label for label in harness.labels()), command
    assert "Bahasa Indonesia" in harness.text()
    message, data = english
    assert "versi lama" in (await harness.press_data(data, message.message_id)).text
    await harness.say("/help")
    assert "/bahasa" not in harness.text()
    menus = {
        call.params.get("language_code", ""): call.params["commands"][0]["command"]
        for call in harness.telegram.calls_of("setMyCommands")
        if call.params["scope"].get("chat_id", 0) == 0
    }
    assert menus == {"": "beli", "id": "beli", "en": "beli"}


async def test_limits_of_top_ups_cannot_cross(harness: BotHarness) -> None:
    await ask(harness, "Isi saldo terbesar")
    await harness.say("9rb", INDONESIAN_ADMIN)
    assert "Rp10.000" in harness.text(INDONESIAN_ADMIN)
    await harness.say("90rb", INDONESIAN_ADMIN)
    assert "Rp90.000" in harness.text(INDONESIAN_ADMIN)


async def test_a_shop_that_closes_by_the_clock_says_its_hours(harness: BotHarness) -> None:
    await harness.say("/start")
    assert "siang malam" in harness.text()
    await harness.set_settings(closes_by_clock=True, staff_hours="13:00-15:00")
    await harness.say("/start")
    assert "siang malam" not in harness.text()
    assert "tiap hari 13.00-15.00 WIB" in harness.text()


async def test_the_name_of_the_bot_is_noted_with_the_one_before(harness: BotHarness) -> None:
    await harness.say("/atur", INDONESIAN_ADMIN)
    await harness.press("Nama bot", INDONESIAN_ADMIN)
    await harness.say("x" * (MAX_NAME_LENGTH + 1), INDONESIAN_ADMIN)
    assert "64" in harness.text(INDONESIAN_ADMIN)
    await harness.say("Pulsa Maju", INDONESIAN_ADMIN)
    await harness.say("/catatan", INDONESIAN_ADMIN)
    assert "Nama bot diubah" in harness.text(INDONESIAN_ADMIN)
    assert "→ Pulsa Maju" in harness.text(INDONESIAN_ADMIN)
