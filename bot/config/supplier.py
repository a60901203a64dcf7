"""Settings of the account at the supplier and of the calls to it."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, SecretStr

from bot.config.area import SettingsArea
from bot.config.values import (
    WEEK_SECONDS,
    OptionalFile,
    Seconds,
    WebAddress,
    WholeNumber,
    time_zone,
)


class SupplierSettings(SettingsArea):
    """The supplier's addresses, the credentials, and the limits of calls."""

    osimesa_user_id: str = Field(description="the User ID of the account at the supplier's panel")
    osimesa_api_key: SecretStr = Field(
        description="the API Key of the account at the supplier's panel"
    )
    osimesa_url: WebAddress = Field(
        "https://osimesa.id/api/prepaid",
        description="the supplier's prepaid API; any panel with the same API works",
    )
    osimesa_profile_url: WebAddress | None = Field(
        "https://osimesa.id/api/profile",
        description="the supplier's profile API, which returns the balance of the deposit; "
        "empty: the balance is not fetched",
    )
    supplier_profile: OptionalFile = Field(
        None,
        description="a TOML file with the words that this panel uses, which override those of "
        "the shipped profile",
    )
    supplier_timezone: Annotated[ZoneInfo, BeforeValidator(time_zone)] = Field(
        default_factory=lambda: ZoneInfo("Asia/Jakarta"),
        description="the time zone of the supplier's cutoff hours",
    )
    supplier_timeout_seconds: WholeNumber = Field(
        60, ge=1, le=600, description="how long a call to the supplier may take"
    )
    supplier_order_gap_seconds: Seconds = Field(
        6, ge=0, le=3600, description="the shortest pause between two orders to the supplier"
    )
    supplier_calls_per_minute: WholeNumber = Field(
        60,
        ge=1,
        le=100_000,
        description="the most calls per minute to the supplier, not counting orders",
    )
    catalogue_refresh_seconds: WholeNumber = Field(
        900, ge=1, le=WEEK_SECONDS, description="how often the catalogue is fetched"
    )
