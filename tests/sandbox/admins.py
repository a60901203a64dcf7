"""Two admins who read English."""

from __future__ import annotations

from bot.sandbox.telegram.server import ADMIN, Person
from tests.sandbox.guest import Guest
from tests.sandbox.running_shop import House

TUTI = Person(700_000_010, "Ibu Tuti", "en", "tuti_sandbox")


async def open_with_admins(house: House) -> Guest:
    """Start the bot at noon with two admins; return the second."""
    for person in (ADMIN, TUTI):
        house.telegram.add_user(person.user_id, person.first_name, "en", person.username)
    house.env["ADMIN_IDS"] = f"{ADMIN.user_id},{TUTI.user_id}"
    house.clock.move_to(12)
    await house.enter_with_goods()
    tuti = Guest(house.telegram, TUTI)
    # The bot learns a person's language from the first message.
    for admin in (house.admin, tuti):
        await admin.say("/start", shows="Welcome")
    return tuti
