"""The caretaker: what nobody asks for gets done, in every process that serves, and a failure waits for the next round."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from returnflow import factory
from returnflow.conversation.ports import StoredSession
from returnflow.errors import Unavailable
from returnflow.web import caretaker
from returnflow.web.caretaker import Caretaker
from returnflow.web.edge import EXTENSION
from returnflow.wiring import Services
from tests.calls import Clock
from tests.http.conftest import Customer
from tests.services.app_server import ROOT, settings_for
from tests.services.parts import wait_until

BEARER = "a-bearer-of-a-test"


def test_a_round_ends_and_deletes(customer: Customer, services: Services, clock: Clock, logged: Callable[[], list[dict[str, Any]]]) -> None:
    """What it did is counted and logged, by number only."""
    customer.say("my aunt gave me a purple lamp, I want to return it")
    keeper = Caretaker(services)
    clock.forward(hours=2, minutes=1)
    keeper.run_once()
    clock.forward(days=31)
    keeper.run_once()
    keeper.run_once()

    metrics = services.metrics.render().decode()
    assert 'returnflow_conversations_total{outcome="abandoned"} 1.0' in metrics
    assert 'returnflow_purged_total{kind="conversations"} 1.0' in metrics
    assert 'returnflow_purged_total{kind="lines"} 3.0' in metrics
    told = [line for line in logged() if line["logger"] == "returnflow.web.caretaker"]
    assert [line["event"] for line in told] == ["idle conversations ended", "deleted what was past its time"]
    assert told[1]["lines"] == 3
    assert "purple" not in str(logged())


def test_a_failure_is_told_by_its_type_and_the_rest_is_done(
    customer: Customer, services: Services, clock: Clock, logged: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first task fails, the second one runs."""

    def gone(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(caretaker, "end_idle", gone)
    clock.forward(days=31)

    Caretaker(services).run_once()

    (failed,) = [line for line in logged() if line["event"] == "caretaker failed"]
    assert failed["task"] == "idle"
    assert "Unavailable" in str(failed)
    assert 'returnflow_purged_total{kind="conversations"} 1.0' in services.metrics.render().decode()


def test_the_page_can_read_a_conversation_whose_text_is_gone(client: FlaskClient, services: Services, clock: Clock) -> None:
    """An empty history, and what it was about."""
    now = clock()
    session = StoredSession("long", hashlib.sha256(BEARER.encode()).hexdigest(), "web", now, now, now + timedelta(days=90))
    services.conversations.start(session, user_identity="guest-long")
    customer = Customer(client, "long", BEARER)
    customer.say("my aunt gave me a purple lamp, I want to return it")
    clock.forward(days=31)
    with services.database.begin(write=True) as work:
        work.sessions.touch("long", clock())
        work.commit()
    Caretaker(services).run_once()

    answer = customer.get()

    assert answer.status_code == 200
    assert answer.get_json()["conversation_history"] == []
    assert answer.get_json()["state"]["status"] == "ended"
    assert "purple" not in answer.text


def test_it_starts_once_a_process_and_again_after_a_fork(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads do not survive a fork: another process id starts its own, the same one does not."""
    rounds: list[str] = []
    monkeypatch.setattr(caretaker, "FIRST", 0.01)
    monkeypatch.setattr(Caretaker, "run_once", lambda self: rounds.append("done"))
    keeper = Caretaker(services)

    keeper.start()
    keeper.start()
    wait_until(lambda: len(rounds) == 1, seconds=5, what="the first round did not come")
    once = len(rounds)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    keeper.start()
    wait_until(lambda: len(rounds) == 2, seconds=5, what="the second process has no caretaker")

    assert once == 1


def test_a_process_that_serves_has_one(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first request starts it, not the making of the application: that may be forked. A command alone has none."""
    started: list[str] = []
    monkeypatch.setattr(Caretaker, "start", lambda self: started.append("yes"))
    monkeypatch.setattr(factory, "create_app", lambda: app)

    served = factory.start()
    before = list(started)
    served.test_client().get("/health/live")

    assert (before, started) == ([], ["yes"])
    assert isinstance(app.extensions[EXTENSION].caretaker, Caretaker)
    monkeypatch.setattr(factory, "create_app", lambda: Flask("bare"))
    assert factory.start().before_request_funcs == {}


def test_a_gunicorn_worker_starts_it(tmp_path: Any) -> None:
    """With nobody asking anything."""
    code = (
        "import runpy, types; from wsgi import app; conf = runpy.run_path('gunicorn.conf.py'); "
        "from returnflow.web.edge import EXTENSION; "
        "worker = types.SimpleNamespace(wsgi=app, app=types.SimpleNamespace(wsgi=lambda: app)); "
        "conf['post_worker_init'](worker); import threading; print([each.name for each in threading.enumerate()])"
    )
    environment = settings_for(tmp_path)
    subprocess.run([sys.executable, "-m", "flask", "upgrade-db"], cwd=ROOT, env=environment, check=True, capture_output=True)

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)

    assert "'caretaker'" in done.stdout
