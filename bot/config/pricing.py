"""Settings of prices: what is added to the supplier's price."""

from decimal import Decimal

from pydantic import Field

from bot.config.area import SettingsArea
from bot.config.values import UNTIL, Decimals, WholeNumber
from bot.domain.money import MAX_AMOUNT


class PricingSettings(SettingsArea):
    """The markup and the rounding."""

    markup_flat: WholeNumber = Field(
        1000, ge=0, le=MAX_AMOUNT, description=f"rupiah added to the supplier's price, {UNTIL}"
    )
    markup_percent: Decimals = Field(
        Decimal(0),
        ge=0,
        le=1000,
        description=f"percent added to the supplier's price, such as 2.5, {UNTIL}",
    )
    price_round_to: WholeNumber = Field(
        100,
        ge=1,
        le=1_000_000,
        description=f"prices are rounded up to a multiple of this many rupiah, {UNTIL}",
    )
