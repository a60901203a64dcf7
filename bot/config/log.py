"""Settings of the log."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bot.config.area import SettingsArea
from bot.config.values import lower, upper


class LogSettings(SettingsArea):
    """The level and the format of log lines."""

    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(upper)] = (
        Field("INFO", description="the lowest level that is logged: DEBUG, INFO, WARNING or ERROR")
    )
    log_format: Annotated[Literal["console", "json"], BeforeValidator(lower)] = Field(
        "console", description="the format of log lines: console or json"
    )
