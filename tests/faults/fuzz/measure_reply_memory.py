"""Makes one call to a supplier and prints its outcome and peak memory, in a separate process.

Usage: `python -m tests.faults.fuzz.measure_reply_memory ADDRESS CALL`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tracemalloc
from collections.abc import Awaitable

from bot.domain.errors import SupplierError
from bot.ports.supplier import ReadShare
from bot.supplier.client import OsimesaSupplier
from bot.supplier.profile import load_profile


def called(supplier: OsimesaSupplier, call: str) -> Awaitable[object]:
    """Make a call of the given kind."""
    match call:
        case "order":
            return supplier.place_order("SM10", "081234567890", first_byte_within_seconds=5)
        case "status":
            return supplier.recent_rows(ReadShare.OTHER)
        case "services":
            return supplier.services()
        case _:
            return supplier.balance()


async def outcome_of(url: str, call: str) -> str:
    """Return the name of the error that the call raises, or "ok"."""
    async with OsimesaSupplier(
        url=url, profile_url=url, user_id="U1", api_key="key", profile=load_profile()
    ) as supplier:
        try:
            await called(supplier, call)
        except SupplierError as error:
            return type(error).__name__
        return "ok"


async def main(url: str, call: str) -> None:
    """Make the call, and print outcome and peak memory as JSON."""
    # Memory for modules that are loaded once does not count. No server listens at this address.
    await outcome_of("http://127.0.0.1:1/api", "order")
    # The system's own figure would include the memory of the parent process.
    tracemalloc.start()
    outcome = await outcome_of(url, call)
    _, peak = tracemalloc.get_traced_memory()
    print(json.dumps({"outcome": outcome, "peak": peak}))  # noqa: T201 - its answer


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
