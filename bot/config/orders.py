"""Settings of how orders are placed, sent and followed."""

from pydantic import Field

from bot.config.area import SettingsArea
from bot.config.values import WEEK_SECONDS, Seconds, WholeNumber


class OrderSettings(SettingsArea):
    """Time limits of an order, and limits per customer."""

    customer_updates_per_minute: WholeNumber = Field(
        60,
        ge=0,
        le=100_000,
        description="how many messages and button presses of one customer are handled per "
        "minute; 0: no limit",
    )
    customer_orders_per_minute: WholeNumber = Field(
        6,
        ge=0,
        le=100_000,
        description="how many orders one customer may place per minute; 0: no limit",
    )
    queue_max_seconds: WholeNumber = Field(
        900,
        ge=1,
        le=WEEK_SECONDS,
        description="how long an order may wait to be sent before it is cancelled",
    )
    poll_min_seconds: Seconds = Field(
        5, gt=0, le=30, description="the shortest pause between two status checks of one order"
    )
    reconcile_park_after_seconds: WholeNumber = Field(
        600,
        ge=0,
        le=WEEK_SECONDS,
        description="how long the bot looks for an order whose answer was lost before an admin "
        "has to decide",
    )
