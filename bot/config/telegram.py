"""Settings of the connection to Telegram."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from bot.config.area import SettingsArea
from bot.config.values import WebAddress, WholeNumber, bot_token


class TelegramSettings(SettingsArea):
    """The bot's account, and the address of the Bot API."""

    telegram_bot_token: Annotated[SecretStr, AfterValidator(bot_token)] = Field(
        description="the bot's token, from @BotFather"
    )
    telegram_api_url: WebAddress = Field(
        "https://api.telegram.org", description="the root of the Telegram Bot API"
    )
    telegram_messages_per_second: WholeNumber = Field(
        28,
        ge=0,
        le=10_000,
        description="the most messages per second to Telegram, which allows about 30; "
        "0: no limit, for your own Bot API server or paid sending",
    )
