"""The persons of the simulation, and their Telegram accounts."""

from __future__ import annotations

from bot.domain.customer import FIRST_CUSTOMER_ID, Actor, TelegramId
from bot.domain.order import CustomerId

CUSTOMERS = tuple(CustomerId(FIRST_CUSTOMER_ID + index) for index in range(25))
ADMINS = tuple(
    Actor(CustomerId(CUSTOMERS[-1] + number), TelegramId(9_000 + number)) for number in (1, 2)
)
CHATS = {customer: TelegramId(1_001 + index) for index, customer in enumerate(CUSTOMERS)}
"""The accounts of the customers."""
TELEGRAM_ACCOUNTS = (*CHATS.values(), *(admin.telegram_id for admin in ADMINS))
"""All accounts, in the order of the persons' ids."""
