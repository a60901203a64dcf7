"""Reads the panel once, for `set-up`, and explains a refusal; it never orders."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.commands.set_up_texts import (
    ADDRESS_REFUSED,
    KEY_REFUSED,
    PANEL_REFUSED,
    PANEL_SILENT,
    Text,
)
from bot.config import Settings
from bot.config.wiring import open_supplier
from bot.domain.errors import RefusalClass, SupplierError, SupplierRefusedError
from bot.domain.money import Rupiah
from bot.ports.supplier import ServiceList
from bot.supplier.profile import load_profile

_IP = re.compile(
    r"(?<![\w.:])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})",
    re.IGNORECASE,
)
_ABOUT_ADDRESS = re.compile(r"\bip\b|\bip[ -]?address|\balamat\b|whitelist", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PanelReading:
    """The panel accepted the account; `deposit` is None if it does not report one."""

    services: ServiceList
    deposit: Rupiah | None


@dataclass(frozen=True, slots=True)
class PanelFault:
    """Why the panel could not be read: a text, the panel's words, and the address it saw."""

    text: Text
    message: str
    address: str | None
    is_final: bool
    """Whether other answers are needed; otherwise the panel may answer later."""


def read_panel(settings: Settings) -> PanelReading | PanelFault:
    """Fetch the service list and the balance."""
    return asyncio.run(_read(settings))


async def _read(settings: Settings) -> PanelReading | PanelFault:
    async with open_supplier(settings, load_profile(settings.supplier_profile)) as supplier:
        try:
            services = await supplier.services()
        except SupplierRefusedError as error:
            return _fault_of(error)
        except SupplierError:
            return PanelFault(PANEL_SILENT, "", None, is_final=False)
        try:
            deposit = await supplier.balance()
        except SupplierError:
            deposit = None
        return PanelReading(services, deposit)


def _fault_of(error: SupplierRefusedError) -> PanelFault:
    if error.refusal is not RefusalClass.CREDENTIALS:
        return PanelFault(PANEL_REFUSED, error.message, None, is_final=False)
    found = _IP.search(error.message)
    if found is not None or _ABOUT_ADDRESS.search(error.message):
        address = None if found is None else found[0]
        return PanelFault(ADDRESS_REFUSED, error.message, address, is_final=True)
    return PanelFault(KEY_REFUSED, error.message, None, is_final=True)


def own_address(url: str) -> str | None:
    """Return the address that this machine has towards the host of a URL, if it is a public one.

    No packet is sent: a UDP socket only looks up the route.
    """
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_DGRAM)
        family, kind, protocol, _, place = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.connect(place)
            address = str(probe.getsockname()[0])
    except OSError:
        return None
    return address if _is_public(address) else None


def _is_public(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_global
