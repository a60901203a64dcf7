"""All settings in one class, composed of the classes of their areas."""

from collections.abc import Sequence
from typing import Any

from bot.config.database import DatabaseSettings
from bot.config.log import LogSettings
from bot.config.orders import OrderSettings
from bot.config.pricing import PricingSettings
from bot.config.shop import ShopSettings
from bot.config.supplier import SupplierSettings
from bot.config.telegram import TelegramSettings
from bot.config.topups import TopUpSettings
from bot.config.web import WebSettings

DEPRECATED_NAMES = {"deposit_expires_minutes": "topup_expires_minutes"}
"""Old names of settings, each with its present name. They work, and are reported at start."""


# Pydantic takes the fields of the last base class first. In that order settings are validated,
# reported and written to `.env.example`, so the bases are listed from last to first.
class Settings(
    LogSettings,
    WebSettings,
    DatabaseSettings,
    OrderSettings,
    TopUpSettings,
    PricingSettings,
    ShopSettings,
    SupplierSettings,
    TelegramSettings,
):
    """Every setting; only `load_settings` builds it.

    To add a setting, add a field to the class of its area.
    """

    _deprecated_names: tuple[str, ...] = ()

    def __init__(self, deprecated_names: Sequence[str] = (), **values: Any) -> None:
        """Check `values`, by present names; `deprecated_names` is kept for the report at start."""
        super().__init__(**values)
        self._deprecated_names = tuple(deprecated_names)

    @property
    def deprecated_names(self) -> tuple[str, ...]:
        """The keys of `DEPRECATED_NAMES` that were given a value."""
        return self._deprecated_names
