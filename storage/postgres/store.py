"""Opens the store on a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial

import anyio
