"""Paying in by the shop's code, with the whole bot: in time, too late, and after letting it go."""

from __future__ import annotations

import re

import pytest

from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.qris import with_amount
from bot.sandbox.environment import PAYING
from bot.sandbox.telegram.server import ChatMessage
from handlers.i18n import load_languages
from handlers.payment_picture import draw_payment
from handlers.texts.payment_picture import payment_of
from tests.sandbox.running_shop import FUNDS, House

STATIC = PAYING["QRIS_STATIC"]


@pytest.fixture
async def till(house: House) -> House:
    """A shop with a QRIS, whose admin is there."""
    house.env |= PAYING
    await house.enter_with_goods()
    await house.admin.say("/start")
    return house


async def pay_in(till: House) -> tuple[ChatMessage, Rupiah]:
    """Ask for a deposit; return the message with the code, and what is to be paid."""
    await till.sarah.say("/balance")
    await till.sarah.tap("Top up")
    await till.sarah.tap("50,000")
    code = await till.sarah.sees("Pay exactly")
    found = re.search(r"Rp([0-9,]+)", code.text)
    assert found is not None
    return code, Rupiah(int(found[1].replace(",", "")))


def send_file(till: House, name: str) -> None:
    """Send a transfer as a file."""
    stored = till.telegram.state.add_file(name, "application/pdf", b"%PDF-1.7", (0, 0))
    person = till.telegram.state.people[till.sarah.user_id]
    file = {"file_id": stored.file_id, "file_unique_id": "u", "file_size": 8}
    till.telegram.inject(
        {
            "message": {
                "message_id": till.telegram.state.next_message_id(person.user_id),
                "date": 0,
                "chat": person.as_chat(),
                "from": person.as_user(),
                "document": file | {"file_name": name, "mime_type": "application/pdf"},
            }
        }
    )


async def test_a_deposit_is_paid_by_its_code_while_something_is_bought(till: House) -> None:
    """The code asks for the amount; its transfer comes as a file, in the middle of a purchase."""
    code, total = await pay_in(till)
    assert code.photo is not None
    topup = await till.read(lambda tx: tx.topups.newest_of(CustomerId(till.sarah.user_id)))
    assert topup is not None
    payment = payment_of(load_languages()["en"], topup, "Konter")
    assert code.photo.content == draw_payment(with_amount(STATIC, total), payment)
    assert "Save this picture, open your bank or e-wallet app" in code.text
    await till.sarah.choose()
    send_file(till, "bukti.pdf")
    await till.sarah.sees("You can go on above")
    request = await till.admin.sees("Isi saldo Rp")
    await till.until(lambda: till.admin.last.document is not None)
    await till.admin.tap("Setujui", on=till.admin.last)
    await till.sarah.sees("has arrived")
    assert (await till.wallet(till.sarah.user_id)).posted == FUNDS + total
    settled = await till.admin.sees_in(request.message_id, "ditambahkan oleh")
    assert settled.buttons == []
    await till.sarah.say("081212345678", shows="Please check once more")


async def test_a_deposit_runs_out_and_is_paid_all_the_same(till: House) -> None:
    """Its customer is told once, also over a restart, and what comes late is credited."""
    _, total = await pay_in(till)
    till.pass_time(hours=1)
    await till.sarah.sees("is over")
    till.pass_time(hours=1)
    await till.leave()
    await till.enter_with_goods()
    send_file(till, "bukti.pdf")
    await till.sarah.sees("Thank you!")
    await till.until(lambda: till.admin.last.document is not None)
    await till.admin.tap("Setujui", on=till.admin.last)
    await till.sarah.sees("has arrived")
    assert (await till.wallet(till.sarah.user_id)).posted == FUNDS + total
    assert till.sarah.texts.count("is over") == 1


async def test_a_deposit_that_was_let_go_is_still_the_admins_to_credit(till: House) -> None:
    """The transfer was on its way: the request says how, since it can be approved no more."""
    code, total = await pay_in(till)
    await till.sarah.tap("Cancel", on=code)
    await till.sarah.sees("is cancelled")
    request = await till.admin.sees("Isi saldo Rp")
    settled = await till.admin.sees_in(request.message_id, "/credit ")
    assert settled.buttons == []
    command = re.search(r"/credit [0-9]+ [0-9]+", settled.text)
    assert command is not None
    screen = await till.admin.say(command[0], button="Setujui")
    await till.admin.tap("Setujui", on=screen)
    await till.sarah.sees("has arrived")
    assert (await till.wallet(till.sarah.user_id)).posted == FUNDS + total
