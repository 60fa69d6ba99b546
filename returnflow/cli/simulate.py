"""`flask simulate`: scenario files against the real brain, in memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from rich.table import Table

from returnflow.cli.shared import JSON_OPTION, fail, print_json, show
from returnflow.config import ROOT, Settings
from returnflow.simulate.report import Group, Kind, Problem, Report, Result
from returnflow.simulate.runner import run
from returnflow.simulate.scenario import Filed, load_scenarios
from returnflow.simulate.world import Files
from returnflow.wiring import read_files

SCENARIOS = ROOT / "scenarios"
LAST_RUN = Path("var") / "simulate.json"
"""Under the checkout: the ids that failed in the last run."""


@click.command("simulate")
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--only", "only", multiple=True, metavar="ID", help="Only this scenario; can be given several times.")
@click.option("--failed", is_flag=True, help="Only what failed in the last run.")
@click.option("--verbose", is_flag=True, help="Show every conversation turn by turn, not only those that failed.")
@JSON_OPTION
def simulate(path: Path | None, only: tuple[str, ...], failed: bool, verbose: bool, as_json: bool) -> None:
    """Play scenario files (a file or a folder, ours when none is named) and judge them. Exit code 1 when one fails."""
    scenarios = load_scenarios(path or SCENARIOS)
    chosen = _chosen(scenarios, [*only, *(_failed_last_time() if failed else ())], failed=failed)
    report = run(chosen, _files(Settings.from_process()), whole=len(chosen) == len(scenarios))
    _remember(report)
    if as_json:
        print_json(report.document())
    else:
        _show(report, verbose=verbose)
    if report.failures:
        click.get_current_context().exit(1)


def _files(settings: Settings) -> Files:
    """Policies and definitions as the settings say, with the stores that a scenario switches on."""
    return lambda stores: read_files(replace(settings, stores=stores or settings.stores))


def _chosen(scenarios: tuple[Filed, ...], ids: Sequence[str], *, failed: bool) -> tuple[Filed, ...]:
    if not ids:
        if failed:
            fail("Nothing failed in the last run. To run everything: flask simulate")
        return scenarios
    unknown = sorted(set(ids) - {each.scenario.id for each in scenarios})
    if unknown:
        fail(f"No scenario is called {', '.join(unknown)}. To see all: flask simulate --json")
    return tuple(each for each in scenarios if each.scenario.id in ids)


def _failed_last_time() -> tuple[str, ...]:
    try:
        return tuple(json.loads((ROOT / LAST_RUN).read_text(encoding="utf-8"))["failed"])
    except FileNotFoundError:
        fail("There is no last run to repeat. First: flask simulate")


def _remember(report: Report) -> None:
    (ROOT / LAST_RUN).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / LAST_RUN).write_text(json.dumps({"failed": [result.id for result in report.failures]}), encoding="utf-8")


def _show(report: Report, *, verbose: bool) -> None:
    show(f"{len(report.results)} scenarios, {' and '.join(report.stores)}", "")
    rows = Table.grid(padding=(0, 2))
    for group in report.groups:
        rows.add_row(f"  {group.name}", f"{group.passed}/{len(group.results)}", _turns(group), _stand(group))
    show(rows, "")
    for result in report.results if verbose else report.failures:
        _show_result(result)
    show(f"  {report.passed} passed, {len(report.failures)} failed, {report.seconds:.1f} s")
    show(f"  {report.count(Kind.LEAK)} facts leaked, {report.count(Kind.AMOUNT)} amounts or numbers invented")
    if report.not_covered:
        show(f"  not covered: {', '.join(report.not_covered)}")
    if report.failures:
        show("  Rerun only those: flask simulate --failed")


def _turns(group: Group) -> str:
    return f"median {group.median_turns} turns, longest {group.longest_turns}"


def _stand(group: Group) -> str:
    return f"✗ {', '.join(group.failed)}" if group.failed else "✓"


def _show_result(result: Result) -> None:
    show(f"  {'✓' if result.passed else '✗'} {result.file}: {result.id}")
    for exchange in result.exchanges:
        if exchange.number:
            show(f"      turn {exchange.number:<3} customer   {exchange.customer}")
        show(f"               assistant  {exchange.reply or '(says nothing)'}")
        for problem in result.problems:
            if problem.turn == exchange.number:
                show(f"               ✗ {problem.text}")
    for problem in _beyond(result):
        show(f"      ✗ {problem.text}")
    show(f"      agents  {' → '.join(result.agents)}")
    if not result.passed:
        show(f"      again   flask simulate --only {result.id}")
    show("")


def _beyond(result: Result) -> list[Problem]:
    """Problems of the call as a whole, and of a turn that never came to an answer."""
    shown = {exchange.number for exchange in result.exchanges}
    return [problem for problem in result.problems if problem.turn not in shown]
