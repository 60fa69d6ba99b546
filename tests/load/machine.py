"""What the processes of a run cost, from /proc (Linux)."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping
from pathlib import Path

from tests.load.figures import Cores

TICKS = os.sysconf("SC_CLK_TCK")


def parents() -> dict[int, int]:
    """Every process with its parent."""
    found: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            found[int(folder.name)] = int(fields[1])
    return found


def descendants(root: int) -> set[int]:
    """The processes below `root`."""
    known = parents()
    below: set[int] = set()
    while more := {pid for pid, parent in known.items() if (parent == root or parent in below) and pid not in below}:
        below |= more
    return below


def program(pid: int) -> str:
    """The short name of a program, such as `postgres`; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and of its children that have ended; 0 when it has ended itself."""
    fields = _stat(pid)
    return sum(int(each) for each in fields[11:15]) / TICKS if fields else 0.0


def private_mib(pid: int) -> float:
    """Memory that only this process has, in MiB. What it shares with others since the fork is not counted."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean:", "Private_Dirty:"))) / 1024


def describe() -> str:
    """The machine in a line."""
    cpu = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line), "?")
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024 // 1024
    return f"{os.cpu_count()} cores ({cpu}), {memory} GiB, Linux {platform.release()}, Python {platform.python_version()}"


class Meter:
    """Measures how many cores groups of processes use from its making to `read`; one that ended meanwhile counts as none.

    The rest of the machine's work is `others`.
    """

    def __init__(self, groups: Mapping[str, set[int]]) -> None:
        self._groups = groups
        self._before = self._now()
        self._busy = _machine_busy()
        self._started = time.monotonic()

    def read(self) -> Cores:
        seconds = time.monotonic() - self._started
        now = self._now()
        used = {name: max(0.0, now[name] - self._before[name]) / seconds for name in self._groups}
        all_of_it = (_machine_busy() - self._busy) / seconds
        return Cores(used, max(0.0, all_of_it - sum(used.values())), os.cpu_count() or 1)

    def _now(self) -> dict[str, float]:
        return {name: sum(cpu_seconds(pid) for pid in pids) for name, pids in self._groups.items()}


def _stat(pid: int) -> list[str]:
    """Fields from the state on: 1 is the parent, 11 to 14 are times. Empty when the process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _machine_busy() -> float:
    """Seconds of work of all cores since the start of the machine; waiting for a disk is no work, time that a hypervisor took is."""
    user, nice, system, _idle, _waiting, irq, soft, steal = (int(each) for each in Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + soft + steal) / TICKS
