"""What owners type in the first start, and what becomes of the screens that they answer."""

from bot.services.shop_settings import settings_now
from handlers.ui.staff_buttons import GoToSetup
from tests.handlers.harness import INDONESIAN_ADMIN, BotHarness

OWNER = INDONESIAN_ADMIN


async def test_a_way_to_pay_is_typed_again_until_it_is_right(harness: BotHarness) -> None:
    await harness.set_settings(is_set_up=False)
    await harness.say("/start", OWNER)
    await harness.forge(GoToSetup(3), OWNER)
    asked = harness.last(OWNER)
    await harness.say("BCA 12345", OWNER)
    first = harness.last(OWNER)
    assert "BCA 12345" in first.text
    assert not harness.message(asked.message_id, OWNER).buttons
    await harness.say("BCA 1234567890 a.n. Budi", OWNER)
    assert not harness.message(first.message_id, OWNER).buttons
    await harness.press("Ya, pakai ini", OWNER)
    assert "4/7" in harness.text(OWNER)
    settings = await harness.shop.store.read(settings_now, harness.shop.rules)
    assert settings.topup_instructions == "BCA 1234567890 a.n. Budi"
