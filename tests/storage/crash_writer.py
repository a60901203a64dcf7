"""A process that writes until it is killed; the tests run it with `python -m`.

Arguments: the database, and "write" (print "committed", then never end) or "fail" (let the
operating system refuse every further byte, then write once more).
"""

import asyncio
import resource
import signal
import sys

from bot.domain.errors import StoreUnavailableError
from bot.ports.store import Transaction
from storage.store import SqlStore
from tests.storage.samples import put_fact


async def write(path: str) -> None:
    """Commit one write, then print "committed" inside a second one that never commits."""
    store = await SqlStore.open(path)
    await store.write(put_fact, "committed")
    loop = asyncio.get_running_loop()

    def hang(tx: Transaction) -> None:
        put_fact(tx, "half done")
        print("committed", flush=True)  # noqa: T201 - the test waits for this line
        asyncio.run_coroutine_threadsafe(asyncio.sleep(3_600), loop).result()

    await store.write(hang)


async def fail(path: str) -> None:
    """Commit once, then let the disk fail during the second commit."""
    store = await SqlStore.open(path)
    await store.write(put_fact, "committed")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1))
    try:
        await store.write(put_fact, "unknown")
    except StoreUnavailableError:
        print("answered", flush=True)  # noqa: T201 - the test looks for this line


asyncio.run({"write": write, "fail": fail}[sys.argv[2]](sys.argv[1]))
