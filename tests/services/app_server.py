"""ReturnFlow itself as a customer meets it: a process of its own on loopback, with the settings the test names and no others."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services.parts import free_port
from tests.services.processes import Running, running

ROOT = Path(__file__).parents[2]
DEVELOPMENT = ("app.py",)
GUNICORN = ("-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app")


@dataclass(frozen=True)
class AppServer:
    """A running app. `base` is its address without a slash at the end."""

    base: str
    environment: Mapping[str, str]
    running: Running

    def flask(self, *arguments: str) -> str:
        """Run a `flask` command against the same database; gives its stdout."""
        return run_flask(self.environment, *arguments)


def settings_for(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of an app with its own database in `folder`. Every setting is named, so that a developer's `.env` has no say."""
    from returnflow.config import TABLE

    # prometheus_client takes even an empty folder name for "several processes" and writes into the checkout.
    ours = {setting.name: "" for setting in TABLE.values() if setting.name != "PROMETHEUS_MULTIPROC_DIR"}
    chosen = {
        "DATABASE_URL": f"sqlite:///{folder / 'returnflow.db'}",
        "SECRET_KEY": "a key for tests only, never used elsewhere",
        **settings,
    }
    return {**os.environ, "PYTHONUNBUFFERED": "1", **ours, **chosen}


def run_flask(environment: Mapping[str, str], *arguments: str) -> str:
    """Run a `flask` command in the checkout. Raises RuntimeError with what it said when it fails."""
    command = [sys.executable, "-m", "flask", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"flask {' '.join(arguments)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


@contextmanager
def app_server(folder: Path, *, program: tuple[str, ...] = DEVELOPMENT, seed: bool = True, **settings: str) -> Iterator[AppServer]:
    """Migrate, seed and start the app; `settings` are environment variables. Give PORT to start it again at the same address."""
    environment = settings_for(folder, **{"PORT": str(free_port()), **settings})
    base = f"http://127.0.0.1:{environment['PORT']}"
    run_flask(environment, "upgrade-db")
    if seed:
        run_flask(environment, "seed-demo")
    command = [sys.executable, *program]
    with running(command, log=folder / "app.log", cwd=ROOT, env=environment, ready=lambda: _serves(base), seconds=60) as part:
        yield AppServer(base, environment, part)


def _serves(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
