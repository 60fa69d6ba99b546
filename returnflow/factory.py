"""Makes the Flask application: settings, services, routes, commands."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from flask import Flask

from returnflow import __version__, cli, log
from returnflow.config import ROOT, Settings
from returnflow.errors import ConfigurationError, Unavailable

if TYPE_CHECKING:
    from returnflow.wiring import Services


def create_app(settings: Settings | None = None, services: Services | None = None) -> Flask:
    """The application. Without arguments the settings are those of the process. Raises ConfigurationError with every problem.

    While `flask` looks for a command or lists them there is nothing to serve yet: then it gets an application with commands
    only, and the command that runs builds what it needs. `app.extensions["returnflow"]` holds the services.
    """
    if settings is None and services is None and _flask_looks_for_a_command():
        return _bare()
    from returnflow import web, wiring

    services = services or wiring.build(settings or Settings.from_process())
    _start_logs(services.settings)
    _check_schema(services)
    app = _bare()
    app.extensions["returnflow"] = services
    web.install(app, services)
    return app


def start() -> Flask:
    """`create_app()` for a process: settings or files that cannot work end it with all problems and exit code 1.

    The process that answers the first request gets the caretaker: with threads of its own this one could not be forked.
    """
    try:
        app = create_app()
    except ConfigurationError as error:
        sys.exit(error.detail)
    if "returnflow" in app.extensions:
        from returnflow.web.edge import EXTENSION

        app.before_request(app.extensions[EXTENSION].caretaker.start)
    return app


def _bare() -> Flask:
    app = Flask("returnflow", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"), static_url_path="/static")
    cli.register(app)
    return app


def _flask_looks_for_a_command() -> bool:
    """True inside the `flask` group itself; `flask run` and the like have a context of their own."""
    context = click.get_current_context(silent=True)
    return context is not None and context.parent is None


def _start_logs(settings: Settings) -> None:
    log.configure(settings.log_level)
    if settings.sentry_dsn:
        log.start_sentry(settings.sentry_dsn, __version__, settings.env)


def _check_schema(services: Services) -> None:
    """A missing or old schema stops the start. A database that does not answer does not: `/health` tells, and it may come back."""
    from returnflow.wiring import schema_problem

    try:
        problem = schema_problem(services.database)
    except Unavailable:
        log.get(__name__).warning("the database does not answer, starting anyway")
        return
    if problem:
        raise ConfigurationError([f"Database: {problem}"])
