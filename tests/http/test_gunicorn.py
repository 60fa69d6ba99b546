"""Two worker processes as in production: one call, one count, one answer."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services.app_server import DEVELOPMENT, GUNICORN, ROOT, AppServer, app_server, settings_for
from tests.services.parts import wait_until


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    with app_server(tmp_path_factory.mktemp("gunicorn"), program=GUNICORN) as started:
        yield started


def ask(server: AppServer, path: str, body: Any = None, token: str | None = None) -> Any:
    """One request on a connection of its own."""
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{server.base}{path}", data=data, headers=headers), timeout=20) as answer:
        text = answer.read().decode()
        return json.loads(text) if answer.headers["Content-Type"].startswith("application/json") else text


def lines(server: AppServer) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.running.log.read_text().splitlines() if line.startswith("{")]


def turn_pids(server: AppServer, session_id: str) -> list[int]:
    return [line["pid"] for line in lines(server) if line.get("session_id") == session_id and line.get("route", "").endswith("/turns")]


def test_workers_take_turns_in_one_call(server: AppServer) -> None:
    """Whichever process answers knows all that was said, and gives the stored answer to a repeat."""
    started = ask(server, "/api/sessions", {})
    session, token = started["session_id"], started["session_token"]

    def turn(number: int) -> Any:
        body = {"turn_id": f"t{number}", "event": "pause" if number % 2 else "resume"}
        return ask(server, f"/api/sessions/{session}/turns", body, token)

    answers = []
    for number in range(60):
        answers.append(turn(number))
        if number > 3 and len(set(turn_pids(server, session))) == 2:
            break
        time.sleep(0.5 if number > 12 else 0)
    repeated = [turn(0) for _ in range(3)]

    assert len(set(turn_pids(server, session))) == 2
    assert [answer["state"]["version"] for answer in answers] == list(range(2, len(answers) + 2))
    assert repeated == [{**answers[0], "replayed": True}] * 3


def test_metrics_are_those_of_all_workers(server: AppServer) -> None:
    """Whoever answers /metrics has counted every worker's sessions, and a warm-up is no session."""
    before = metric(server, 'returnflow_sessions_started_total{channel="web"}')
    for _ in range(8):
        ask(server, "/api/sessions", {})

    assert metric(server, 'returnflow_sessions_started_total{channel="web"}') == before + 8


def metric(server: AppServer, name: str) -> float:
    found = [line for line in ask(server, "/metrics").splitlines() if line.startswith(f"{name} ")]
    return float(found[0].rpartition(" ")[2]) if found else 0.0


def test_health_is_known_before_it_is_asked(server: AppServer) -> None:
    """Every worker has made its first round before it serves."""
    for _ in range(6):
        assert ask(server, "/health")["status"] == "ok"


def test_a_body_in_chunks_is_limited_as_well(server: AppServer) -> None:
    """A client that does not say how much it sends is stopped at the same size, and may send less."""
    host, _, port = server.base.removeprefix("http://").partition(":")

    def status(body: bytes) -> str:
        lines = [
            "POST /api/sessions HTTP/1.1",
            "Host: x",
            "Content-Type: application/json",
            "Transfer-Encoding: chunked",
            "Connection: close",
        ]
        with socket.create_connection((host, int(port)), timeout=10) as raw:
            raw.sendall("\r\n".join([*lines, "", f"{len(body):x}", ""]).encode() + body + b"\r\n0\r\n\r\n")
            return raw.recv(64).decode().split()[1]

    assert status(b'{"lang": "en"}') == "201"
    assert status(b'{"lang": "en", "x": "' + b"y" * 16_384 + b'"}') == "413"


def test_the_log_holds_no_link_token(server: AppServer) -> None:
    """Neither gunicorn nor we write a raw path."""
    with pytest.raises(urllib.error.HTTPError):
        ask(server, "/returns/482913077/slip.pdf?t=WyI0ODI5MTMwNzci")

    def written() -> bool:
        return any(line.get("route") == "/returns/{rma}/slip.pdf" for line in lines(server))

    wait_until(written, seconds=5, what="the line was not written")
    assert "WyI0ODI5" not in server.running.log.read_text()


def test_it_ends_gracefully(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGTERM ends the master and its workers with exit code 0, and the metrics of the run with them."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    with app_server(tmp_path, program=GUNICORN, seed=False) as started:
        during = [path.name for path in folder.glob("returnflow-metrics-*")]
        started.running.process.send_signal(signal.SIGTERM)

        assert started.running.process.wait(20) == 0
    assert len(during) == 1
    assert list(folder.glob("returnflow-metrics-*")) == []


@pytest.mark.parametrize("program", [GUNICORN, DEVELOPMENT, ("-m", "flask", "run")], ids=["gunicorn", "python app.py", "flask run"])
def test_a_missing_schema_is_said_with_its_remedy(tmp_path: Path, program: tuple[str, ...]) -> None:
    """Nothing is served; the exit code is 1 and there is no traceback."""
    command = [sys.executable, *program]
    environment = settings_for(tmp_path)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 1, done.stderr
    assert "the schema is missing; run: flask upgrade-db" in done.stderr
    assert "Traceback" not in done.stderr
