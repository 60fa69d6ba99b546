"""A program run for the tests: its output kept in a file, its whole process group stopped at the end."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services.parts import wait_until


@dataclass(frozen=True)
class Running:
    """A program that was started; `output()` is what it has printed so far."""

    process: subprocess.Popen[bytes]
    log: Path

    def output(self) -> str:
        return self.log.read_text(errors="replace")[-8000:]

    def alive(self) -> bool:
        return self.process.poll() is None

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to the program and its children."""
        os.killpg(self.process.pid, number)


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    log: Path,
    ready: Callable[[], bool],
    seconds: float = 30,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    user: str | None = None,
) -> Iterator[Running]:
    """Run `command` until the block ends. Raises RuntimeError with its output when it ends before it is ready."""
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
        )
    part = Running(process, log)

    def answered() -> bool:
        if not part.alive():
            raise RuntimeError(f"{command[0]} ended with {process.returncode}\n{part.output()}")
        return ready()

    try:
        wait_until(answered, seconds=seconds, what=f"{command[0]} was not ready", explain=part.output)
        yield part
    finally:
        _stop(part)


def _stop(part: Running) -> None:
    """Ask it to end, then make it: nothing that the tests started outlives them."""
    for number, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
        if not part.alive():
            break
        part.kill(number)
        try:
            part.process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
