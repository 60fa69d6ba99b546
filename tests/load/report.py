"""How a load run is shown: as text while it runs, as Markdown for docs/performance.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.load.figures import Cores, Latency, Sample, by_endpoint, lag_ms, latency, problems
from tests.load.service import FirstAnswers

NAMES = {"turn": "a turn", "session": "hello", "slip": "the slip's PDF"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of load at one rate."""

    turns_per_second: float
    seconds: float
    samples: Sequence[Sample]
    returns: int
    never_sent: int
    cores: Cores
    parts_ms: Mapping[str, float]
    """Mean milliseconds by route and by part of a turn, as the service measures them."""

    @property
    def errors(self) -> int:
        return sum(problems(self.samples).values())

    @property
    def turn(self) -> Latency:
        found = latency(by_endpoint(self.samples).get("turn", []))
        assert found is not None, "a stretch without a turn"
        return found

    @property
    def write_ms(self) -> float:
        """The mean time of a turn's write transaction, waiting for it included."""
        return self.parts_ms.get("turn", 0.0)


@dataclass(frozen=True, slots=True)
class Result:
    """One database."""

    database: str
    conversations: int
    first: Sequence[FirstAnswers]
    target: Stretch
    steps: Sequence[Stretch] = ()
    limit: str = ""


def endpoints(stretch: Stretch) -> list[str]:
    """A row for each endpoint."""
    rows = ["| what | requests | p50 | p95 | p99 | slowest |", "|---|---|---|---|---|---|"]
    for name, samples in by_endpoint(stretch.samples).items():
        if found := latency(samples):
            figures = " | ".join(f"{value:.0f} ms" for value in (found.p50, found.p95, found.p99, found.most))
            rows.append(f"| {NAMES[name]} | {found.count} | {figures} |")
    return rows


def overview(results: Sequence[Result]) -> list[str]:
    """A row for each database at the target rate."""
    rows = [
        "| database | turns/s | turns | errors | p50 | p95 | p99 | slowest | first turn of each fresh worker | returns made |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for result in results:
        turn, target = result.target.turn, result.target
        first = ", ".join(f"{each.turn:.0f}" for each in result.first)
        figures = f"{turn.p50:.0f} ms | {turn.p95:.0f} ms | {turn.p99:.0f} ms | {turn.most:.0f} ms | {first} ms"
        rows.append(
            f"| {result.database} | {target.turns_per_second:.0f} | {turn.count} | {target.errors} | {figures} | {target.returns} |"
        )
    return rows


def stretch_notes(stretch: Stretch) -> list[str]:
    """Where the time and the cores went."""
    shown = {name: mean for name, mean in sorted(stretch.parts_ms.items()) if not name.startswith(("/health", "/metrics"))}
    parts = ", ".join(f"{name} {mean:.1f} ms" for name, mean in shown.items())
    used = ", ".join(f"{name} {share:.2f}" for name, share in stretch.cores.of.items())
    notes = [
        f"Cores used: {used}; other programs on this machine {stretch.cores.others:.2f}, of {stretch.cores.machine}.",
        f"Mean times measured by the service itself: {parts}.",
        f"Request sent later than due, p99: {lag_ms(stretch.samples):.0f} ms.",
    ]
    if stretch.cores.others > 0.2:
        notes.append("**This machine was not quiet: the figures are too high.**")
    notes += [f"Error, {count} times: {problem}." for problem, count in problems(stretch.samples).most_common(5)]
    if stretch.never_sent:
        notes.append(f"Turns that could not be sent in time: {stretch.never_sent}.")
    return notes


def ladder(steps: Sequence[Stretch]) -> list[str]:
    """The steps up to saturation."""
    rows = ["| turns/s meant | done | p50 | p95 | p99 | errors | cores busy | write part, mean |", "|---|---|---|---|---|---|---|---|"]
    for step in sorted(steps, key=lambda step: step.turns_per_second):
        turn = step.turn
        done = f"{turn.count / step.seconds:.0f}"
        figures = f"{turn.p50:.0f} ms | {turn.p95:.0f} ms | {turn.p99:.0f} ms"
        rows.append(
            f"| {step.turns_per_second:.0f} | {done} | {figures} | {step.errors} | {step.cores.share:.0%} of {step.cores.machine} "
            f"| {step.write_ms:.0f} ms |"
        )
    return rows


def put_into(page: str, name: str, text: str) -> str:
    """The page with `text` between its marks `<!-- name -->` and `<!-- /name -->`. Raises ValueError when it has no such marks."""
    before, start, rest = page.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- /{name} -->")
    if not start or not end:
        raise ValueError(f"the page has no marks <!-- {name} --> and <!-- /{name} -->")
    return f"{before}{start}\n{text.strip()}\n\n{end}{after}"


def _first(each: FirstAnswers) -> str:
    return f"hello {each.session:.0f} ms, first turn {each.turn:.0f}, slowest later turn {each.later_turns:.0f}, slip {each.slip:.0f}"


def document(results: Sequence[Result], heading: str) -> str:
    """Everything, as Markdown."""
    lines = [heading, "", *overview(results)]
    for result in results:
        lines += ["", f"### {result.database}: {result.conversations} conversations, {result.target.seconds:.0f} s", ""]
        lines += [*endpoints(result.target), ""]
        lines += [f"- First call of a fresh worker: {_first(each)}." for each in result.first]
        lines += [f"- {note}" for note in stretch_notes(result.target)]
        if result.limit:
            lines += ["", f"Saturation: {result.limit}"]
        if result.steps:
            lines += ["", *ladder(result.steps)]
    return "\n".join(lines) + "\n"
