"""How this installation's commands are typed, for sentences that name one."""

from __future__ import annotations

import os

BY_HAND = "python -m bot"


def as_typed(command: str = "") -> str:
    """Return a command as its reader types it: "sudo konter doctor" on an installed server.

    What starts the bot sets KONTER_COMMAND: deploy/lib.sh, deploy/konter.service, the Dockerfile.
    """
    return f"{os.environ.get('KONTER_COMMAND') or BY_HAND} {command}".rstrip()
