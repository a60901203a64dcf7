"""A connection to a server with a thread of its own, as aiosqlite's has for a file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from storage.connection import without_stop_iteration
from storage.postgres.connection import PostgresConnection

T = TypeVar("T")


class PostgresThread:
    """Implements `ConnectionThread`."""

    def __init__(self, executor: ThreadPoolExecutor, connection: PostgresConnection) -> None:
        """Use `open` instead."""
        self._executor = executor
        self.connection = connection

    @classmethod
    async def open(cls, connect: Callable[[], PostgresConnection]) -> PostgresThread:
        """Connect on a new thread; if that fails, the thread has ended when the error is raised."""
        executor = ThreadPoolExecutor(1, thread_name_prefix="database")
        try:
            loop = asyncio.get_running_loop()
            return cls(executor, await loop.run_in_executor(executor, connect))
        except BaseException:
            executor.shutdown()
            raise

    async def run(self, function: Callable[[], T]) -> T:
        """Run a function on the thread and return its result."""
        loop = asyncio.get_running_loop()
        whole = partial(without_stop_iteration, function)
        return await loop.run_in_executor(self._executor, whole)

    async def close(self) -> None:
        """Close the connection and end the thread."""
        await self.run(self.connection.close)
        self._executor.shutdown()
