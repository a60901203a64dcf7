"""Settings of the log."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bot.config.area import SettingsArea

_Level = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)]


class LogSettings(SettingsArea):
    """The level and the format of log lines."""

    log_level: _Level = Field(
        "INFO", description="the lowest level that is logged: DEBUG, INFO, WARNING or ERROR"
    )
    log_format: Annotated[Literal["console", "json"], BeforeValidator(str.lower)] = Field(
        "console", description="the format of log lines: console or json"
    )
