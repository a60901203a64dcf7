"""Settings of top-ups: how customers pay money in."""

from typing import Annotated

from pydantic import AfterValidator, Field

from bot.config.area import SettingsArea
from bot.config.values import UNTIL, WholeNumber, qris


class TopUpSettings(SettingsArea):
    """The ways to pay money in, and how long a top-up stays open."""

    qris_static: Annotated[str, AfterValidator(qris)] = Field(
        "",
        description="the text of the shop's static QRIS code, for customers who pay money in, "
        f"{UNTIL}",
    )
    topup_instructions: Annotated[str, Field(max_length=2_000)] = Field(  # of a message's 4,096
        "",
        description="another way to pay money in, such as a bank account; customers read it as it "
        f"is, {UNTIL}",
    )
    topup_expires_minutes: WholeNumber = Field(
        60, ge=5, le=10_080, description="how long a customer may take to pay money in"
    )
