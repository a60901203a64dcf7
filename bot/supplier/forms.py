"""Builds the signed form of each call to the panel; neither form nor credentials are printable."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import urlencode

from bot.domain.lookup import LIST_LENGTH
from bot.domain.masking import Masker

_MIN_SECRET_LENGTH = 8
"""A shorter secret is not masked: it may occur in any number by chance."""


class Form:
    """The fields of one call; the repr shows the name of the call only."""

    __slots__ = ("_fields", "call")

    def __init__(self, call: str, fields: Mapping[str, str]) -> None:
        self.call = call
        self._fields = fields

    def __repr__(self) -> str:
        return f"Form({self.call})"

    def encode(self) -> bytes:
        """Return the body as `application/x-www-form-urlencoded`.

        The panel does not read JSON (docs/supplier-api.md, "2.1 Transport").
        """
        return urlencode(self._fields).encode("ascii")


class Credentials:
    """The API key and the signature of an account; both are passwords and never shown.

    See docs/supplier-api.md, "1.1 Requests and signing".
    """

    __slots__ = ("_key", "_sign", "masker")

    def __init__(self, user_id: str, api_key: str) -> None:
        self._key = api_key
        # The panel requires md5; the signature is the same for every call.
        digest = hashlib.md5(f"{user_id}{api_key}".encode(), usedforsecurity=False)
        self._sign = digest.hexdigest()
        long = (one for one in (api_key, self._sign) if len(one) >= _MIN_SECRET_LENGTH)
        self.masker = Masker(long)
        """Masks the key and the signature in the panel's replies."""

    def __repr__(self) -> str:
        return "Credentials()"

    def order(self, service_code: str, destination: str) -> Form:
        """Return the order call for a service code and a normalised destination."""
        return self._form("order", type="order", service=service_code, data_no=destination)

    def recent_rows(self) -> Form:
        """Return the status call for the newest rows."""
        return self._form("status", type="status", limit=str(LIST_LENGTH))

    def rows_of(self, ref_id: str) -> Form:
        """Return the status call for one ref_id."""
        return self._form("status", type="status", ref_id=ref_id)

    def services(self) -> Form:
        """Return the call for the service list."""
        return self._form("service", type="service")

    def profile(self) -> Form:
        """Return the profile call, whose reply has the balance."""
        return self._form("profile")

    def _form(self, call: str, **fields: str) -> Form:
        return Form(call, {"key": self._key, "sign": self._sign} | fields)

    def scrub(self, text: str) -> str:
        """Return a text with the key and the signature masked."""
        return self.masker.text(text)
