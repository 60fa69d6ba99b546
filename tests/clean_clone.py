"""Proves `make run` from a clean clone: one return per store, over HTTP, from hello to the slip's PDF.

Run by .ci/run with any Python 3.11 and nothing installed: it knows the app only by its address and by design section 6.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
STARTING_SECONDS = 900
TURNS = 25
Json = dict[str, Any]


class NotProved(Exception):
    """The clean clone did not do what the README promises. The text says what and where."""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="returnflow-clone-") as folder:
        clone = Path(folder) / "returnflow"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        environment = _plain_environment()
        port = _free_port()
        printed = Path(folder) / "make-run.txt"
        with printed.open("wb") as sink:
            command = ["make", "run", f"PORT={port}"]
            server = subprocess.Popen(
                command,
                cwd=clone,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            base = f"http://127.0.0.1:{port}"
            _wait_for(base, server, printed)
            _check_what_was_printed(printed.read_text(), base)
            for store, order in _demo_orders(clone, environment).items():
                rma = Conversation(base, order).finish()
                print(f"clean clone: {store}: return {rma} with its slip")
        except NotProved as problem:
            sys.exit(f"clean clone: {problem}\n--- make run printed ---\n{printed.read_text()[-6000:]}")
        finally:
            _stop(server)


class Conversation:
    """A customer with one order, who answers whatever is asked."""

    def __init__(self, base: str, order: Json) -> None:
        self.base, self.order = base, order
        started = _request(f"{base}/api/sessions", {"channel": "web"})
        self.path = f"{base}/api/sessions/{started['session_id']}"
        self.bearer = started["session_token"]
        self.state: Json = started["state"]
        self.heard: list[str] = [f"assistant: {started['reply']['text']}"]

    def finish(self) -> str:
        """Talk until there is a return with a slip; gives the return number."""
        title = self.order["items"][0]["title"]
        self._say({"text": f"I want to return my {title}, order {self.order['order_number']}"})
        for _ in range(TURNS):
            if self.state["return"] or self.state["status"] != "active":
                break
            self._say(self._answer())
        made = self.state["return"]
        if not made or not made["slip"]:  # a case for a person is an honest end too, but not the one to prove here
            raise NotProved("no return with a slip at the end of this conversation:\n  " + "\n  ".join(self.heard))
        self._check_slip(made)
        return str(made["rma"])

    def _say(self, turn: Json) -> None:
        self.heard.append(f"customer: {turn.get('text') or turn}")
        answer = _request(f"{self.path}/turns", {"turn_id": f"turn-{len(self.heard)}", "mode": "typed", **turn}, self.bearer)
        self.heard.append(f"assistant: {answer['reply']['text']}")
        self.state = answer["state"]

    def _answer(self) -> Json:
        """What a willing customer says to the question that was asked."""
        expecting = self.state["expecting"] or {"slot": "", "kind": "yes_no"}
        proof = f"{self.order['zip']}, {self.order['last_name']}"
        known = {
            "order_number": self.order["order_number"],
            "identity": proof,
            "zip": proof,
            "last_name": proof,
            "store": self.order["store"],
            "items": self.order["items"][0]["title"],
            "quantity": "1",
            "reason": "it is broken",
            "condition": "it is unopened",
        }
        if expecting["slot"] in known:
            return {"text": known[expecting["slot"]]}
        if expecting["kind"] == "choice" and expecting["choices"]:
            return {"choice_id": expecting["choices"][0]["id"]}
        return {"text": "yes"}

    def _check_slip(self, made: Json) -> None:
        url = made["slip"]["pdf_url"]
        with urllib.request.urlopen(url if "://" in url else f"{self.base}{url}", timeout=30) as answer:
            content, kind = answer.read(), answer.headers["Content-Type"]
        if kind != "application/pdf" or not content.startswith(b"%PDF-"):
            raise NotProved(f"the slip of return {made['rma']} is not a PDF but {kind}")


def _request(url: str, body: Json, bearer: str = "") -> Json:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            parsed: Json = json.load(answer)
            return parsed
    except urllib.error.HTTPError as refused:
        raise NotProved(f"POST {url} with {body} was answered {refused.code}: {refused.read().decode()}") from None


def _wait_for(base: str, server: subprocess.Popen[bytes], printed: Path) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise NotProved(f"make run ended with {server.returncode}")
        try:
            with urllib.request.urlopen(f"{base}/health/ready", timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise NotProved(f"make run did not serve within {STARTING_SECONDS} s")


def _check_what_was_printed(text: str, base: str) -> None:
    """The address and three sentences, each with what it takes to prove the order."""
    if base not in text:
        raise NotProved(f"make run did not print its address {base}")
    sentences = re.findall(r'^\s*\d\. ".+"\s+order \S+, ZIP \d{5}, name \w+', text, re.MULTILINE)
    if len(sentences) != 3:
        raise NotProved(f"make run printed {len(sentences)} sentences to try, not three")


def _demo_orders(clone: Path, environment: dict[str, str]) -> dict[str, Json]:
    """An eligible order of each store, as the seed command lists them."""
    command = [".venv/bin/python", "-m", "flask", "seed-demo", "--json"]
    listed = subprocess.run(command, cwd=clone, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    chosen: dict[str, Json] = {}
    for order in json.loads(listed.stdout)["orders"]:
        if order["expect"] == "eligible" and order["store"] in {"amazon", "walmart"}:
            chosen.setdefault(order["store"], order)
    if len(chosen) != 2:
        raise NotProved(f"demo orders that may be returned exist only for {sorted(chosen)}")
    return chosen


def _plain_environment() -> dict[str, str]:
    """What a newcomer's shell has: no setting of ours, no Python of another project."""
    ours = ("RETURNFLOW_", "VOCAL_BRIDGE_", "LIVEKIT_", "FLASK_", "PYTHON", "VIRTUAL_ENV", "MAKE", "MFLAGS")
    named = {"DATABASE_URL", "REDIS_URL", "SENTRY_DSN", "SECRET_KEY", "LOG_LEVEL", "PORT", "CI"}
    return {name: value for name, value in os.environ.items() if not name.startswith(ours) and name not in named}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End `make run` and everything it started; it has a process group of its own."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, number)
            server.wait(15)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            return


if __name__ == "__main__":
    main()
