"""`flask seed-demo`: orders to try things with."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from returnflow.cli.shared import JSON_OPTION, note, print_json, services, show, table
from returnflow.tools.demo_orders import DemoOrder, clear, demo_orders, seed


@click.command("seed-demo")
@click.option("--reset", is_flag=True, help="Forget the demo orders with their returns first.")
@click.option("--try", "only_try", is_flag=True, help="Show only what to try.")
@JSON_OPTION
@with_appcontext
def seed_demo(reset: bool, only_try: bool, as_json: bool) -> None:
    """Store made-up orders that show every rule, dated from today. Running it again changes nothing."""
    having = services()
    demos = demo_orders(having.policies, having.clock())
    if reset:
        note(f"Forgot {clear(having.database, demos)} demo orders and their returns.")
    counts = seed(having.database, demos)
    note(f"Demo orders: {counts['imported']} new, {counts['updated']} moved to today, {counts['unchanged']} unchanged.")
    if as_json:
        print_json({"orders": [demo.document() for demo in demos]})
        return
    if not only_try:
        _show_all(demos)
    _show_try(demos, having.settings.port)


def _show_all(demos: tuple[DemoOrder, ...]) -> None:
    shown = table("Order", "ZIP", "Name", "Item", "Answer", "Shows", whole=3)
    for demo in demos:
        order = demo.order
        shown.add_row(demo.spaced, order.zip, order.last_name, order.lines[0].title, demo.expect.value.replace("_", " "), demo.shows)
    show(shown, "")


def _show_try(demos: tuple[DemoOrder, ...], port: int) -> None:
    show(f"Open http://127.0.0.1:{port}, press Talk or Type, and try one of these:")
    for number, demo in enumerate((each for each in demos if each.say), start=1):
        show(f'  {number}. "{demo.say}"', f"     order {demo.spaced}, ZIP {demo.order.zip}, name {demo.order.last_name}")
