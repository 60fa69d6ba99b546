"""`flask chat`: a call in the terminal, with the same brain as everywhere."""

from __future__ import annotations

import hashlib
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from returnflow.cli.shared import show, table
from returnflow.config import Settings
from returnflow.conversation.ports import StoredSession
from returnflow.conversation.service import TurnRequest, fingerprint
from returnflow.errors import ConfigurationError
from returnflow.tools.demo_orders import DemoOrder, demo_orders, seed
from returnflow.wiring import Services, build, schema_problem

QUIT = "/quit"
SHOWN_AS_CHOICES = frozenset({"items", "choices"})
"""Cards that the numbered answers repeat."""


@click.command("chat")
@click.option("--demo", is_flag=True, help="Call a made-up shop that lives in memory and is gone afterwards; its orders are listed.")
@click.option("--spoken", is_flag=True, help="As a voice call: spoken wordings, and an empty line is a silence.")
@with_appcontext
def chat(demo: bool, spoken: bool) -> None:
    """A call in the terminal. Type what you would say, or the number of an answer; /quit or Ctrl-D hangs up."""
    services = _demo_services() if demo else _own_services()
    if demo:
        _list(demo_orders(services.policies, services.clock()))
    call = _Call(services, "spoken" if spoken else "typed")
    _print(call.answer, {})
    for line in _lines():
        before = call.answer
        if line == QUIT:
            break
        if not call.take(line):
            continue
        _print(call.answer, before)
        if call.ended:
            return
    call.hang_up()


class _Call:
    """One conversation: the lines of the terminal become turns."""

    def __init__(self, services: Services, mode: str) -> None:
        self._conversations, self._mode, self._count = services.conversations, mode, 0
        self._id = secrets.token_urlsafe(12)
        now = services.clock()
        token = hashlib.sha256(secrets.token_bytes(32)).hexdigest()  # a bearer that nobody has: this call is not open over HTTP
        session = StoredSession(self._id, token, "web", now, now, now + timedelta(hours=24))
        self.answer: Mapping[str, Any] = self._conversations.start(session, user_identity=f"terminal-{self._id}", mode=mode).answer

    @property
    def ended(self) -> bool:
        return bool(self.answer["state"]["status"] == "ended")

    def take(self, line: str) -> bool:
        """Say this line, or tap the answer with this number; False when it is nothing at all."""
        turn = _turn(line, self.answer["state"]["expecting"], self._mode)
        if turn is None:
            return False
        self._count += 1
        request = TurnRequest(
            f"turn-{self._count}",
            text=turn.get("text"),
            choice_id=turn.get("choice_id"),
            event=turn.get("event"),
            mode=self._mode,
            fingerprint=fingerprint(turn),
            caller=self._id,
        )
        self.answer = self._conversations.handle_turn(self._id, request).answer
        return True

    def hang_up(self) -> None:
        self._conversations.end(self._id)


def _turn(line: str, expecting: Mapping[str, Any] | None, mode: str) -> dict[str, str] | None:
    if not line:
        return {"event": "silence"} if mode == "spoken" else None
    choices: Sequence[Mapping[str, str]] = expecting["choices"] if expecting else ()
    if line.isascii() and line.isdigit() and 1 <= int(line) <= len(choices):
        return {"choice_id": choices[int(line) - 1]["id"]}
    return {"text": line[:1000]}


def _lines() -> Iterator[str]:
    """What is typed, or piped in; Ctrl-D, Ctrl-C and the end of the input end it."""
    if sys.stdin.isatty():
        while True:
            try:
                yield input("\nYou  ").strip()
            except (EOFError, KeyboardInterrupt):
                click.echo()
                return
    for line in sys.stdin:
        click.echo(f"\nYou  {line.strip()}")
        yield line.strip()


def _print(answer: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """What the assistant says, cards that are new, and the answers that can be picked by number."""
    if answer["reply"]["text"]:
        show(f"\n     {answer['reply']['text']}")
    known = before.get("cards", ())
    for card in answer["cards"]:
        if card not in known and card["type"] not in SHOWN_AS_CHOICES:
            _print_card(card)
    expecting = answer["state"]["expecting"]
    if expecting and expecting["choices"]:
        show("     " + "   ".join(f"[{number}] {choice['label']}" for number, choice in enumerate(expecting["choices"], start=1)))


def _print_card(card: Mapping[str, Any]) -> None:
    show(f"     ┌ {card['title']}")
    for item in card["items"]:
        show(f"     │ {item['text']}" + (f": {item['detail']}" if item.get("detail") else ""))


def _own_services() -> Services:
    """Those of the application, else of these settings. Raises ConfigurationError when the database is not migrated."""
    services: Services = current_app.extensions.get("returnflow") or build(Settings.from_process())
    if problem := schema_problem(services.database):
        raise ConfigurationError([f"Database: {problem}. Or without one: flask chat --demo"])
    return services


def _demo_services() -> Services:
    """The whole house with demo orders on a database in memory."""
    having = current_app.extensions.get("returnflow")
    settings = having.settings if having else Settings.from_process()
    services = build(replace(settings, database_url="sqlite://"), clock=having.clock if having else None)
    services.database.create_tables()
    seed(services.database, demo_orders(services.policies, services.clock()))
    return services


def _list(demos: Sequence[DemoOrder]) -> None:
    shown = table("Order", "ZIP", "Name", "Item", "Shows")
    for demo in demos:
        shown.add_row(demo.spaced, demo.order.zip, demo.order.last_name, demo.order.lines[0].title, demo.shows)
    show(shown)
