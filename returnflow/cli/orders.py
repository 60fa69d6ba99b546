"""`flask import-orders`: the merchant's orders, from a file into the order book."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, BinaryIO

import click
from flask.cli import with_appcontext

from returnflow.cli.shared import JSON_OPTION, print_json, services, show, table
from returnflow.retail.days import local_today
from returnflow.tools import order_book
from returnflow.tools.order_book import Imported
from returnflow.tools.order_file import Problem

MOST_SHOWN = 50


@click.command("import-orders")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Check everything, store nothing.")
@JSON_OPTION
@click.pass_context
@with_appcontext
def import_orders(ctx: click.Context, file: BinaryIO, dry_run: bool, as_json: bool) -> None:
    """Import orders from FILE (CSV or JSON, one row per item; - is standard input). All rows are right, or nothing is stored."""
    found = _import(file.read(), dry_run)
    if as_json:
        print_json(document(found))
    else:
        _show(found, dry_run)
    if found.errors:
        ctx.exit(1)


def document(found: Imported) -> dict[str, Any]:
    """As `--json` shows it."""
    return asdict(found)


def _import(data: bytes, dry_run: bool) -> Imported:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem(line, "file", "is not UTF-8 text from here on; save it again as CSV in UTF-8")
        return Imported(0, 0, 0, errors=(problem,), warnings=())
    having = services()
    today = local_today(having.clock(), having.catalogue.shop.time_zone)
    return order_book.import_orders(text, database=having.database, policies=having.policies, today=today, dry_run=dry_run)


def _show(found: Imported, dry_run: bool) -> None:
    for title, problems in (("Errors", found.errors), ("Warnings", found.warnings)):
        if problems:
            shown = table("Line", title, "")
            for each in problems[:MOST_SHOWN]:
                shown.add_row(str(each.line), each.field, each.problem)
            show(shown, f"… and {len(problems) - MOST_SHOWN} more\n" if len(problems) > MOST_SHOWN else "")
    if found.errors:
        count = len(found.errors)
        show(f"Nothing was imported. Repair {'this row' if count == 1 else f'these {count} things'} and run it again.")
        return
    done = "Would import" if dry_run else "Imported"
    show(f"{done} {found.imported} orders; {found.updated} changed, {found.unchanged} unchanged.")
