"""The health of the parts, found out in the background, so that asking for it costs nothing and hangs on nothing."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import redis

from returnflow import log
from returnflow.config import Settings
from returnflow.understanding.model import Hearing, Scene
from returnflow.wiring import Services, schema_problem

INTERVAL = 4.0
"""Seconds between rounds; with a probe's timeout a result is never older than 10 s."""
_STALE = timedelta(seconds=10)
_TIMEOUT = 2.0
_FIRST_ROUND = 3.0
NEEDED = frozenset({"database", "model"})
"""Parts without which nobody can be served."""
_log = log.get(__name__)

Probe = Callable[[], "Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe found. `status` is ok, down or off (not set up); `detail` is plain words without addresses or secrets."""

    status: str
    detail: str
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """`status` is ok, degraded (customers are served) or down."""

    status: str
    parts: Mapping[str, Finding]


class Probes:
    """Asks every part in a thread of its own, in this process; a fork gets new threads."""

    def __init__(self, parts: Mapping[str, Probe], clock: Callable[[], datetime]) -> None:
        self._parts = parts
        self._clock = clock
        self._found: dict[str, Finding] = {}
        self._lock = threading.Lock()
        self._process: int | None = None
        self._first_round = threading.Event()

    def start(self) -> None:
        """Begin to ask, unless this process already does; the first call of a process waits for the first round."""
        with self._lock:
            if self._process != os.getpid():
                self._process = os.getpid()
                self._first_round = threading.Event()
                for name, probe in self._parts.items():
                    threading.Thread(target=self._keep_asking, args=(name, probe), name=f"probe-{name}", daemon=True).start()
        self._first_round.wait(_FIRST_ROUND)

    def ask_once(self) -> None:
        """One round, in this thread."""
        for name, probe in self._parts.items():
            self._ask(name, probe)

    def read(self) -> Health:
        """What was found last. A part whose probe has not come back for 10 s counts as down."""
        now = self._clock()
        parts = {name: self._fresh(self._found.get(name), now) for name in self._parts}
        down = {name for name, finding in parts.items() if finding.status == "down"}
        return Health("down" if down & NEEDED else "degraded" if down else "ok", parts)

    def _keep_asking(self, name: str, probe: Probe) -> None:
        pause = threading.Event()
        while True:
            self._ask(name, probe)
            if len(self._found) == len(self._parts):
                self._first_round.set()
            pause.wait(INTERVAL)

    def _ask(self, name: str, probe: Probe) -> None:
        try:
            finding = probe()
        except Exception as error:  # noqa: BLE001  a probe may fail in any way its driver knows; the type is all that is told
            _log.warning("probe failed", part=name, exc_info=error)
            finding = Finding("down", f"no answer ({type(error).__name__})")
        self._found[name] = replace(finding, checked_at=self._clock())

    def _fresh(self, finding: Finding | None, now: datetime) -> Finding:
        if finding is None or finding.checked_at is None:
            return Finding("down", "not checked yet", now)
        if now - finding.checked_at > _STALE:
            return replace(finding, status="down", detail="the check has not come back")
        return finding


def parts_of(services: Services) -> Mapping[str, Probe]:
    """The probes of these services, by the names of the contract."""
    settings = services.settings
    return {
        "database": lambda: _database(services),
        "redis": _redis(settings),
        "vocalbridge": lambda: _unused(settings.vocal_bridge_api_key),
        "livekit": lambda: _unused(settings.livekit_url),
        "model": lambda: _model(services),
    }


def _database(services: Services) -> Finding:
    problem = schema_problem(services.database)
    return Finding("down", problem) if problem else Finding("ok", "answers, schema current")


def _redis(settings: Settings) -> Probe:
    if settings.redis_url is None:
        return lambda: Finding("off", "not set up; each process counts for itself")
    client = redis.Redis.from_url(settings.redis_url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT)

    def ask() -> Finding:
        client.ping()
        return Finding("ok", "answers")

    return ask


def _unused(setting: str | None) -> Finding:
    """Voice platforms that this release does not talk to yet."""
    return Finding("off", "set up, not used by this release" if setting else "not set up; browser speech and typing are used")


def _model(services: Services) -> Finding:
    services.reader.read(Hearing("hello"), Scene(services.clock().date()))
    return Finding("ok", "reads")
