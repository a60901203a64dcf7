"""What a machine may lack for a test: a reason to skip it, but not in CI."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def skip_for(reason: str) -> NoReturn:
    """Skip the running test, or fail it in CI, where everything has to be there."""
    if os.environ.get("CI"):
        pytest.fail(f"CI skips nothing: {reason}")
    pytest.skip(reason)
