"""What is sent to the panel: the fields of each call, signed, and never shown."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import urlencode

from bot.domain.masking import Masker
from bot.domain.row_matching import LIST_LENGTH

_SHORTEST_SECRET = 8
"""A shorter one may stand in any number by chance."""


class Form:
    """The fields of one call; its repr tells the call's name and nothing else."""

    __slots__ = ("_fields", "call")

    def __init__(self, call: str, fields: Mapping[str, str]) -> None:
        self.call = call
        self._fields = fields

    def __repr__(self) -> str:
        return f"Form({self.call})"

    def encode(self) -> bytes:
        """Return the body as `application/x-www-form-urlencoded`: the panel reads no JSON."""
        return urlencode(self._fields).encode("ascii")


class Credentials:
    """The account's key and its signature, which is as good as a password: neither is shown."""

    __slots__ = ("_key", "_sign", "masker")

    def __init__(self, user_id: str, api_key: str) -> None:
        self._key = api_key
        # The panel prescribes md5; the signature is the same for every call.
        digest = hashlib.md5(f"{user_id}{api_key}".encode(), usedforsecurity=False)
        self._sign = digest.hexdigest()
        long = (one for one in (api_key, self._sign) if len(one) >= _SHORTEST_SECRET)
        self.masker = Masker(long)
        """Takes the key and the sign out of what the panel says."""

    def __repr__(self) -> str:
        return "Credentials()"

    def order(self, service_code: str, destination: str) -> Form:
        """Return the call that buys `service_code` for a normalised destination."""
        return self._form("order", type="order", service=service_code, data_no=destination)

    def recent_rows(self) -> Form:
        """Return the call that asks for the newest rows."""
        return self._form("status", type="status", limit=str(LIST_LENGTH))

    def rows_of(self, ref_id: str) -> Form:
        """Return the call that asks for one row."""
        return self._form("status", type="status", ref_id=ref_id)

    def services(self) -> Form:
        """Return the call that asks for the service list."""
        return self._form("service", type="service")

    def profile(self) -> Form:
        """Return the call that asks for the account, its balance among the rest."""
        return self._form("profile")

    def _form(self, call: str, **fields: str) -> Form:
        return Form(call, {"key": self._key, "sign": self._sign} | fields)

    def scrub(self, text: str) -> str:
        """Return a text of the panel without key and signature, should it echo them."""
        return self.masker.text(text)
