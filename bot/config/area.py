"""The base class of the settings of one area."""

from pydantic import BaseModel, ConfigDict, field_validator

from bot.config.values import plain_text


class SettingsArea(BaseModel):
    """The settings of one area, checked and typed.

    A field is a setting: its name in capitals is the variable's name, and its description is
    printed in `.env.example`.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )

    _plain_text = field_validator("*", mode="before")(plain_text)
