"""Whether the service on this machine answers: exit 0 or 1.  usage: probe.py [PATH]

PATH is `/healthz` (should the process be restarted?) or `/readyz` (can it take work?). Standard
library only, so that an image needs no other program for it.
"""

import http.client
import os
import sys

SECONDS = 3.0
LOOPBACK = ("127.0.0.1", "::1")


def answers(host: str, port: int, path: str) -> bool:
    """Whether `GET path` is answered with 200 in time."""
    asked = http.client.HTTPConnection(host, port, timeout=SECONDS)
    try:
        asked.request("GET", path)
        return asked.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def main() -> None:
    """Asks on the port that the service's own setting names."""
    path = sys.argv[1] if sys.argv[1:] else "/healthz"
    port = int(os.environ.get("TWOFIFTY_PORT", "2500"))
    sys.exit(not any(answers(host, port, path) for host in LOOPBACK))


if __name__ == "__main__":
    main()
