"""Finding the real parts, and saying what happens when one is missing."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

import pytest

HOMEBREW = (Path("/opt/homebrew"), Path("/usr/local"))


class PartMissing(Exception):
    """A program that a test needs is not on this machine. The text says which and how to get it."""


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def need(part: str, reason: str) -> NoReturn:
    """Skip the test because `part` cannot be had, and say so; with CI=true a missing part is a failure."""
    message = f"{part} is needed: {reason}"
    if in_ci():
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def find_program(names: Iterable[str], folders: Iterable[Path] = ()) -> Path | None:
    """The first of these programs on the PATH or else in one of the folders."""
    candidates = tuple(names)
    for name in candidates:
        if found := shutil.which(name):
            return Path(found)
    for folder in folders:
        for name in candidates:
            if os.access(folder / name, os.X_OK) and (folder / name).is_file():
                return folder / name
    return None


def free_port() -> int:
    """A loopback port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(ready: Callable[[], bool], *, seconds: float, what: str, explain: Callable[[], str] = str) -> None:
    """Ask `ready` until it says yes. Raises TimeoutError with `what` and the part's own output when it never does."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} within {seconds:.0f} s\n{explain()}")
        time.sleep(0.02)
