"""Two admins who read English."""

from __future__ import annotations

from bot.sandbox.telegram.server import ADMIN, Person
from tests.sandbox.chat_user import ChatUser
from tests.sandbox.shop_environment import ShopEnvironment

TUTI = Person(700_000_010, "Ibu Tuti", "en", "tuti_sandbox")


async def open_with_admins(environment: ShopEnvironment) -> ChatUser:
    """Start the bot at noon with two admins; return the second."""
    for person in (ADMIN, TUTI):
        environment.telegram.add_user(person.user_id, person.first_name, "en", person.username)
    environment.env["ADMIN_IDS"] = f"{ADMIN.user_id},{TUTI.user_id}"
    environment.clock.move_to(12)
    await environment.enter_with_goods()
    tuti = ChatUser(environment.telegram, TUTI)
    # The bot learns a person's language from the first message.
    for admin in (environment.admin, tuti):
        await admin.say("/start", shows="Welcome")
    return tuti
