"""Each right opens exactly its own commands and buttons, and none after a removal."""

import pytest

from bot.domain.order import OrderState
from bot.domain.staff import GRANTED, Right
from handlers.admin.buttons import (
    Adjust,
    Attach,
    DecideTopUp,
    KeepWaiting,
    NoteDeposit,
    Refund,
    SellAgain,
    ShowCode,
    ShowRequest,
)
from handlers.staff.buttons import AddEmployee, RemoveEmployee, SetRight
from handlers.ui.buttons import Button
from handlers.ui.command_names import INDONESIAN_NAMES
from handlers.ui.staff_buttons import (
    Pause,
    Resume,
    ShowLog,
    ShowOverview,
    ShowParked,
    ShowShopBalance,
    ShowStaff,
)
from tests.handlers.harness import INDONESIAN_ADMIN, BotHarness
from tests.services.shop import ADMIN, BUDI
from tests.services.test_permissions import employ

COMMANDS = {
    "/credit 1001 50rb": Right.TOPUPS,
    "/pause": Right.CASES,
    "/resume": Right.CASES,
    "/recon": Right.CASES,
    "/debit 1001 50rb": Right.OWNER,
    "/pegawai": Right.OWNER,
    "/catatan": Right.OWNER,
    "/atur": Right.OWNER,
}
BUTTONS: dict[Button, Right] = {
    DecideTopUp(1, approve=True): Right.TOPUPS,
    ShowRequest(1): Right.TOPUPS,
    Adjust("token0000001"): Right.TOPUPS,
    ShowParked(1): Right.CASES,
    Attach(1): Right.CASES,
    KeepWaiting(1): Right.CASES,
    ShowOverview(): Right.CASES,
    Pause(): Right.CASES,
    Resume(1): Right.CASES,
    ShowShopBalance(): Right.COSTS,
    ShowCode(1): Right.CODES,
    NoteDeposit("token0000001"): Right.OWNER,
    SellAgain(1, 1): Right.OWNER,
    ShowStaff(): Right.OWNER,
    AddEmployee(): Right.OWNER,
    SetRight(BUDI, True, "costs"): Right.OWNER,
    RemoveEmployee(BUDI): Right.OWNER,
    ShowLog(): Right.OWNER,
}
OLD = "versi lama"
UNKNOWN = "Perintah itu tidak ada"


async def with_rights(harness: BotHarness, *rights: Right) -> None:
    """Make Budi an employee, with an order that is parked and has a code."""
    await harness.say("/start", BUDI)
    await employ(harness.shop, BUDI, *rights)


@pytest.mark.parametrize("right", GRANTED)
async def test_each_right_opens_exactly_its_own(harness: BotHarness, right: Right) -> None:
    await with_rights(harness, right)
    await harness.say("/nonsense", BUDI)
    unknown = harness.text(BUDI)
    for command, needed in COMMANDS.items():
        await harness.say(command, BUDI)
        assert (harness.text(BUDI) != unknown) == (needed is right), command
    await harness.say("/bantuan", BUDI)
    names = {command.split()[0].strip("/"): needed for command, needed in COMMANDS.items()}
    for name, needed in names.items():
        is_listed = f"/{INDONESIAN_NAMES.get(name, name)}" in harness.text(BUDI)
        assert is_listed == (needed is right), name
    old = (await harness.forge("1:~:1", BUDI)).text
    for button, needed in BUTTONS.items():
        said = harness.shown(BUDI)
        answer = await harness.forge(button, BUDI)
        is_closed = answer.text == old and harness.shown(BUDI) == said
        # A button of one's own whose order does not exist may be answered in the same way.
        assert is_closed or needed is right, button
    if right is Right.COSTS:
        await harness.say("/saldo", BUDI)
        assert "Supplier" in harness.text(BUDI) or "supplier" in harness.text(BUDI)


async def test_old_buttons_and_questions_of_a_removed_employee_do_nothing(
    harness: BotHarness,
) -> None:
    await with_rights(harness, Right.CASES, Right.TOPUPS, Right.CODES, Right.COSTS)
    order = await harness.shop.parked()
    await harness.say("/credit 1001 50rb", BUDI)
    credit, data = harness.find("Uang tunai", BUDI)
    await harness.deliver.deliver()
    assert "0812••••7890" in harness.text(BUDI)
    await harness.press("Pasang", BUDI)
    await harness.shop.staffing.remove(ADMIN, BUDI)
    await harness.deliver.deliver()
    old = (await harness.forge("1:~:1", BUDI)).text
    # What was typed is a customer's text.
    await harness.say("r1", BUDI)
    assert "r1" not in harness.text(BUDI)
    said = harness.shown(BUDI)
    assert (await harness.press_data(data, credit.message_id, BUDI)).text == old
    for button in (ShowParked(order.order_id), Refund(order.order_id), ShowCode(order.order_id)):
        assert (await harness.forge(button, BUDI)).text == old
    assert harness.shown(BUDI) == said
    assert (await harness.shop.get(order.order_id)).state is OrderState.PARKED
    await harness.say(f"/status {order.number}", BUDI)
    assert order.number not in harness.text(BUDI)
    acts = await harness.shop.store.read(lambda tx: tx.admin_acts.latest(20))
    assert {one.actor_id for one in acts} == {ADMIN.customer_id}


async def test_staff_read_masked_numbers_and_see_codes_on_request(harness: BotHarness) -> None:
    order = await harness.shop.accepted(ref_id="r1")
    harness.shop.supplier.rows.clear()
    harness.shop.supplier.shows(
        harness.shop.row(order, "r1", status_word="success", voucher="1234-5678-9012-3456")
    )
    await harness.shop.poll_for(600)
    await with_rights(harness, Right.CASES)
    await harness.say(f"/status {order.number}", BUDI)
    text = harness.text(BUDI)
    assert "0812••••7890" in text
    assert order.destination not in text
    assert "modal" not in text.lower()
    assert not any("Lihat kode" in label for label in harness.labels(BUDI))
    await employ(harness.shop, BUDI, Right.CASES, Right.CODES)
    await harness.say(f"/status {order.destination}", BUDI)
    assert order.destination not in harness.text(BUDI)
    await harness.press("Lihat kode", BUDI)
    assert "1234-5678-9012-3456" in harness.text(BUDI)
    await harness.say("/catatan", INDONESIAN_ADMIN)
    assert f"Kode {order.number} dilihat" in harness.text(INDONESIAN_ADMIN)
    await harness.say(f"/status {order.number}", INDONESIAN_ADMIN)
    assert order.destination in harness.text(INDONESIAN_ADMIN)
