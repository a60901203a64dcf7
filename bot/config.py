"""Settings: what a shopkeeper may set, read once from the environment and `.env`."""

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from typing_extensions import override

from bot.domain.qris import read_static


class SettingsError(Exception):
    """The settings are not good; `problems` holds one sentence for each that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


_NO_ADDRESS = "must be a web address such as https://example.com/path"

# Validators are written as the end of a sentence that begins with the setting's name.


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _web_address(value: str) -> str:
    """Secrets travel to this address, so plain http is for this machine alone."""
    try:
        parts = urlsplit(value)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        raise ValueError(_NO_ADDRESS) from None
    if not host or parts.scheme not in {"http", "https"} or re.search(r"\s", value):
        raise ValueError(_NO_ADDRESS)
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError("must begin with https:// (plain http is for this machine only)")
    if parts.username or parts.password:
        raise ValueError("must not hold a user name or password")
    if parts.query or parts.fragment:
        raise ValueError("must end before any ? or #")
    return value.rstrip("/")


def _public_address(value: str) -> str:
    if not value.startswith("https://"):
        raise ValueError("must begin with https:// because Telegram calls nothing else")
    return _web_address(value)


def _bot_token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", value.get_secret_value()):
        raise ValueError("must look like 123456:ABC-def, just as @BotFather wrote it")
    return value


def _user_ids(value: object) -> object:
    if not isinstance(value, str):
        return value
    words = [word.strip() for word in value.split(",")]
    # int() also takes digits of other scripts, which nobody means here.
    if not all(re.fullmatch(r"[1-9][0-9]{0,18}", word) for word in words):
        raise ValueError("must be Telegram user ids (digits) with commas between them")
    return tuple(int(word) for word in words)


def _decimal(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        raise ValueError("must be a number such as 2.5, with a point and not a comma")
    return value


def _sqlite_file(value: str) -> str:
    name = value.removeprefix("sqlite:///")
    if name == value or not name or name.endswith("/") or ":memory:" in name:
        raise ValueError(
            "must begin with sqlite:/// and name a file, as in sqlite:///data/konter.db"
        )
    return value


def _time_zone(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a time zone's name such as Asia/Jakarta") from None


def _qris(value: str) -> str:
    return read_static(value) if value else ""


def _existing_file(value: Path) -> Path:
    if not value.is_file():
        raise ValueError("must name a file that exists")
    return value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


WebAddress = Annotated[str, AfterValidator(_web_address)]
Seconds = Annotated[float, Field(allow_inf_nan=False)]
MaybeFile = Annotated[Path, AfterValidator(_existing_file)] | None


class Settings(BaseSettings):
    """Every setting there is, checked and typed; built by `load_settings` alone."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )

    telegram_bot_token: Annotated[SecretStr, AfterValidator(_bot_token)] = Field(
        description="the bot's token, from @BotFather"
    )
    telegram_api_url: WebAddress = Field(
        "https://api.telegram.org", description="the root of the Telegram Bot API"
    )
    osimesa_user_id: str = Field(description="the User ID of the account at the supplier's panel")
    osimesa_api_key: SecretStr = Field(
        description="the API Key of the account at the supplier's panel"
    )
    osimesa_url: WebAddress = Field(
        "https://osimesa.id/api/prepaid",
        description="the supplier's prepaid API, of any panel of the family",
    )
    osimesa_profile_url: WebAddress | None = Field(
        "https://osimesa.id/api/profile",
        description="where the supplier tells its balance; empty: it is not asked",
    )
    admin_ids: Annotated[tuple[int, ...], BeforeValidator(_user_ids)] = Field(
        (), description="Telegram user ids of the admins, with commas between them"
    )
    database_url: Annotated[str, AfterValidator(_sqlite_file)] = Field(
        "sqlite:///data/konter.db", description="the database file; its folder is made"
    )
    backup_hour: int = Field(
        3, ge=-1, le=23, description="the hour of the daily backup, in SUPPLIER_TIMEZONE; -1: none"
    )
    backup_keep: int = Field(14, ge=1, description="how many daily backups are kept")
    admin_credit_limit: int = Field(
        1_000_000, ge=0, description="rupiah that an admin's own account may owe"
    )
    supplier_profile: MaybeFile = Field(
        None, description="a TOML file with the panel's own words, over the shipped profile"
    )
    default_language: Annotated[Literal["id", "en"], BeforeValidator(_lower)] = Field(
        "id", description="the language of customers whose own has no catalogue: id or en"
    )
    supplier_timezone: Annotated[ZoneInfo, BeforeValidator(_time_zone)] = Field(
        default_factory=lambda: ZoneInfo("Asia/Jakarta"),
        description="the time zone of the supplier's cutoff hours",
    )
    markup_flat: int = Field(1000, ge=0, description="rupiah put on the supplier's price")
    markup_percent: Annotated[Decimal, BeforeValidator(_decimal)] = Field(
        Decimal(0), ge=0, le=1000, description="percent put on the supplier's price, such as 2.5"
    )
    price_round_to: int = Field(
        100, ge=1, description="prices are rounded up to a multiple of this many rupiah"
    )
    supplier_timeout_seconds: Seconds = Field(
        60, ge=1, le=600, description="how long the supplier may take to answer a call"
    )
    supplier_order_gap_seconds: Seconds = Field(
        6, ge=0, le=3600, description="the least pause between two orders to the supplier"
    )
    customer_updates_per_minute: int = Field(
        60,
        ge=0,
        description="what is handled of one customer within a minute; 0: everything",
    )
    customer_orders_per_minute: int = Field(
        6, ge=0, description="how many orders one customer may place within a minute; 0: any number"
    )
    catalogue_refresh_seconds: Seconds = Field(
        900, ge=1, description="how often the catalogue is fetched"
    )
    poll_min_seconds: Seconds = Field(
        5, gt=0, le=30, description="the least pause between two looks at one order"
    )
    supplier_calls_per_minute: int = Field(
        60, ge=1, description="the ceiling on reading calls to the supplier"
    )
    reconcile_park_after_seconds: Seconds = Field(
        600, ge=0, description="how long a lost order is looked for before an admin is asked"
    )
    queue_max_seconds: Seconds = Field(
        900, ge=1, description="how long an order may wait to be sent before it is cancelled"
    )
    http_host: str = Field(
        "127.0.0.1", description="the address that health, metrics and the webhook listen on"
    )
    http_port: int = Field(8080, ge=0, le=65535, description="their port; 0: off")
    webhook_url: Annotated[str, AfterValidator(_public_address)] | None = Field(
        None, description="the public https address of the webhook; empty: long polling"
    )
    webhook_secret: SecretStr | None = Field(
        None, description="the secret that Telegram sends with each webhook call"
    )
    qris_static: Annotated[str, AfterValidator(_qris)] = Field(
        "", description="the text of the shop's static QRIS code, for customers who pay money in"
    )
    topup_instructions: Annotated[str, Field(max_length=2_000)] = Field(  # of a message's 4,096
        "", description="how else to pay money in, such as a bank account; shown as it is"
    )
    deposit_expires_minutes: int = Field(
        60, ge=5, le=10_080, description="how long a customer may take to pay money in"
    )
    terms: str = Field("", description="what /terms says; empty: usual terms")
    paysupport: str = Field("", description="what /paysupport says; empty: the usual way")
    shop_name: str = Field("Konter", description="the shop's name, as customers read it")
    shop_contact: str = Field("", description="whom customers turn to, such as @yourname")
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = (
        Field("INFO", description="the least level that is logged: DEBUG, INFO, WARNING or ERROR")
    )
    log_format: Annotated[Literal["console", "json"], BeforeValidator(_lower)] = Field(
        "console", description="how log lines are written: console or json"
    )

    @field_validator("webhook_url")
    @classmethod
    def _webhook_has_a_port(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("http_port") == 0:
            raise ValueError("needs a web server, so HTTP_PORT must not be 0")
        return value

    # Stands here and not after the whole, so that it is told together with every other problem.
    @field_validator("webhook_secret")
    @classmethod
    def _webhook_has_a_secret(
        cls, value: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        if value is None:
            if info.data.get("webhook_url") is not None:
                raise ValueError("must be set too when WEBHOOK_URL is set")
        # Telegram's own rule for `secret_token` (Bot API, setWebhook).
        elif not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("must be 1 to 256 of the characters A-Z, a-z, 0-9, _ and -")
        return value

    @property
    def deposit_expires(self) -> timedelta | None:
        """How long a deposit may be paid; None where customers are told no way to pay."""
        if not self.qris_static and not self.topup_instructions:
            return None
        return timedelta(minutes=self.deposit_expires_minutes)

    @property
    def database_path(self) -> Path:
        """The file itself, where `DATABASE_URL` names a link; from the working folder without /."""
        return Path(self.database_url.removeprefix("sqlite:///")).resolve()

    @property
    def backup_folder(self) -> Path:
        """Where the backups are kept: beside the database."""
        return self.database_path.parent / "backups"

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
        """Only what `load_settings` gathered counts, so that tests depend on no environment."""
        return (init_settings,)


def load_settings(
    env: Mapping[str, str] | None = None,
    env_file: str | Path | None = ".env",
    only: Sequence[str] = tuple(Settings.model_fields),
) -> Settings:
    """The settings from `env` (default: the process's environment), which goes before `env_file`.

    What is not `only` named keeps its default, unread.
    Raises `SettingsError` with every missing and wrong setting at once; it never repeats a value.
    """
    in_file = _read_env_file(env_file)
    environment = os.environ if env is None else env
    given = in_file | {name.lower(): value for name, value in environment.items()}
    problems = _misspelt(in_file, only)
    try:
        settings = Settings(**_known(given, only))
    except ValidationError as error:
        problems += [_sentence(detail) for detail in error.errors(include_url=False)]
        raise SettingsError(problems) from None
    if problems:
        raise SettingsError(problems)
    return settings


_NO_CREDENTIALS = {"telegram_bot_token": "0:none", "osimesa_user_id": "-", "osimesa_api_key": "-"}
_OF_DATABASE = (*_NO_CREDENTIALS, "database_url", "backup_keep", "supplier_timeout_seconds")


def load_database_settings(
    env: Mapping[str, str] | None = None, env_file: str | Path | None = ".env"
) -> Settings:
    """The settings for a command that only opens the database: no others can be wrong."""
    environment = dict(os.environ if env is None else env)
    return load_settings(environment | _NO_CREDENTIALS, env_file, _OF_DATABASE)


def _read_env_file(env_file: str | Path | None) -> dict[str, str | None]:
    source = DotEnvSettingsSource(Settings, env_file=env_file, env_file_encoding="utf-8")
    return dict(source.env_vars)


def _known(given: Mapping[str, str | None], only: Sequence[str]) -> dict[str, Any]:
    """The settings among `given`; an empty one counts as not given, but for the profile's."""
    known: dict[str, Any] = {}
    for name in only:
        value = (given.get(name) or "").strip()
        if value:
            known[name] = value
        elif name in given and name == "osimesa_profile_url":
            known[name] = None  # empty here says: do not ask the supplier for its balance
    return known


def _misspelt(in_file: Mapping[str, str | None], only: Sequence[str]) -> list[str]:
    """Names of the file that are almost a setting's: a typing error there would pass unseen."""
    strangers = [name for name in in_file if name not in Settings.model_fields]
    return [
        f"{name.upper()} is no setting: did you mean {meant.upper()}?"
        for name in strangers
        for meant in difflib.get_close_matches(name, only, n=1, cutoff=0.85)
    ]


# What pydantic finds wrong, as the end of a sentence that begins with the setting's name.
_SENTENCES = {
    "missing": "is missing: {description}",
    "value_error": "{error}",
    "int_parsing": "must be a whole number, written with the digits 0 to 9",
    "int_from_float": "must be a whole number, written with the digits 0 to 9",
    "int_parsing_size": "is far too large",
    "float_parsing": "must be a number such as 2.5",
    "finite_number": "must be a number such as 2.5",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "string_too_long": "must be at most {max_length} characters long",
    "literal_error": "must be {expected}",
}


def _sentence(detail: ErrorDetails) -> str:
    """What is wrong with one setting, without repeating its value, which may be a secret."""
    field = str(detail["loc"][0])
    facts = {
        "description": Settings.model_fields[field].description,
        "message": detail["msg"],
        **detail.get("ctx", {}),
    }
    ending = _SENTENCES.get(detail["type"], "cannot be used: {message}")
    return f"{field.upper()} {ending.format(**facts)}."
