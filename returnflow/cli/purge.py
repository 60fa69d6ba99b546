"""`flask purge`: delete what is past its time, now and not within the hour."""

from __future__ import annotations

from dataclasses import asdict

import click
from flask.cli import with_appcontext

from returnflow.cli.shared import JSON_OPTION, print_json, services, show, table
from returnflow.conversation.ports import Purged
from returnflow.tools.retention import attempts_kept
from returnflow.tools.retention import purge as purge_now

_NAMES = {
    "lines": "Lines of conversations",
    "answers": "Answers kept to be repeated",
    "conversations": "Text and private values of conversations",
    "comments": "Comments on calls",
    "tokens": "Bearers of expired sessions",
    "cases": "Contact, notes and quotations of closed cases",
    "attempts": "Verification attempts",
}


@click.command("purge")
@click.option("--yes", is_flag=True, help="Delete. Without it nothing is changed.")
@JSON_OPTION
@with_appcontext
def purge(yes: bool, as_json: bool) -> None:
    """Show what is past its time, and with --yes delete it. A running server does the same every hour."""
    having = services()
    days = having.settings.keep_text_days
    keep_attempts = attempts_kept(having.policies.stores.values())
    found = purge_now(having.database, having.clock(), days, dry_run=not yes, keep_attempts=keep_attempts)
    if as_json:
        print_json({"deleted": yes, "keep_text_days": days, "counts": asdict(found)})
        return
    if found == Purged():
        show(f"Nothing is past its time. Text is kept for {days} days.")
        return
    rows = table("Deleted" if yes else "To delete", "How many")
    for name, number in asdict(found).items():
        rows.add_row(_NAMES[name], str(number))
    show(rows, "" if yes else "\nNothing was changed. To delete it: flask purge --yes")
