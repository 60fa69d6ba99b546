"""Measures the reader on folders of JSONL rows: `python -m returnflow.understanding.measure DIR [--misses N]`.

`intents*.jsonl` rows: text, intent. `confirm*.jsonl`: text, intent, context (what was asked). `slots*.jsonl`: text, slots,
annotated (score only these). Rows are read, counted and never kept.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from returnflow.understanding.model import Expecting, Hearing, NumberFormat, Scene, Understanding
from returnflow.understanding.reader import Reader

_MIN_ROWS = 50
_ASKED = {"zip": "zip", "phone": "contact", "name": "last_name", "order_number": "order_number", "date": ""}


def _rows(folder: Path, pattern: str) -> Iterable[dict[str, Any]]:
    for path in sorted(folder.glob(pattern)):
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


class Scores:
    """Right and wrong by class, with the misses."""

    def __init__(self) -> None:
        self.pairs: Counter[tuple[str, str]] = Counter()
        self.misses: list[str] = []

    def add(self, truth: str, said: str, text: str) -> None:
        """Count one row."""
        self.pairs[truth, said] += 1
        if truth != said:
            self.misses.append(f"{truth} → {said}: {text}")

    def accuracy(self) -> float:
        """The share of rows that are right."""
        total = sum(self.pairs.values())
        return sum(count for (truth, said), count in self.pairs.items() if truth == said) / total if total else 0.0

    def f1(self, name: str) -> float:
        """Harmonic mean of precision and recall of one class."""
        right = self.pairs[name, name]
        had = sum(count for (truth, _), count in self.pairs.items() if truth == name)
        said = sum(count for (_, other), count in self.pairs.items() if other == name)
        return 2 * right / (had + said) if had + said else 0.0

    def table(self) -> str:
        """One line a class with rows, F1 and what it was taken for, then the totals."""
        had: Counter[str] = Counter()
        for (truth, _), count in self.pairs.items():
            had[truth] += count
        lines = []
        for name, count in had.most_common():
            taken = sorted(((n, said) for (truth, said), n in self.pairs.items() if truth == name and said != name), reverse=True)[:4]
            lines.append(f"  {name:14} {count:5}  F1 {self.f1(name):.3f}  " + ", ".join(f"{said} {n}" for n, said in taken))
        big = [name for name, count in had.items() if count >= _MIN_ROWS]
        macro = sum(self.f1(name) for name in big) / len(big) if big else 0.0
        return "\n".join([*lines, f"  accuracy {self.accuracy():.3f}   macro-F1 (classes with {_MIN_ROWS} rows or more) {macro:.3f}"])


def measure_intents(reader: Reader, folder: Path, today: date) -> tuple[Scores, list[float]]:
    """Intents without a question asked, and seconds per row."""
    scores, seconds = Scores(), []
    for row in _rows(folder, "intents*.jsonl"):
        started = time.perf_counter()
        understood = reader.read(Hearing(row["text"]), Scene(today))
        seconds.append(time.perf_counter() - started)
        scores.add(row["intent"], understood.intent, row["text"])
    return scores, seconds


def measure_confirm(reader: Reader, folder: Path, today: date) -> Scores:
    """Replies to a confirmation question."""
    scores = Scores()
    for row in _rows(folder, "confirm*.jsonl"):
        scene = Scene(today, expecting=Expecting("confirm", "yes_no"), asked=row["context"])
        understood = reader.read(Hearing(row["text"]), scene)
        scores.add(row["intent"], understood.intent, f"{row['text']}   [{row['context'][-80:]}]")
    return scores


def measure_slots(reader: Reader, folder: Path, today: date, *, asked: bool, formats: tuple[NumberFormat, ...] = ()) -> dict[str, Scores]:
    """Each annotated slot, exact apart from case and separators; `asked` tells the reader what was asked for."""
    found: dict[str, Scores] = defaultdict(Scores)
    for row in _rows(folder, "slots*.jsonl"):
        for name in row["annotated"]:
            slot = _ASKED.get(name, "") if asked else ""
            scene = Scene(today, expecting=Expecting(slot) if slot else None, formats=formats)
            understood = reader.read(Hearing(row["text"]), scene)
            truth, said = _norm(row["slots"].get(name)), _norm(understood.slots.get(name))
            found[name].add("right", "right" if truth == said else "wrong", f"{name} {truth!r} not {said!r}: {row['text']}")
    return found


def _norm(value: str | None) -> str:
    return " ".join((value or "").lower().replace(",", " ").split())


def false_starts(scores: Scores) -> float:
    """The share of off-topic rows that would start a return."""
    had = sum(count for (truth, _), count in scores.pairs.items() if truth == "off_topic")
    return scores.pairs["off_topic", "start_return"] / had if had else 0.0


def yes_errors(understood: Iterable[Understanding]) -> int:
    """How many of these were answered yes."""
    return sum(item.answer == "yes" for item in understood)


def main() -> None:
    """Print the figures of one folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--misses", type=int, default=0, help="how many misses of each kind to print")
    options = parser.parse_args()
    out, today = sys.stdout.write, date(2026, 11, 21)
    started = time.perf_counter()
    reader = Reader()
    out(f"weights loaded in {time.perf_counter() - started:.3f} s\n")
    intents, seconds = measure_intents(reader, options.folder, today)
    out(f"intents\n{intents.table()}\n  off-topic that starts a return {false_starts(intents):.3f}\n")
    if seconds:
        ordered = sorted(seconds)
        median, slow = ordered[len(ordered) // 2] * 1000, ordered[int(len(ordered) * 0.95)] * 1000
        out(f"  ms per row: p50 {median:.2f}  p95 {slow:.2f}  max {ordered[-1] * 1000:.2f}\n")
    confirm = measure_confirm(reader, options.folder, today)
    out(f"confirm\n{confirm.table()}\n")
    for asked in (False, True):
        slots = measure_slots(reader, options.folder, today, asked=asked)
        out(f"slots, {'asked for' if asked else 'nothing asked'}\n")
        for name, scores in slots.items():
            out(f"  {name:14} {scores.accuracy():.3f}\n")
            out("".join(f"    {miss}\n" for miss in scores.misses[: options.misses]))
    for scores in (intents, confirm):
        out("".join(f"    {miss}\n" for miss in scores.misses[:: max(1, len(scores.misses) // max(1, options.misses))][: options.misses]))


if __name__ == "__main__":
    main()
