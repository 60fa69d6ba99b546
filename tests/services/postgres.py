"""A throw-away PostgreSQL cluster on loopback, with a fresh empty database for every test that asks."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.services.parts import HOMEBREW, PartMissing, find_program, free_port
from tests.services.processes import running

OWNER = "returnflow"
DURABLE = ("max_connections=120", "shared_buffers=64MB")
"""As in production: a commit is on the disk. For measuring."""
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", *DURABLE)


class Cluster:
    """A running server. `database()` gives an empty database and drops it again."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._numbers = itertools.count(1)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The SQLAlchemy URL of a new, empty database."""
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def answers(self) -> bool:
        try:
            self._run("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, statement: str) -> None:
        with psycopg.connect(host="127.0.0.1", port=self.port, user=OWNER, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def cluster(settings: tuple[str, ...] = FAST) -> Iterator[Cluster]:
    """Start PostgreSQL with these settings. Raises PartMissing when its programs are not installed."""
    server, initdb = _program("postgres"), _program("initdb")
    user = _unprivileged_user()
    # Not pytest's folder: that one is closed to the user that PostgreSQL must run as when we are root.
    folder = Path(tempfile.mkdtemp(prefix="rf-pg-"))
    try:
        if user:
            shutil.chown(folder, user)
        data, port = folder / "data", free_port()
        made = subprocess.run(
            [initdb, "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            cwd=folder,
            user=user,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed\n{made.stdout}{made.stderr}")
        options = [f"-c{option}" for option in (*settings, "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}")]
        started = Cluster(port)
        command: list[str | Path] = [server, "-D", data, "-p", str(port), *options]
        with running(command, log=folder / "log", cwd=folder, user=user, ready=started.answers):
            yield started
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> Path:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    homebrew = [found for root in HOMEBREW for found in sorted((root / "opt").glob("postgresql*/bin"), reverse=True)]
    if (found := find_program([name], [*debian, *homebrew])) is None:
        raise PartMissing(f"no {name} on the PATH; install PostgreSQL (Debian: postgresql, Homebrew: postgresql)")
    return found


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root: then it runs as its own user, or as nobody."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
