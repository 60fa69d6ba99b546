"""`flask returns list|show|move`: where every return is, and moving it on."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import with_appcontext

from returnflow.cli.shared import JSON_OPTION, fail, local, print_json, services, show, table
from returnflow.retail import words
from returnflow.retail.lifecycle import MOVES, MoveNotAllowed, plain
from returnflow.retail.model import Return, ReturnStatus
from returnflow.retail.ports import RefundTooHigh, UnitsTaken
from returnflow.retail.rma import is_valid, shown
from returnflow.tools.staff_returns import document, label_is_due, move_return

STATUSES = click.Choice([status.value for status in ReturnStatus])


@click.group("returns")
def returns() -> None:
    """Returns: see them and move them on."""


@returns.command("list")
@click.option("--status", type=STATUSES, help="Only these.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@JSON_OPTION
@with_appcontext
def list_returns(status: str | None, limit: int, as_json: bool) -> None:
    """The newest returns, and which ones wait for a postage label."""
    with services().database.begin(write=False) as uow:
        found = uow.returns.list(ReturnStatus(status) if status else None, limit)
    if as_json:
        print_json({"returns": [document(each) for each in found]})
        return
    if not found:
        show("No returns.")
        return
    now, zone = services().clock(), services().catalogue.shop.time_zone
    rows = table("Return", "Store", "Status", "Money", "Send by", "Made", "Label to send", whole=4)
    for each in found:
        money = words.money(each.quote.refund_cents, each.quote.currency)
        rows.add_row(
            shown(each.rma), each.store, plain(each.status), money, _day(each), local(each.created_at, zone), _label(each, now, zone)
        )
    show(rows)


@returns.command("show")
@click.argument("number")
@JSON_OPTION
@with_appcontext
def show_return(number: str, as_json: bool) -> None:
    """One return: what is in it, what it refunds, where it has been and where it can go."""
    found = _get(number)
    if as_json:
        print_json(document(found))
        return
    now, zone, quote = services().clock(), services().catalogue.shop.time_zone, found.quote
    rows = table("Return", shown(found.rma))
    rows.add_row("Order", f"{found.store}, ending {found.order_number[-4:]}")
    rows.add_row("Status", plain(found.status))
    for line in quote.lines:
        rows.add_row("Item", f"{line.quantity} × {line.title}, {line.reason.value.replace('_', ' ').lower()}")
    for fee in quote.fees:
        rows.add_row("Fee", f"{words.money(fee.amount_cents, quote.currency)}, {fee.reason}")
    rows.add_row("Money", f"{words.money(quote.refund_cents, quote.currency)} by rule {quote.rule_id}")
    rows.add_row("Send by", _day(found))
    if found.staff_due_at:
        rows.add_row("Label to send", _label(found, now, zone) or "sent or not needed any more")
    for at, status, who in found.history:
        rows.add_row(local(at, zone), f"{plain(status)}, by {who}")
    rows.add_row("Can become", ", ".join(each.value for each in MOVES[found.status]) or "nothing, it is done")
    show(rows)


@returns.command("move")
@click.argument("number")
@click.argument("status", type=STATUSES, metavar="STATUS")
@click.option("--by", default="staff", show_default=True, help="Who moves it.")
@JSON_OPTION
@with_appcontext
def move(number: str, status: str, by: str, as_json: bool) -> None:
    """Move a return on to STATUS, for example label_sent, received or refunded."""
    having, rma = services(), _get(number).rma
    try:
        moved = move_return(having.database, rma, ReturnStatus(status), by=by, now=having.clock())
    except MoveNotAllowed as error:
        fail(f"{str(error)[:1].upper()}{str(error)[1:]}.")
    except UnitsTaken:
        fail("These items are in another return by now. Cancel that one first, or leave this one as it is.")
    except RefundTooHigh:
        fail("That would refund more than was paid for the order. Look at the order's other returns first.")
    if as_json:
        print_json(document(moved))
    else:
        show(f"Return {shown(rma)} is {plain(moved.status)} now.")


def _get(number: str) -> Return:
    rma = "".join(char for char in number if char.isdigit())
    if not is_valid(rma):
        fail("That is not a return number: it has nine digits, and the last one checks the others. Look at it again.")
    with services().database.begin(write=False) as uow:
        found = uow.returns.get(rma)
    if found is None:
        fail("There is no return with this number. flask returns list shows the newest.")
    return found


def _day(found: Return) -> str:
    return f"{found.quote.return_by:%a %b %-d}"


def _label(found: Return, now: datetime, zone: str) -> str:
    """By when the postage label has to go out, while it has not."""
    if not label_is_due(found):
        return ""
    late = found.staff_due_at is not None and found.staff_due_at < now
    return f"{local(found.staff_due_at, zone)}{'  LATE' if late else ''}"
