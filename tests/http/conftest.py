"""The application over HTTP, without a socket: a real one, on a database in memory and a clock that stands still."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from returnflow import log
from returnflow.config import Settings
from returnflow.factory import create_app
from returnflow.tools.demo_orders import demo_orders, seed
from returnflow.wiring import Services, build
from tests.calls import Clock, catalogue, memory_database, policies

STAFF = {"dana": "dana-token", "kim": "kim-token"}
SETTINGS = Settings.from_env(
    {
        "SECRET_KEY": "a key for tests only, never used elsewhere",
        "RETURNFLOW_STAFF_TOKENS": ",".join(f"{name}:{hashlib.sha256(token.encode()).hexdigest()}" for name, token in STAFF.items()),
    }
)
_ids = itertools.count(1)


@pytest.fixture(autouse=True)
def quiet_logs(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the application logs, kept away from the test's own output."""
    stream = io.StringIO()
    configure = log.configure
    monkeypatch.setattr(log, "configure", lambda level: configure(level, stream))
    return stream


@pytest.fixture
def logged(quiet_logs: io.StringIO) -> Callable[[], list[dict[str, Any]]]:
    """The lines logged so far."""
    return lambda: [json.loads(line) for line in quiet_logs.getvalue().splitlines()]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_app(clock: Clock) -> Iterator[Callable[..., Flask]]:
    """Builds an application; settings that differ from the usual ones are named."""
    made: list[Services] = []

    def make(**settings: Any) -> Flask:
        chosen = replace(SETTINGS, **settings)
        made.append(build(chosen, clock=clock, database=memory_database(), files=(policies(), catalogue())))
        return create_app(chosen, made[-1])

    yield make
    for services in made:
        services.database.dispose()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def services(app: Flask) -> Services:
    found: Services = app.extensions["returnflow"]
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@dataclass
class Customer:
    """One customer's session: knows its bearer and its path."""

    client: FlaskClient
    session_id: str
    token: str
    started: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/api/sessions/{self.session_id}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, what: str, body: Any = None, **more: Any) -> TestResponse:
        return self.client.post(f"{self.path}/{what}", json=body, headers=self.headers, **more)

    def get(self, **headers: str) -> TestResponse:
        return self.client.get(self.path, headers={**self.headers, **headers})

    def turn(self, turn_id: str | None = None, **body: Any) -> TestResponse:
        return self.post("turns", {"turn_id": turn_id or f"t{next(_ids)}", **body})

    def say(self, text: str) -> dict[str, Any]:
        answer = self.turn(text=text)
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())


def customer_of(client: FlaskClient, **body: Any) -> Customer:
    answer = client.post("/api/sessions", json=body)
    assert answer.status_code == 201, answer.text
    started = answer.get_json()
    return Customer(client, started["session_id"], started["session_token"], started)


@pytest.fixture
def customer(client: FlaskClient) -> Customer:
    return customer_of(client)


@pytest.fixture
def demo(services: Services) -> dict[str, Any]:
    """A seeded order that can be returned: number, zip, last_name."""
    demos = demo_orders(services.policies, services.clock())
    seed(services.database, demos)
    return next(demo.document() for demo in demos if demo.document()["shows"] == "amz.default inside window")


@pytest.fixture
def returned(customer: Customer, demo: dict[str, Any]) -> dict[str, Any]:
    """The last answer of a whole return."""
    answer = customer.say(
        f"I want to return the headphones from Amazon, they crackle. {demo['order_number']}, {demo['zip']}, {demo['last_name']}"
    )
    for _ in range(6):
        if answer["state"]["return"]:
            return answer
        answer = customer.say("yes please")
    raise AssertionError(f"no return after six turns: {answer['reply']['text']}")


def staff(name: str = "dana") -> dict[str, str]:
    return {"Authorization": f"Bearer {STAFF[name]}"}
