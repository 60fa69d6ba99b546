"""The commands of `flask`. The table below is all that `flask --help` reads: a command's module, and the services behind it, are
loaded when it runs.

Exit codes: 0 done, 1 failed or badly called. (2 is kept for `sync-agents --dry-run` with changes.)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo

from returnflow.errors import ConfigurationError, ReturnFlowError

BAD_USAGE = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: where it is, what it does, and whether it needs the services on a migrated database before it runs."""

    name: str
    target: str
    help: str
    needs_services: bool = True


ENTRIES = (
    Entry("chat", "chat:chat", "A call in the terminal.", needs_services=False),
    Entry("doctor", "doctor:doctor", "Is everything set up and well? Says how to repair what is not.", needs_services=False),
    Entry("handoffs", "handoffs:handoffs", "Cases for a person: list, show, claim, close."),
    Entry("import-orders", "orders:import_orders", "Take orders from a CSV or JSON file into the order book."),
    Entry("purge", "purge:purge", "Delete what is past its time: a dry run without --yes."),
    Entry("returns", "returns:returns", "Returns: list, show, move."),
    Entry("seed-demo", "seed:seed_demo", "Put demo orders into the order book and list them."),
    Entry("settings", "settings:settings", "Write .env.example (env) or docs/configuration.md (docs).", needs_services=False),
    Entry("simulate", "simulate:simulate", "Run conversation tests.", needs_services=False),
    Entry("understand", "understand:understand", "What the reader makes of lines of text.", needs_services=False),
    Entry("upgrade-db", "upgrade_db:upgrade_db", "Bring the database to the schema of this version.", needs_services=False),
)


class LazyCommand(click.Command):
    """Stands in for a command until it is run: has its name and help, becomes the real one when it is called."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.name, help=entry.help, short_help=entry.help)
        self._entry = entry

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any) -> click.Context:
        """The real command's context. Only a run needs services, not a question for help."""
        module, _, name = self._entry.target.partition(":")
        command: click.Command = getattr(import_module(f"returnflow.cli.{module}"), name)
        wants_help = "--help" in args
        context = command.make_context(info_name, args, parent=parent, **extra)
        context.with_resource(_plain_errors())
        if self._entry.needs_services and not wants_help:
            with _plain_errors():
                _ensure_services(context.ensure_object(ScriptInfo).load_app())
        return context


def register(app: Flask) -> None:
    """Give the application its commands."""
    click.UsageError.exit_code = BAD_USAGE
    for entry in ENTRIES:
        app.cli.add_command(LazyCommand(entry))


def _ensure_services(app: Flask) -> None:
    """Build the services unless the application has them. Raises ConfigurationError when the database is not migrated."""
    from returnflow import wiring
    from returnflow.config import Settings

    services = app.extensions.get("returnflow")
    if services is None:
        services = app.extensions["returnflow"] = wiring.build(Settings.from_process())
    if problem := wiring.schema_problem(services.database):
        raise ConfigurationError([f"Database: {problem}"])


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Our errors as one plain message and exit code 1, without a traceback."""
    try:
        yield
    except ReturnFlowError as error:
        raise click.ClickException(error.detail) from None
