"""Health: what probes found, read without asking anything while a request waits."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from returnflow.errors import Unavailable
from returnflow.web import schemas
from returnflow.web.edge import EXTENSION, Edge
from returnflow.web.probes import Finding, Probes
from tests.calls import Clock
from tests.services.parts import free_port, wait_until


def probed(app: Flask) -> Any:
    """A client of an application whose probes have made one round and stand still."""
    edge: Edge = app.extensions[EXTENSION]
    edge.probes.ask_once()
    app.extensions[EXTENSION] = replace(edge, probes=Still(edge.probes))
    return app.test_client()


class Still(Probes):
    """Probes whose thread does not run: the test asks."""

    def __init__(self, probes: Probes) -> None:
        self.__dict__.update(probes.__dict__)

    def start(self) -> None:
        """Nothing."""


def finding(status: str) -> Callable[[], Finding]:
    return lambda: Finding(status, "as told")


def test_all_is_well(app: Flask) -> None:
    """Every part is listed with its status, when it was checked and plain words."""
    answer = probed(app).get("/health")

    schemas.HealthOut.model_validate(answer.get_json())
    assert (answer.status_code, answer.get_json()["status"]) == (200, "ok")
    assert {name: part["status"] for name, part in answer.get_json()["parts"].items()} == {
        "database": "ok",
        "redis": "off",
        "vocalbridge": "off",
        "livekit": "off",
        "model": "ok",
    }


def test_a_dead_redis_degrades(make_app: Callable[..., Flask]) -> None:
    """Customers are served: 200, degraded, ready; the detail tells neither address nor password."""
    client = probed(make_app(redis_url=f"redis://:hidden@127.0.0.1:{free_port()}/0"))

    answer = client.get("/health")

    assert (answer.status_code, answer.get_json()["status"]) == (200, "degraded")
    assert answer.get_json()["parts"]["redis"]["status"] == "down"
    assert "hidden" not in answer.text
    assert "127.0.0.1" not in answer.text
    assert client.get("/health/ready").status_code == 200


def test_a_dead_database_is_down(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 for /health and /health/ready; the process itself is alive."""

    def gone(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr("returnflow.web.probes.schema_problem", gone)
    client = probed(app)

    assert (client.get("/health").status_code, client.get("/health").get_json()["status"]) == (503, "down")
    assert client.get("/health/ready").status_code == 503
    assert client.get("/health/live").status_code == 200


def test_a_working_redis_is_told(make_app: Callable[..., Flask], redis_database: str) -> None:
    """The probe asks the real one."""
    assert probed(make_app(redis_url=redis_database)).get("/health").get_json()["parts"]["redis"]["status"] == "ok"


def test_a_probe_that_hangs_turns_its_part_down(clock: Clock) -> None:
    """What was found more than ten seconds ago does not count."""
    probes = Probes({"database": finding("ok")}, clock)
    probes.ask_once()

    assert probes.read().status == "ok"
    clock.forward(seconds=10)
    assert probes.read().status == "ok"
    clock.forward(seconds=1)
    assert probes.read().status == "down"
    assert probes.read().parts["database"].detail == "the check has not come back"


def test_before_the_first_round_nothing_is_promised(clock: Clock) -> None:
    """A part that nobody has asked is down."""
    assert Probes({"database": finding("ok")}, clock).read().status == "down"


def test_one_hanging_probe_does_not_hold_the_others(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part has a thread of its own, and a start waits only so long for the first round."""
    monkeypatch.setattr("returnflow.web.probes._FIRST_ROUND", 0.3)
    release = threading.Event()

    def hang() -> Finding:
        release.wait(20)
        return Finding("ok", "late")

    probes = Probes({"redis": hang, "database": finding("ok"), "model": finding("ok")}, clock)
    probes.start()

    try:
        assert probes.read().status == "degraded"
    finally:
        release.set()


def test_a_fork_asks_again(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads do not survive a fork: another process id starts new ones, the same one does not."""
    asked: list[int] = []

    def count() -> Finding:
        asked.append(1)
        return Finding("ok", "fine")

    probes = Probes({"database": count}, clock)
    probes.start()
    probes.start()
    once = len(asked)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    probes.start()
    wait_until(lambda: len(asked) == 2, seconds=5, what="the second process did not ask")

    assert once == 1
