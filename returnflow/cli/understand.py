"""`flask understand`: what the reader makes of lines of text, for trying wordings and for programs that measure it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click

from returnflow.config import Settings
from returnflow.retail.days import local_today
from returnflow.understanding.model import Expecting, Hearing, NumberFormat, Scene, Understanding
from returnflow.understanding.reader import default_reader
from returnflow.wiring import read_files

YES_NO = frozenset({"yes_no", "offer", "pass_on", "steps", "cancel", "contact_ok", "anything_else"})
CHOICE = frozenset({"choice", "store", "items", "journey", "reason", "condition", "contact_by"})
NUMBER = frozenset({"quantity"})


@click.command("understand")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line on stdout.")
@click.argument("lines", type=click.File("r", encoding="utf-8"), default="-")
def understand(lines: Any, as_json: bool) -> None:
    """Read LINES (standard input), plain or {"text", "expecting"?, "context"?, "store"?}, and say what each means."""
    base, reader = _base_scene(), default_reader()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = parse(line, number)
        understood = reader.read(Hearing(row["text"]), scene_of(row, base))
        document = as_document(understood)
        click.echo(json.dumps(document, ensure_ascii=False) if as_json else as_line(document))


def parse(line: str, number: int) -> Mapping[str, Any]:
    """One input line as a row with at least `text`. Raises ClickException naming the line when JSON is broken."""
    if not line.lstrip().startswith("{"):
        return {"text": line.strip()}
    try:
        row = json.loads(line)
    except ValueError:
        raise click.ClickException(f"line {number}: starts like JSON but is none; expected an object with a text, or plain words") from None
    if not isinstance(row.get("text"), str):
        raise click.ClickException(f'line {number}: has no text; expected {{"text": "…"}} with, if wanted, expecting, context and store')
    wrong = [name for name in ("expecting", "context", "store") if not isinstance(row.get(name), str | None)]
    if wrong:
        raise click.ClickException(f"line {number}: {', '.join(wrong)} must be text")
    return dict(row)


def scene_of(row: Mapping[str, Any], base: Scene) -> Scene:
    """The scene of one row. A `context` (the sentence that asked) without `expecting` is taken for a yes/no question."""
    slot, context = row.get("expecting") or "", row.get("context") or ""
    if not slot and context:
        slot = "yes_no"
    kind = "yes_no" if slot in YES_NO else "choice" if slot in CHOICE else "number" if slot in NUMBER else "free"
    expecting = Expecting(slot, kind) if slot else None
    return Scene(base.today, expecting, store=row.get("store") or None, stores=base.stores, formats=base.formats, asked=context)


def as_document(understood: Understanding) -> dict[str, Any]:
    """The JSON form (design.md, section 6)."""
    return {
        "text": understood.text,
        "intent": understood.intent,
        "confidence": understood.confidence,
        "intents": [name for name, _ in understood.intents],
        "answer": understood.answer,
        "slots": dict(understood.slots),
        "values": dict(understood.values),
        "corrections": [{"slot": each.slot, "from": each.old, "to": each.new} for each in understood.corrections],
        "candidates": list(understood.candidates),
        "sentiment": understood.sentiment,
    }


def as_line(document: Mapping[str, Any]) -> str:
    """The form for people: intent, confidence, values, then what was said."""
    values = " ".join(f"{name}={value}" for name, value in document["values"].items())
    return f"{document['intent']:14} {document['confidence']:.2f}  {values or '-':40}  {document['text']}"


def _base_scene() -> Scene:
    """Today and the stores as this installation knows them, those that are switched off included."""
    policies, catalogue = read_files(Settings.from_process())
    stores = policies.values()
    return Scene(
        today=local_today(datetime.fromtimestamp(time.time(), UTC), catalogue.shop.time_zone),
        stores={policy.store: tuple(policy.called) for policy in stores},
        formats=tuple(
            NumberFormat(p.store, p.order_number.length, tuple(p.order_number.groups), p.order_number.starts, p.order_number.letters)
            for p in stores
        ),
    )
