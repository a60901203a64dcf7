"""All settings in one class, composed of the classes of their areas."""

from bot.config.database import DatabaseSettings
from bot.config.log import LogSettings
from bot.config.orders import OrderSettings
from bot.config.pricing import PricingSettings
from bot.config.shop import ShopSettings
from bot.config.supplier import SupplierSettings
from bot.config.telegram import TelegramSettings
from bot.config.topups import TopupSettings
from bot.config.web import WebSettings


# Pydantic takes the fields of the last base class first. In that order settings are validated,
# reported and written to `.env.example`, so the bases are listed from last to first.
class Settings(
    LogSettings,
    WebSettings,
    DatabaseSettings,
    OrderSettings,
    TopupSettings,
    PricingSettings,
    ShopSettings,
    SupplierSettings,
    TelegramSettings,
):
    """Every setting; only `load_settings` builds it.

    To add a setting, add a field to the class of its area.
    """
