"""Settings of the web servers: health, metrics and the webhook."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator

from bot.config.area import SettingsArea
from bot.config.values import Host, Secret, WholeNumber, is_loopback, public_address

LOOPBACK = "127.0.0.1"


class WebSettings(SettingsArea):
    """The addresses that the bot listens on, and who may call them.

    A rule about two settings is a validator of the later field, not of the whole model: Pydantic
    checks the whole only when every field is right, and all errors are reported at once.
    """

    http_host: Host = Field(
        LOOPBACK, description="the address that health, metrics and the webhook listen on"
    )
    http_port: WholeNumber = Field(
        8080, ge=0, le=65535, description="the port of HTTP_HOST; 0: no web server there"
    )
    metrics_host: Host = Field(
        LOOPBACK,
        description="the address of health and metrics when METRICS_PORT gives them their own port",
    )
    metrics_port: WholeNumber = Field(
        0,
        ge=0,
        le=65535,
        description="a port for health and metrics alone; 0: they are served on HTTP_PORT",
    )
    metrics_token: Secret | None = Field(
        None,
        description="the token that health and metrics require, as Authorization: Bearer TOKEN; "
        "empty: they are served on 127.0.0.1 only, and not on the port of a webhook",
    )
    webhook_url: Annotated[str, AfterValidator(public_address)] | None = Field(
        None, description="the public https address of the webhook; empty: long polling"
    )
    webhook_secret: Secret | None = Field(
        None,
        description="the secret that Telegram sends with each webhook call; 16 to 256 of "
        "A-Z, a-z, 0-9, _ and -",
    )

    @field_validator("metrics_port")
    @classmethod
    def _metrics_port_is_not_http_port(cls, value: int, info: ValidationInfo) -> int:
        if value and value == info.data.get("http_port"):
            raise ValueError(
                "is the same as HTTP_PORT: set another port, or 0 to serve both on HTTP_PORT"
            )
        return value

    @field_validator("metrics_token")
    @classmethod
    def _public_metrics_have_a_token(
        cls, value: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        host = info.data.get("metrics_host", LOOPBACK)
        if value is None and info.data.get("metrics_port") and not is_loopback(host):
            raise ValueError("must be set too when METRICS_HOST is open to other machines")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _webhook_has_a_port(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("http_port") == 0:
            raise ValueError("needs a web server, so HTTP_PORT must not be 0")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _webhook_has_a_secret(
        cls, value: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        if value is None and info.data.get("webhook_url") is not None:
            raise ValueError("must be set too when WEBHOOK_URL is set")
        return value

    @property
    def monitoring_address(self) -> tuple[str, int] | None:
        """The host and port of health and metrics; None when they are not served.

        Without a token they are served on a loopback address only, and never on the webhook's
        port: a proxy that forwards the webhook could make them public.
        """
        if self.metrics_port:
            address, shares_webhook_port = (self.metrics_host, self.metrics_port), False
        else:
            address = (self.http_host, self.http_port)
            shares_webhook_port = self.webhook_url is not None
        is_exposed = shares_webhook_port or not is_loopback(address[0])
        if address[1] == 0 or (is_exposed and self.metrics_token is None):
            return None
        return address
