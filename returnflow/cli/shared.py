"""What the commands have in common: where they find the services and how they print. stdout holds the answer, stderr the rest."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import click
from flask import current_app
from rich.console import Console
from rich.table import Table

from returnflow.wiring import Services

_PIPED_WIDTH = 160
JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")


def services() -> Services:
    """The services of the running application."""
    found: Services = current_app.extensions["returnflow"]
    return found


def fail(message: str) -> NoReturn:
    """End with exit code 1 and this sentence on stderr."""
    raise click.ClickException(message)


def note(message: str) -> None:
    """A sentence beside the answer: on stderr, so that stdout stays one document."""
    click.echo(message, err=True)


def print_json(document: Any) -> None:
    """One document on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def show(*parts: Table | str) -> None:
    """Tables and sentences for people. Text is printed as it is: what customers wrote is no markup."""
    width = None if sys.stdout.isatty() else _PIPED_WIDTH
    console = Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)
    for part in parts:
        console.print(part)


def table(*columns: str, whole: int = 1) -> Table:
    """A plain table without lines, for a terminal of any width; the first `whole` columns are never broken."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for place, name in enumerate(columns):
        made.add_column(name, overflow="fold", no_wrap=place < whole)
    return made


def local(moment: datetime | None, time_zone: str) -> str:
    """A stored time as the shop's clock shows it: "Mon Nov 23, 12:00"."""
    return f"{moment.astimezone(ZoneInfo(time_zone)):%a %b %-d, %H:%M}" if moment else ""
