"""Settings of the shop itself: its name and texts, its language and its admins."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bot.config.area import SettingsArea
from bot.config.values import UNTIL, WholeNumber, user_ids
from bot.domain.money import MAX_AMOUNT


class ShopSettings(SettingsArea):
    """The texts that customers read, and who the admins are."""

    shop_name: str = Field("Konter", description=f"the shop's name, as customers read it, {UNTIL}")
    shop_contact: str = Field(
        "", description=f"the contact for customers' questions, such as @yourname, {UNTIL}"
    )
    terms: str = Field("", description=f"the text of /terms, {UNTIL}; empty: a standard text")
    paysupport: str = Field(
        "", description=f"the text of /paysupport, {UNTIL}; empty: a standard text"
    )
    default_language: Annotated[Literal["id", "en"], BeforeValidator(str.lower)] = Field(
        "id",
        description=f"the language for customers whose own is not translated: id or en, {UNTIL}",
    )
    shop_timezone: Literal["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"] = Field(
        "Asia/Jakarta",
        description="the shop's time zone: Asia/Jakarta (WIB), Asia/Makassar (WITA) or "
        f"Asia/Jayapura (WIT), {UNTIL}",
    )
    signup: Annotated[Literal["open", "invitation", "approval"], BeforeValidator(str.lower)] = (
        Field(
            "open",
            description="who may become a customer: open (everybody), invitation (by a link) or "
            f"approval (whoever you accept), {UNTIL}",
        )
    )
    low_balance: WholeNumber = Field(
        0,
        ge=0,
        le=MAX_AMOUNT,
        description=f"the supplier's balance in rupiah below which you are warned, {UNTIL}; "
        "0: never",
    )
    first_start: Annotated[Literal["yes", "no"], BeforeValidator(str.lower)] = Field(
        "yes",
        description="yes: the shop stays closed until its owner has answered a few questions in "
        "chat; no: it sells at once, with the settings of this file",
    )
    admin_ids: Annotated[tuple[int, ...], BeforeValidator(user_ids)] = Field(
        (), description="Telegram user ids of the owners, separated by commas"
    )
    admin_credit_limit: WholeNumber = Field(
        1_000_000,
        ge=0,
        le=MAX_AMOUNT,
        description="how many rupiah the wallet of an owner may owe",
    )
