"""The base class of the settings of one area."""

from pydantic import field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from bot.config.values import plain_text


class SettingsArea(BaseSettings):
    """The settings of one area, checked and typed.

    A field is a setting: its name in capitals is the variable's name, and its description is
    printed in `.env.example`.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )

    _plain_text = field_validator("*", mode="before")(plain_text)

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from the constructor only: `load_settings` reads environment and file."""
        return (init_settings,)
