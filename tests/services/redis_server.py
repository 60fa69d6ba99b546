"""A Redis of our own on loopback, without persistence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.services.parts import HOMEBREW, PartMissing, find_program, free_port
from tests.services.processes import Running, running


@contextmanager
def redis_server(folder: Path) -> Iterator[tuple[str, Running]]:
    """Start Redis and give its URL and process. Raises PartMissing when it is not installed."""
    program = find_program(["redis-server", "valkey-server"], [root / "bin" for root in HOMEBREW])
    if program is None:
        raise PartMissing("no redis-server on the PATH; install Redis (Debian: redis-server, Homebrew: redis)")
    port = free_port()
    quiet = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--dir", str(folder), "--daemonize", "no"]
    command: list[str | Path] = [program, "--port", str(port), *quiet]
    with running(command, log=folder / "redis.log", cwd=folder, ready=lambda: _answers(port)) as part:
        yield f"redis://127.0.0.1:{port}/0", part


def _answers(port: int) -> bool:
    with redis.Redis(host="127.0.0.1", port=port) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
