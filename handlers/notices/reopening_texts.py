"""What customers read of a shop that is paused, or whose orders wait, and that it is open again."""

from __future__ import annotations
