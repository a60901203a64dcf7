"""The client under test, with the shipped profile, and the replies that most tests send."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.domain.supplier_row import SupplierRow
from bot.supplier.client import OsimesaSupplier
from bot.supplier.profile import load_profile
from tests.supplier.golden_files import recorded_reply
from tests.supplier.raw_panel import Act, RawPanel

PROFILE = load_profile()
"""The panel profile that is shipped with the bot."""
API_KEY = "s3cret-api-key"
# Computed independently: printf 4711s3cret-api-key | md5sum
SIGN = "06465197b2b929b0b4b2f736753471df"
SUCCESS = recorded_reply("order")
REFUSED = recorded_reply("order_refused")
THROTTLED = recorded_reply("order_refused_with_echo")
STATUS = recorded_reply("status")
PAGE = b"<html><h1>502 Bad Gateway</h1></html>"


def supplier_at(url: str, **changes: object) -> OsimesaSupplier:
    settings: dict[str, object] = {
        "url": url,
        "profile_url": "",
        "user_id": "4711",
        "api_key": API_KEY,
        "profile": PROFILE,
        "calls_per_minute": 6000,
    }
    return OsimesaSupplier(**settings | changes)  # type: ignore[arg-type]


@asynccontextmanager
async def connected(
    *acts: Act, at_once: bool = False, has_profile_page: bool = False, **changes: object
) -> AsyncIterator[tuple[RawPanel, OsimesaSupplier]]:
    """Open a panel that does these acts, and a client of it with changed settings."""
    async with RawPanel(*acts, at_once=at_once) as panel:
        profile_url = panel.url if has_profile_page else ""
        async with supplier_at(panel.url, profile_url=profile_url, **changes) as supplier:
            yield panel, supplier


async def order(supplier: OsimesaSupplier, within_seconds: float = 5.0) -> SupplierRow:
    return await supplier.place_order(
        "SM10", "081234567890", first_byte_within_seconds=within_seconds
    )
