"""Settings of the connection to Telegram."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from bot.config.area import SettingsArea
from bot.config.values import WebAddress, bot_token


class TelegramSettings(SettingsArea):
    """The bot's account, and the address of the Bot API."""

    telegram_bot_token: Annotated[SecretStr, AfterValidator(bot_token)] = Field(
        description="the bot's token, from @BotFather"
    )
    telegram_api_url: WebAddress = Field(
        "https://api.telegram.org", description="the root of the Telegram Bot API"
    )
