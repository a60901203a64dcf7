"""Settings: what a shopkeeper may set."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from bot.config.values import (
    Decimals,
    Host,
    MaybeFile,
    Seconds,
    Secret,
    WebAddress,
    WholeNumber,
    bot_token,
    is_loopback,
    lower,
    public_address,
    qris,
    readable,
    sqlite_file,
    time_zone,
    upper,
    user_ids,
)
from bot.domain.money import MAX_AMOUNT

LOOPBACK = "127.0.0.1"
WEEK_SECONDS = 7 * 24 * 3600


class Settings(BaseSettings):
    """Every setting there is, checked and typed; built by `load_settings` alone."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )

    telegram_bot_token: Annotated[SecretStr, AfterValidator(bot_token)] = Field(
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
    admin_ids: Annotated[tuple[int, ...], BeforeValidator(user_ids)] = Field(
        (), description="Telegram user ids of the admins, with commas between them"
    )
    database_url: Annotated[str, AfterValidator(sqlite_file)] = Field(
        "sqlite:///data/konter.db", description="the database file; its folder is made"
    )
    backup_hour: WholeNumber = Field(
        3, ge=-1, le=23, description="the hour of the daily backup, in SUPPLIER_TIMEZONE; -1: none"
    )
    backup_keep: WholeNumber = Field(
        14, ge=1, le=3_650, description="how many daily backups are kept"
    )
    admin_credit_limit: WholeNumber = Field(
        1_000_000,
        ge=0,
        le=MAX_AMOUNT,
        description="rupiah that an admin's own account may owe",
    )
    supplier_profile: MaybeFile = Field(
        None, description="a TOML file with the panel's own words, over the shipped profile"
    )
    default_language: Annotated[Literal["id", "en"], BeforeValidator(lower)] = Field(
        "id", description="the language of customers whose own has no catalogue: id or en"
    )
    supplier_timezone: Annotated[ZoneInfo, BeforeValidator(time_zone)] = Field(
        default_factory=lambda: ZoneInfo("Asia/Jakarta"),
        description="the time zone of the supplier's cutoff hours",
    )
    markup_flat: WholeNumber = Field(
        1000, ge=0, le=MAX_AMOUNT, description="rupiah put on the supplier's price"
    )
    markup_percent: Decimals = Field(
        Decimal(0), ge=0, le=1000, description="percent put on the supplier's price, such as 2.5"
    )
    price_round_to: WholeNumber = Field(
        100,
        ge=1,
        le=1_000_000,
        description="prices are rounded up to a multiple of this many rupiah",
    )
    supplier_timeout_seconds: WholeNumber = Field(
        60, ge=1, le=600, description="how long the supplier may take to answer a call"
    )
    supplier_order_gap_seconds: Seconds = Field(
        6, ge=0, le=3600, description="the least pause between two orders to the supplier"
    )
    customer_updates_per_minute: WholeNumber = Field(
        60,
        ge=0,
        le=100_000,
        description="what is handled of one customer within a minute; 0: everything",
    )
    customer_orders_per_minute: WholeNumber = Field(
        6,
        ge=0,
        le=100_000,
        description="how many orders one customer may place within a minute; 0: any number",
    )
    catalogue_refresh_seconds: WholeNumber = Field(
        900, ge=1, le=WEEK_SECONDS, description="how often the catalogue is fetched"
    )
    poll_min_seconds: Seconds = Field(
        5, gt=0, le=30, description="the least pause between two looks at one order"
    )
    supplier_calls_per_minute: WholeNumber = Field(
        60, ge=1, le=100_000, description="the ceiling on reading calls to the supplier"
    )
    reconcile_park_after_seconds: WholeNumber = Field(
        600,
        ge=0,
        le=WEEK_SECONDS,
        description="how long a lost order is looked for before an admin is asked",
    )
    queue_max_seconds: WholeNumber = Field(
        900,
        ge=1,
        le=WEEK_SECONDS,
        description="how long an order may wait to be sent before it is cancelled",
    )
    http_host: Host = Field(
        LOOPBACK, description="the address that health, metrics and the webhook listen on"
    )
    http_port: WholeNumber = Field(8080, ge=0, le=65535, description="their port; 0: off")
    metrics_host: Host = Field(
        LOOPBACK, description="the address of METRICS_PORT, if health and metrics have their own"
    )
    metrics_port: WholeNumber = Field(
        0,
        ge=0,
        le=65535,
        description="a port for health and metrics alone; 0: they are on HTTP_PORT",
    )
    metrics_token: Secret | None = Field(
        None,
        description="what health and metrics ask for, as Authorization: Bearer TOKEN; empty: they "
        "are served on 127.0.0.1 alone, and not beside a webhook",
    )
    webhook_url: Annotated[str, AfterValidator(public_address)] | None = Field(
        None, description="the public https address of the webhook; empty: long polling"
    )
    webhook_secret: Secret | None = Field(
        None,
        description="the secret that Telegram sends with each webhook call; 16 to 256 of "
        "A-Z, a-z, 0-9, _ and -",
    )
    qris_static: Annotated[str, AfterValidator(qris)] = Field(
        "", description="the text of the shop's static QRIS code, for customers who pay money in"
    )
    topup_instructions: Annotated[str, Field(max_length=2_000)] = Field(  # of a message's 4,096
        "", description="how else to pay money in, such as a bank account; shown as it is"
    )
    deposit_expires_minutes: WholeNumber = Field(
        60, ge=5, le=10_080, description="how long a customer may take to pay money in"
    )
    terms: str = Field("", description="what /terms says; empty: usual terms")
    paysupport: str = Field("", description="what /paysupport says; empty: the usual way")
    shop_name: str = Field("Konter", description="the shop's name, as customers read it")
    shop_contact: str = Field("", description="whom customers turn to, such as @yourname")
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(upper)] = (
        Field("INFO", description="the least level that is logged: DEBUG, INFO, WARNING or ERROR")
    )
    log_format: Annotated[Literal["console", "json"], BeforeValidator(lower)] = Field(
        "console", description="how log lines are written: console or json"
    )

    _readable = field_validator("*", mode="before")(readable)

    @field_validator("webhook_url")
    @classmethod
    def _webhook_has_a_port(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("http_port") == 0:
            raise ValueError("needs a web server, so HTTP_PORT must not be 0")
        return value

    @field_validator("metrics_port")
    @classmethod
    def _metrics_have_a_port_of_their_own(cls, value: int, info: ValidationInfo) -> int:
        if value and value == info.data.get("http_port"):
            raise ValueError("is HTTP_PORT too: set another, or 0 to have both on that one")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _metrics_are_not_open_to_all(
        cls, value: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        host = info.data.get("metrics_host", LOOPBACK)
        if value is None and info.data.get("metrics_port") and not is_loopback(host):
            raise ValueError("must be set too when METRICS_HOST is open to other machines")
        return value

    # Stands here and not after the whole, so that it is told together with every other problem.
    @field_validator("webhook_secret")
    @classmethod
    def _webhook_has_a_secret(
        cls, value: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        if value is None and info.data.get("webhook_url") is not None:
            raise ValueError("must be set too when WEBHOOK_URL is set")
        return value

    @property
    def deposit_expires(self) -> timedelta | None:
        """How long a deposit may be paid; None where customers are told no way to pay."""
        if not self.qris_static and not self.topup_instructions:
            return None
        return timedelta(minutes=self.deposit_expires_minutes)

    @property
    def status_address(self) -> tuple[str, int] | None:
        """Where health and metrics are served; None: nowhere.

        Without a token they are served on an address of this machine alone, and not beside the
        webhook: what proxies the webhook to the outside would open them to everybody.
        """
        if self.metrics_port:
            address, is_beside_webhook = (self.metrics_host, self.metrics_port), False
        else:
            address = (self.http_host, self.http_port)
            is_beside_webhook = self.webhook_url is not None
        is_open = is_beside_webhook or not is_loopback(address[0])
        if address[1] == 0 or (is_open and self.metrics_token is None):
            return None
        return address

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
