"""After a whole run, no log line, no error and no text in the database holds what customers told us about themselves."""

from __future__ import annotations

import json
import sqlite3
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.services.app_server import AppServer, app_server

CARD, EMAIL, PHONE = "4111 1111 1111 1111", "planted.person@example.org", "404-555-0188"
ORDER_BOOK = {"customers", "orders", "order_lines"}
"""What the merchant imported: needed to match, and not what was said."""


class Customer:
    """One customer's conversation over HTTP."""

    def __init__(self, server: AppServer) -> None:
        self.server, self.turns = server, 0
        started = self.post("/api/sessions", {}, None)
        self.path, self.token = f"/api/sessions/{started['session_id']}", started["session_token"]

    def post(self, path: str, body: dict[str, Any], token: str | None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        request = urllib.request.Request(self.server.base + path, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return dict(json.loads(response.read() or b"{}"))
        except urllib.error.HTTPError as error:
            return dict(json.load(error))

    def say(self, text: str, **more: Any) -> dict[str, Any]:
        self.turns += 1
        return self.post(f"{self.path}/turns", {"turn_id": f"turn-{self.turns}", "text": text, **more}, self.token)


def planted(order: dict[str, Any]) -> list[str]:
    """Every form in which the planted facts were said, and their bare digits."""
    bare = ["4111111111111111", "4045550188", order["order_number"].replace("-", "")]
    return [CARD, EMAIL, PHONE, order["zip"], order["last_name"], "Planted Street", *bare]


def a_whole_run(server: AppServer, order: dict[str, Any]) -> str:
    """A return, a case with a contact, volunteered secrets, and bad requests; gives the error bodies."""
    one = Customer(server)
    one.say(f"my headphones crackle, I paid with {CARD}, write to {EMAIL}")
    one.say(f"{order['order_number']}, {order['zip']}, {order['last_name']}")
    one.say("yes", heard=["yes", f"my name is {order['last_name']}"])
    two = Customer(server)
    two.say("get me a human")
    two.say(f"text {PHONE}")
    two.say("yes")
    two.say(f"also my e-mail is {EMAIL} and my card {CARD}")
    three = Customer(server)
    three.say(f"return headphones from amazon, {order['order_number']}, 10001, {order['last_name']}")
    errors = [
        three.post(f"{three.path}/turns", {"turn_id": CARD, "text": EMAIL}, three.token),
        three.post(f"{three.path}/turns", {"turn_id": "turn-1", "text": EMAIL}, three.token),
        three.post(f"{three.path}/feedback", {"rating": 2, "comment": f"call {PHONE}, {EMAIL}"}, three.token),
        three.post(f"/api/sessions/{EMAIL}/turns", {"turn_id": "x", "text": CARD}, three.token),
    ]
    return json.dumps(errors)


def texts_of(database: Path) -> str:
    """Every value of every table but the order book, as text."""
    with sqlite3.connect(database) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'") if name not in ORDER_BOOK]
        rows = [f"{table}: {row}" for table in tables for row in connection.execute(f'SELECT * FROM "{table}"')]
    return "\n".join(rows)


def test_no_planted_fact_is_in_logs_errors_or_database(tmp_path: Path) -> None:
    """Said in every way a customer might; found nowhere."""
    with app_server(tmp_path) as server:
        orders = json.loads(server.flask("seed-demo", "--json"))["orders"]
        order = next(each for each in orders if each["shows"] == "amz.default inside window")
        errors = a_whole_run(server, order)
        logs = server.running.log.read_text()
    stored = texts_of(tmp_path / "returnflow.db")

    number = order["order_number"].replace("-", "")
    for name, place in (("log", logs), ("errors", errors), ("database", stored)):
        # A stored return names its order: in the database the number is a key, not a trace of what was said.
        facts = [fact for fact in planted(order) if name != "database" or fact != number]
        found = [fact for fact in facts if fact in place]
        assert found == [], f"{name} holds {found}"
    assert "approved" in stored, "the run made no return, so it proved nothing"
    assert "passed_on" in stored, "the run made no case, so it proved nothing"
