"""What the commands' tests share: the application with its services on a database in memory, and a way to run a command."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from returnflow import log
from returnflow.config import Settings
from returnflow.factory import create_app
from returnflow.wiring import Services, build
from tests.calls import Clock, catalogue, memory_database, policies


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """stdout as the one JSON document that it must be."""
        return json.loads(self.out)


Flasks = Callable[..., Ran]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def services(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """The services as the application has them."""
    configure = log.configure
    monkeypatch.setattr(log, "configure", lambda level: configure(level, io.StringIO()))
    settings = Settings.from_env({"SECRET_KEY": "a key for tests only, never used elsewhere"})
    built = build(settings, clock=clock, database=memory_database(), files=(policies(), catalogue()))
    yield built
    built.database.dispose()


@pytest.fixture
def flask(services: Services) -> Flasks:
    """Run `flask …` on these services; `stdin` is what it reads."""
    app: Flask = create_app(services.settings, services)

    def run(*arguments: str, stdin: bytes | None = None) -> Ran:
        result = app.test_cli_runner().invoke(args=list(arguments), input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run
