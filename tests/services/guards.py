"""What no test may do: reach another machine, or leave the environment changed.

The network guard is an audit hook, so it sees every socket of this process whatever library opens it. Programs that tests
start are kept to loopback by how they are started.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from typing import Any

OURS = ("RETURNFLOW_", "VOCAL_BRIDGE_", "LIVEKIT_", "FLASK_", "GUNICORN_")
SETTINGS = frozenset(
    {
        "DATABASE_URL",
        "REDIS_URL",
        "SENTRY_DSN",
        "SECRET_KEY",
        "SECRET_KEY_FALLBACKS",
        "LOG_LEVEL",
        "PORT",
        "WEB_CONCURRENCY",
        "PROMETHEUS_MULTIPROC_DIR",
    }
)
PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})


class NetworkForbidden(RuntimeError):
    """A test tried to reach something that is not on this machine."""


def forget_settings() -> None:
    """Take the developer's own settings (and proxies, which would catch loopback) out of the environment."""
    for name in list(os.environ):
        if name.startswith(OURS) or name in SETTINGS or name.lower() in PROXIES:
            del os.environ[name]


def guard_network() -> None:
    """From now on this process may only connect, send and resolve to loopback and unix sockets."""
    sys.addaudithook(_check)


def _check(event: str, args: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto", "socket.bind"}:
        sock, address = args
        if sock.family in {socket.AF_INET, socket.AF_INET6}:
            _only_loopback(address[0])
    elif event == "socket.getaddrinfo":
        _only_loopback(args[0])


def _only_loopback(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost", "0.0.0.0", "::"}:
        return
    try:
        if ipaddress.ip_address(name).is_loopback:
            return
    except ValueError:
        pass
    raise NetworkForbidden(f"tests stay on loopback, this one wanted {name}")
