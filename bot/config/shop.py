"""Settings of the shop itself: its name and texts, its language and its admins."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bot.config.area import SettingsArea
from bot.config.values import WholeNumber, user_ids
from bot.domain.money import MAX_AMOUNT


class ShopSettings(SettingsArea):
    """The texts that customers read, and who the admins are."""

    shop_name: str = Field("Konter", description="the shop's name, as customers read it")
    shop_contact: str = Field(
        "", description="the contact for customers' questions, such as @yourname"
    )
    terms: str = Field("", description="the text of /terms; empty: a standard text")
    paysupport: str = Field("", description="the text of /paysupport; empty: a standard text")
    default_language: Annotated[Literal["id", "en"], BeforeValidator(str.lower)] = Field(
        "id",
        description="the language for customers whose own is not translated: id or en",
    )
    shop_timezone: Literal["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"] = Field(
        "Asia/Jakarta",
        description="the shop's time zone: Asia/Jakarta (WIB), Asia/Makassar (WITA) or "
        "Asia/Jayapura (WIT)",
    )
    signup: Annotated[Literal["open", "invitation", "approval"], BeforeValidator(str.lower)] = (
        Field(
            "open",
            description="who may become a customer: open (everybody), invitation (by a link) or "
            "approval (whoever you accept)",
        )
    )
    low_balance: WholeNumber = Field(
        0,
        ge=0,
        le=MAX_AMOUNT,
        description="the supplier's balance in rupiah below which you are warned; 0: never",
    )
    first_start: Annotated[Literal["yes", "no"], BeforeValidator(str.lower)] = Field(
        "yes",
        description="yes: the shop stays closed until its owner has answered a few questions in "
        "chat; no: it sells at once, with the settings of this file",
    )
    admin_ids: Annotated[tuple[int, ...], BeforeValidator(user_ids)] = Field(
        (), description="Telegram user ids of the admins, separated by commas"
    )
    admin_credit_limit: WholeNumber = Field(
        1_000_000,
        ge=0,
        le=MAX_AMOUNT,
        description="how many rupiah the wallet of an admin may owe",
    )
