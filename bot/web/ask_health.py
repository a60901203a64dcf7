"""Asks the bot of this machine whether it lives: the health check of the container image.

`python -m bot.web.ask_health` imports only Python's own modules: it runs twice a minute.
"""

from __future__ import annotations

import http.client
import os
import sys

LIVES = (200, 401)
"""The answers of a bot that lives; 401 where it wants METRICS_TOKEN."""
TIMEOUT_SECONDS = 4


def ask(port: int) -> int:
    """Return the exit code: 0 if the bot answers on 127.0.0.1, else 1 with the reason printed."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        sys.stdout.write(f"no answer on port {port}: {error}\n")
        return 1
    finally:
        connection.close()
    sys.stdout.write(f"answered {status} on port {port}\n")
    return 0 if status in LIVES else 1


if __name__ == "__main__":
    sys.exit(ask(int(os.environ["METRICS_PORT"])))
