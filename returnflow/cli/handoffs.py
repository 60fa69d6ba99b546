"""`flask handoffs list|show|claim|close`: the cases that wait for a person."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext

from returnflow.cli.shared import JSON_OPTION, fail, local, print_json, services, show, table
from returnflow.conversation.packet import mask_contact
from returnflow.conversation.ports import Case
from returnflow.errors import TurnConflict
from returnflow.privacy import redact_cards
from returnflow.retail import words
from returnflow.retail.rma import is_valid, shown
from returnflow.tools.handoffs import OUTCOMES, claim_case, close_case
from returnflow.wiring import Services

STATUSES = ("open", "claimed", "closed")
_SHOWN_ABOVE = frozenset({"schema", "case_number", "created_at", "due_at", "headline", "contact", "history_url"})
_NOTHING: tuple[object, ...] = (None, [], {}, "")
WHO = click.option("--by", default="staff", show_default=True, help="Your name, as the customer sees it.")


@click.group("handoffs")
def handoffs() -> None:
    """Cases for a person: see, claim and close them."""


@handoffs.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only these.")
@JSON_OPTION
@with_appcontext
def list_cases(status: str | None, as_json: bool) -> None:
    """The cases, the earliest promise first."""
    with services().database.begin(write=False) as uow:
        cases = uow.handoffs.list(status)
    if as_json:
        print_json({"handoffs": [document(case) for case in cases]})
        return
    if not cases:
        show("No cases.")
        return
    now, zone = services().clock(), services().catalogue.shop.time_zone
    rows = table("Case", "Status", "Answer by", "About")
    for case in cases:
        rows.add_row(shown(case.reference), _status(case), _due(case, now, zone), case.headline)
    show(rows)


@handoffs.command("show")
@click.argument("number")
@JSON_OPTION
@with_appcontext
def show_case(number: str, as_json: bool) -> None:
    """One case with its whole packet. The contact shows once it is claimed."""
    case = _get(number)
    if as_json:
        print_json(document(case))
        return
    now, zone = services().clock(), services().catalogue.shop.time_zone
    rows = table("Case", shown(case.reference))
    rows.add_row("About", case.headline)
    rows.add_row("Status", _status(case))
    rows.add_row("Answer by", _due(case, now, zone))
    rows.add_row("Contact", f"{case.contact_by} {_contact(case) or ''}".strip())
    for name, value in case.packet.items():
        if name not in _SHOWN_ABOVE and value not in _NOTHING:
            rows.add_row(_label(name), _readable(name, value))
    for text in case.notes:
        rows.add_row("Customer adds", text)
    if case.status == "closed":
        rows.add_row("Outcome", f"{case.outcome}: {case.note}" if case.note else str(case.outcome))
    show(rows, "" if case.status == "closed" else f"\nNext: flask handoffs {'close' if case.claimed_by else 'claim'} {case.reference}")


@handoffs.command("claim")
@click.argument("number")
@WHO
@JSON_OPTION
@with_appcontext
def claim(number: str, by: str, as_json: bool) -> None:
    """Take a case. The customer's page shows who has it."""
    having, before = services(), _get(number)
    case = claim_case(having.database, before.reference, by=by, now=having.clock())
    if case is None:
        fail("This case is closed." if before.status == "closed" else f"{before.claimed_by or 'Someone else'} has this case already.")
    _tell(having, case)
    if as_json:
        print_json(document(case))
    else:
        contact = f" Contact: {case.contact_by} {case.contact or ''}".rstrip()
        show(f"Case {shown(case.reference)} is yours, {by}.{contact}.")


@handoffs.command("close")
@click.argument("number")
@click.option("--outcome", type=click.Choice(OUTCOMES), required=True)
@click.option("--note", default="", help="What the customer reads.")
@WHO
@JSON_OPTION
@with_appcontext
def close(number: str, outcome: str, note: str, by: str, as_json: bool) -> None:
    """Close a case. The customer's page shows the outcome and your note. The same closing again changes nothing."""
    having, before, note = services(), _get(number), redact_cards(note)
    case = close_case(having.database, before.reference, by=by, outcome=outcome, note=note, now=having.clock()) or _get(number)
    if (case.outcome, case.note) != (outcome, note):
        fail("This case is closed already, with another outcome or note.")
    _tell(having, case)
    if as_json:
        print_json(document(case))
    else:
        show(f"Case {shown(case.reference)} is closed: {outcome}.")


def _tell(having: Services, case: Case) -> None:
    """Take the case into the customer's conversation; when that does not work, the same command again does it."""
    try:
        having.conversations.refresh_handoff(case.session_id)
    except TurnConflict:
        fail("The case is stored, but the customer's page does not show it yet. Run the same command again.")


def document(case: Case) -> dict[str, Any]:
    """A case as JSON for staff; the contact only once somebody has claimed it."""
    return {
        "reference": case.reference,
        "status": case.status,
        "headline": case.headline,
        "reason": case.reason_code,
        "due_at": case.packet["due_at"],
        "created_at": case.packet["created_at"],
        "claimed_by": case.claimed_by,
        "outcome": case.outcome,
        "note": case.note,
        "notes": list(case.notes),
        "contact_by": case.contact_by,
        "contact": _contact(case),
        "packet": case.packet,
    }


def _contact(case: Case) -> str | None:
    return case.contact if case.claimed_by else mask_contact(case.contact)


def _status(case: Case) -> str:
    return f"claimed by {case.claimed_by}" if case.status == "claimed" else case.status


def _due(case: Case, now: datetime, zone: str) -> str:
    late = case.status != "closed" and case.due_at < now
    return f"{local(case.due_at, zone)}{'  LATE' if late else ''}"


def _label(name: str) -> str:
    return name.removesuffix("_cents").replace("_", " ").capitalize()


def _readable(name: str, value: Any) -> str:
    """A value of the packet for a terminal: lists one below the other, blocks as `key: value`, cents as money."""
    if isinstance(value, list):
        return "\n".join(_readable(name, each) for each in value)
    if isinstance(value, dict):
        parts = ((key, each) for key, each in value.items() if each not in _NOTHING)
        return ", ".join(f"{_label(key).lower()}: {_readable(key, each)}" for key, each in parts)
    if name.endswith("_cents"):
        return words.money(value)
    return value if isinstance(value, str) else json.dumps(value)


def _get(number: str) -> Case:
    reference = "".join(char for char in number if char.isdigit())
    if not is_valid(reference):
        fail("That is not a case number: it has nine digits, and the last one checks the others. Look at it again.")
    with services().database.begin(write=False) as uow:
        case = uow.handoffs.get(reference)
    if case is None:
        fail("There is no case with this number. flask handoffs list shows them all.")
    return case
